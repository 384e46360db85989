"""Draw the arc, the target's disc and the agent as an image, in plain NumPy."""

import numpy as np
from jaxtyping import Bool, Float, UInt8

SIZE = 160  # pixels
EDGE = 1.5  # radii of the circle, from the origin to the border of the image
GROUND, ARC, DISC, TARGET, ORIGIN, AGENT = (
    (255, 255, 255),
    (170, 170, 170),
    (250, 215, 190),
    (213, 94, 0),
    (0, 158, 115),
    (0, 114, 178),
)

Image = UInt8[np.ndarray, "row column 3"]


def draw(position: Float[np.ndarray, "2"], angle: float, radius: float, max_angle: float) -> Image:
    """Return an image of one moment; an agent beyond the border is drawn on it."""
    axis = (np.arange(SIZE) + 0.5) / SIZE * 2 * EDGE - EDGE
    x, y = axis[None, :], axis[::-1, None]  # y points up
    image = np.full((SIZE, SIZE, 3), GROUND, np.uint8)
    on_arc = (np.abs(np.hypot(x, y) - 1) < EDGE / SIZE) & (np.mod(np.arctan2(y, x), 2 * np.pi) <= max_angle)
    target = np.array([np.cos(angle), np.sin(angle)])
    image[_disc(x, y, target, radius)] = DISC
    image[on_arc] = ARC
    image[_disc(x, y, target, 0.04)] = TARGET
    image[_disc(x, y, np.zeros(2), 0.03)] = ORIGIN
    image[_disc(x, y, np.clip(position, -EDGE, EDGE), 0.06)] = AGENT
    return image


def _disc(
    x: Float[np.ndarray, "1 column"],
    y: Float[np.ndarray, "row 1"],
    centre: Float[np.ndarray, "2"],
    radius: float,
) -> Bool[np.ndarray, "row column"]:
    return np.hypot(x - centre[0], y - centre[1]) <= radius
