"""Simple Alchemy: the experiments of the study's first part."""
