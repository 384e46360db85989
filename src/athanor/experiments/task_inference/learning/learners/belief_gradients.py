"""A belief network that learns from the policy's loss too."""

from athanor.experiments.task_inference.learning.composed import composed

LEARNER = composed(belief="separate", stops_gradient=False)
