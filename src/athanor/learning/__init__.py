"""Learners that work on any task family: the environment is an argument."""
