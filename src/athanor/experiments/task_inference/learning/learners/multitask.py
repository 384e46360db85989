"""Neither memory nor task."""

from athanor.experiments.task_inference.learning.composed import composed

LEARNER = composed(observed="nothing")
