"""Athanor: meta-reinforcement learning measured on an exact yardstick."""
