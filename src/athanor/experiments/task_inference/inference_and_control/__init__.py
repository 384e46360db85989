"""Where the gap to the Bayes-optimal agent comes from: what is not inferred of the task, and what is not made of it."""
