"""The exact solution of the 384 graphs, and what no behaviour can learn."""
