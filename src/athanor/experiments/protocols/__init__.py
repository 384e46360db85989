"""Ways to measure a learner on a family that do not depend on which: each is here once."""
