"""The causal graphs: how many there are, how far apart they lie, and how a transition factorises."""
