"""Draw the board, its lights and the agent as an image, in plain NumPy."""

import numpy as np
from jaxtyping import UInt8

from athanor.tasks.numpad.environment import Numpad, Sequence, State

PIXELS = 32  # of a pad's side
GAP = 2  # pixels round a pad
BOARD, DARK, LIT, AGENT = (40, 40, 40), (215, 215, 215), (240, 228, 66), (0, 114, 178)


def render(rules: Numpad, task: Sequence, state: State) -> UInt8[np.ndarray, "row column 3"]:
    """Return an image of a state: lit pads are yellow, the agent is a blue disc."""
    image = np.full((rules.rows * PIXELS, rules.columns * PIXELS, 3), BOARD, np.uint8)
    for pad, lit in enumerate(np.asarray(rules.lights(task, state))):
        _square(image, rules, pad)[:] = LIT if lit else DARK
    inside = _square(image, rules, int(state.pad))
    middle = (len(inside) - 1) / 2
    rows, columns = np.ogrid[: len(inside), : len(inside)]
    inside[(rows - middle) ** 2 + (columns - middle) ** 2 <= (PIXELS / 4) ** 2] = AGENT
    return image


def _square(
    image: UInt8[np.ndarray, "row column 3"], rules: Numpad, pad: int
) -> UInt8[np.ndarray, "side side 3"]:
    """Return the part of an image that shows a pad, to be painted."""
    row, column = divmod(pad, rules.columns)
    rows, columns = (slice(at * PIXELS + GAP, (at + 1) * PIXELS - GAP) for at in (row, column))
    return image[rows, columns]
