"""A state of Navigation as an image, in plain NumPy."""

import numpy as np
from jaxtyping import Int, UInt8

from athanor.tasks.navigation.environment import Navigation, State, Target

PIXELS = 4  # a cell
MARGIN = 5  # cells round the square, where an agent outside is drawn
BEYOND, INSIDE, OBSTACLE = (215, 215, 215), (255, 255, 255), (40, 40, 40)
START, TARGET, AGENT = (0, 158, 115), (213, 94, 0), (0, 114, 178)

Image = UInt8[np.ndarray, "row column 3"]


def render(env: Navigation, task: Target, state: State) -> Image:
    """Return an image of the map, the start, the target and the agent where it is seen."""
    cells = env.last_cell + 1 + 2 * MARGIN
    image = np.full((cells * PIXELS,) * 2 + (3,), BEYOND, np.uint8)
    _box(image, (0, 0), (env.last_cell, env.last_cell), INSIDE)
    for left, right, bottom, top in env.rectangles:
        _box(image, (left, bottom), (right, top), OBSTACLE)
    seen = np.rint(np.asarray(env.position(state)) / env.stride).astype(int)
    _disc(image, np.array(env.start_cell), 1.5, START)
    _disc(image, np.asarray(task.cell), 2.0, TARGET)
    _disc(image, np.clip(seen, -MARGIN, env.last_cell + MARGIN), 1.5, AGENT)
    return image[::-1]  # y points up


def _box(image: Image, low: tuple[int, int], high: tuple[int, int], colour: tuple[int, ...]) -> None:
    left, bottom = ((coordinate + MARGIN) * PIXELS for coordinate in low)
    right, top = ((coordinate + MARGIN + 1) * PIXELS for coordinate in high)
    image[bottom:top, left:right] = colour


def _disc(image: Image, cell: Int[np.ndarray, "2"], radius: float, colour: tuple[int, ...]) -> None:
    column, row = (cell + MARGIN + 0.5) * PIXELS - 0.5
    rows, columns = np.ogrid[: image.shape[0], : image.shape[1]]
    image[(rows - row) ** 2 + (columns - column) ** 2 <= (radius * PIXELS) ** 2] = colour
