"""Draw a state of the game as an image."""

import numpy as np
from jaxtyping import UInt8

from athanor.arc.drawing import draw
from athanor.arc.environment import State, Target
from athanor.tasks.sparse_navigation.environment import SparseNavigation


def render(env: SparseNavigation, task: Target, state: State) -> UInt8[np.ndarray, "row column 3"]:
    """Return an image of the arc, the hidden target and the agent."""
    return draw(np.asarray(state.position), float(task.angle), env.radius, env.max_angle)
