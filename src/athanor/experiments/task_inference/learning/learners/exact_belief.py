"""No memory, but the exact posterior."""

from athanor.experiments.task_inference.learning.composed import composed

LEARNER = composed(observed="posterior")
