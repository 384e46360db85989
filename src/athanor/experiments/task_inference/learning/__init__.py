"""Who learns to infer the task, how fast and how well: agents with and without a belief, on one yardstick."""
