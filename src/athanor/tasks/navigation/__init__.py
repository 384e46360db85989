"""Navigation: a point walks on a square to a target, round obstacles."""
