"""One memory, from which the task is told in training."""

from athanor.experiments.task_inference.learning.composed import composed

LEARNER = composed(memory=True, belief="shared")
