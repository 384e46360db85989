"""Hop course: run over gaps, hurdles and rough ground."""
