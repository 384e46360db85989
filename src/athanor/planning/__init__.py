"""Planners that work on any belief model."""
