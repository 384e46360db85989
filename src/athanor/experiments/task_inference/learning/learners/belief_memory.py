"""A belief network beside a memory of the policy's own."""

from athanor.experiments.task_inference.learning.composed import composed

LEARNER = composed(belief="separate", memory=True)
