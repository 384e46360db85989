"""Triangles."""

SIDES = 3
