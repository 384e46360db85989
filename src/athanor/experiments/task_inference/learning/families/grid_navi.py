"""GridNavi: told is the goal's cell."""

import jax
import jax.numpy as jnp

from athanor.experiments.task_inference.learning.families import Family, Supervised
from athanor.learning.descriptions import Class, Description
from athanor.tasks.grid_navi.environment import SETTINGS, GridNavi


def goal_cell(rules: GridNavi) -> Supervised:
    """Tell the goal's cell, as one of all cells."""
    cells = rules.size**2
    return Supervised(
        Description((Class(cells),)),
        lambda task: jax.nn.one_hot(task.cell @ jnp.array([rules.size, 1]), cells),
    )


FAMILY = Family(SETTINGS, goal_cell)
