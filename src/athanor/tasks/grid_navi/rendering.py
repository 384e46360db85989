"""Draw a state of the game as an image, in plain NumPy."""

import numpy as np
from jaxtyping import Int, UInt8

from athanor.tasks.grid_navi.environment import Goal, GridNavi, State

PIXELS = 32  # a cell
LINE, NO_GOAL, CANDIDATE, GOAL, AGENT = (
    (170, 170, 170),
    (225, 225, 225),
    (255, 255, 255),
    (213, 94, 0),
    (0, 114, 178),
)

Image = UInt8[np.ndarray, "row column 3"]


def render(env: GridNavi, task: Goal, state: State) -> Image:
    """Return an image of the grid, the hidden goal and the agent; cells that cannot be the goal are grey."""
    image = np.full((env.size * PIXELS,) * 2 + (3,), NO_GOAL, np.uint8)
    for cell in env.goals:
        _fill(image, cell, 0, CANDIDATE)
    _fill(image, np.asarray(task.cell), 0, GOAL)
    _fill(image, np.asarray(state.cell), PIXELS // 4, AGENT)
    image[::PIXELS] = image[:, ::PIXELS] = LINE
    return image[::-1]  # y points up


def _fill(image: Image, cell: Int[np.ndarray, "2"], margin: int, colour: tuple[int, ...]) -> None:
    column, row = cell * PIXELS
    image[row + margin : row + PIXELS - margin, column + margin : column + PIXELS - margin] = colour
