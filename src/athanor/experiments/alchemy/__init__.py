"""Alchemy, the full game: the experiments of the study's third part."""
