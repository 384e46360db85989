"""The exact answer of each statement: what the best agent, and the best under a restriction, can earn or learn."""
