"""Simple Alchemy: one stone, six potions, and a hidden causal graph."""
