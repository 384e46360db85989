"""The time of an episode of training, MAML against FOMAML, and what bounds it."""
