"""A belief network of which the policy reads what it tells."""

from athanor.experiments.task_inference.learning.composed import composed

LEARNER = composed(belief="separate", reads="outputs")
