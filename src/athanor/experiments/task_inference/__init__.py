"""Meta-RL as task inference: families whose posterior is exact."""
