"""The noisy target: told is the square that holds the target."""

from typing import Any

import jax
from jaxtyping import Array, Float

from athanor.experiments.task_inference.learning.families import Family, Supervised, binned
from athanor.learning.descriptions import Class, Description
from athanor.tasks.noisy_target.environment import SETTINGS, NoisyTarget

DISC_CLASSES = 8  # of the target's position, per axis


def place_class(rules: NoisyTarget) -> Supervised:
    """Tell the target's position, as one of equal squares."""
    del rules

    def describe(task: Any) -> Float[Array, "description"]:
        row, column = binned((task.place + 1) / 2, DISC_CLASSES)
        return jax.nn.one_hot(row * DISC_CLASSES + column, DISC_CLASSES**2)

    return Supervised(Description((Class(DISC_CLASSES**2),)), describe)


FAMILY = Family(SETTINGS, place_class)
