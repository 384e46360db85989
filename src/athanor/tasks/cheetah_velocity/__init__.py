"""Cheetah velocity: the half-cheetah of MuJoCo is to run at a hidden velocity."""
