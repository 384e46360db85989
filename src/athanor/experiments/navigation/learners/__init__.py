"""The learners under the readings of the source, how all their runs are trained, and how trained policies are played."""
