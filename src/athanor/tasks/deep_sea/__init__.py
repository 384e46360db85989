"""Deep sea: only always turning right, at a cost, leads to the treasure."""
