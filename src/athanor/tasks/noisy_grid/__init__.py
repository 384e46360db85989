"""Noisy grid: a goal is hidden far from the start, and beside the start a cell flickers that tells nothing."""
