"""Shapes, one module each."""
