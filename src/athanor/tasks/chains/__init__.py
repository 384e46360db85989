"""Chains whose best discount is known: one of signal and noise, one with a better reward far away."""
