"""Courses and agents that evolve together, beside agents that are trained for the same courses directly."""
