"""A belief network with a memory of its own, which the policy reads."""

from athanor.experiments.task_inference.learning.composed import composed

LEARNER = composed(belief="separate")
