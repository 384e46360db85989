"""Learners: on single chemistries, over the distribution of chemistries, and over growing families of them."""
