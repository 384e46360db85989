"""Exploration and execution learnt apart, and end to end, on the bus grid."""
