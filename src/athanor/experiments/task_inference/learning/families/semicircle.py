"""The semicircle: told is the part of the arc that holds the target."""

from typing import Any

import jax
from jaxtyping import Array, Float

from athanor.arc.environment import TargetOnArc
from athanor.experiments.task_inference.learning.families import Family, Supervised, binned
from athanor.learning.descriptions import Class, Description
from athanor.tasks.semicircle.environment import SETTINGS

ARC_CLASSES = 32  # of the target's angle


def angle_class(rules: TargetOnArc) -> Supervised:
    """Tell the target's angle, as one of equal parts of the arc: what a search leaves of it has many peaks."""

    def describe(task: Any) -> Float[Array, "description"]:
        return jax.nn.one_hot(binned(task.angle / rules.max_angle, ARC_CLASSES), ARC_CLASSES)

    return Supervised(Description((Class(ARC_CLASSES),)), describe)


FAMILY = Family(SETTINGS, angle_class)
