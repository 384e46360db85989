"""GridNavi: told is the goal's cell."""

import jax
import jax.numpy as jnp

from athanor.experiments.task_inference.learning.families import Family, References, Supervised
from athanor.learning.descriptions import Class, Description
from athanor.tasks.grid_navi.board import Board
from athanor.tasks.grid_navi.environment import SETTINGS, Goal, GridNavi
from athanor.tasks.grid_navi.returns import random_hits


def goal_cell(rules: GridNavi) -> Supervised:
    """Tell the goal's cell, as one of all cells."""
    cells = rules.size**2
    return Supervised(
        Description((Class(cells),)),
        lambda task: jax.nn.one_hot(task.cell @ jnp.array([rules.size, 1]), cells),
    )


def returns(rules: GridNavi, task: Goal) -> References:
    """Return what a random walk and the shortest path to the goal earn."""
    board, cell = Board(rules), task.cell @ jnp.array([rules.size, 1])
    return References(
        *(
            board.expected_return(1, jnp.asarray(hits, jnp.float32)[cell])
            for hits in (random_hits(board), board.known_hits)
        )
    )


FAMILY = Family(SETTINGS, goal_cell, references=returns)
