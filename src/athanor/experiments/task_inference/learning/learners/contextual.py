"""No memory, but the task."""

from athanor.experiments.task_inference.learning.composed import composed

LEARNER = composed(observed="task")
