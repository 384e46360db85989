"""Draw the map, the way walked, the agent and the target as an image, in plain NumPy."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int, UInt8

from athanor.tasks.navigation.rules import Rules

PIXELS = 4  # a cell
MARGIN = 5  # cells round the square, where an agent outside is drawn
BEYOND, INSIDE, OBSTACLE = (215, 215, 215), (255, 255, 255), (40, 40, 40)
TRAIL, START, TARGET, AGENT = (160, 200, 235), (0, 158, 115), (213, 94, 0), (0, 114, 178)

Image = UInt8[np.ndarray, "row column 3"]


def draw(rules: Rules, target: Int[np.ndarray, "2"], trail: Sequence[Float[np.ndarray, "2"]]) -> Image:
    """Return an image of an episode; the agent is at the end of the trail, which is in metres."""
    cells = rules.last_cell + 1 + 2 * MARGIN
    image = np.full((cells * PIXELS,) * 2 + (3,), BEYOND, np.uint8)
    _box(image, (0, 0), (rules.last_cell, rules.last_cell), INSIDE)
    for left, right, bottom, top in rules.rectangles:
        _box(image, (left, bottom), (right, top), OBSTACLE)
    way = [np.clip(np.rint(p / rules.stride), -MARGIN, rules.last_cell + MARGIN).astype(int) for p in trail]
    for cell in way:
        _disc(image, cell, 0.5, TRAIL)
    _disc(image, np.array(rules.start_cell), 1.5, START)
    _disc(image, target, 2.0, TARGET)
    _disc(image, way[-1], 1.5, AGENT)
    return image[::-1]  # y points up


def _box(image: Image, low: tuple[int, int], high: tuple[int, int], colour: tuple[int, ...]) -> None:
    left, bottom = ((coordinate + MARGIN) * PIXELS for coordinate in low)
    right, top = ((coordinate + MARGIN + 1) * PIXELS for coordinate in high)
    image[bottom:top, left:right] = colour


def _disc(image: Image, cell: Int[np.ndarray, "2"], radius: float, colour: tuple[int, ...]) -> None:
    column, row = (cell + MARGIN + 0.5) * PIXELS - 0.5
    rows, columns = np.ogrid[: image.shape[0], : image.shape[1]]
    image[(rows - row) ** 2 + (columns - column) ** 2 <= (radius * PIXELS) ** 2] = colour
