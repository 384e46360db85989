"""Pendulum: swing up a pendulum of random mass and length."""
