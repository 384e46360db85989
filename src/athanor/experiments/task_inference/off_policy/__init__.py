"""Learning from a store of past trials against learning from fresh ones, and a bottleneck on what is remembered."""
