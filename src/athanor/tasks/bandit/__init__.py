"""Bandit: arms that pay with hidden probabilities."""
