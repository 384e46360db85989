"""Semicircle: search for a target on an arc, again and again from the origin."""
