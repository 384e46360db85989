"""Noisy target: a rolling ball looks for a hidden target by rewards that are coin tosses."""
