"""Memories beside the gated recurrent unit, on the games and the budget of the learners."""
