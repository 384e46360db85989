"""Distributions of targets, how hard a target is, and the order in which targets are met."""
