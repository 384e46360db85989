"""Linear-quadratic regulation with a random gain of the input."""
