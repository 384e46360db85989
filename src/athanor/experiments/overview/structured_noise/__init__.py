"""Noise that is drawn once an episode, meta-learnt (MAESN), beside MAML, on the half circle."""
