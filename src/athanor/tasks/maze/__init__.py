"""Maze: find the way to the far corner, where moves may slip."""
