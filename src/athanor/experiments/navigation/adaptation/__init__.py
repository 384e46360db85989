"""Adaptation to hidden targets, and what it takes to reach all eight targets."""
