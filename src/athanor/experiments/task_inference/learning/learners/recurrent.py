"""One memory, which sees what was done and what it earned."""

from athanor.experiments.task_inference.learning.composed import composed

LEARNER = composed(memory=True)
