"""Draw the disc, the hidden target and the ball as an image, in plain NumPy."""

import numpy as np
from jaxtyping import Bool, Float, UInt8

from athanor.tasks.noisy_target.environment import NoisyTarget, State, Target

SIZE = 160  # pixels
EDGE = 1.1  # radii of the disc, from the middle to the border of the image
GROUND, DISC, LIKELY, TARGET, TRAIL, BALL = (
    (255, 255, 255),
    (225, 225, 225),
    (250, 215, 190),
    (213, 94, 0),
    (150, 195, 225),
    (0, 114, 178),
)


def render(env: NoisyTarget, task: Target, state: State) -> UInt8[np.ndarray, "row column 3"]:
    """Return an image: within the pale disc around the target rewards are likeliest, a trail shows the last step."""
    axis = (np.arange(SIZE) + 0.5) / SIZE * 2 * EDGE - EDGE
    pixels = np.stack(np.broadcast_arrays(axis[None, :], axis[::-1, None]), axis=-1)  # y points up
    target, ball = np.asarray(task.place), np.asarray(state.position)
    image = np.full((SIZE, SIZE, 3), GROUND, np.uint8)
    image[_within(pixels, np.zeros(2), 1.0)] = DISC
    image[_within(pixels, target, env.unit * (1 / env.most - 1) ** 0.5)] = LIKELY
    image[_within(pixels, target, 0.03)] = TARGET
    for share in np.linspace(0, 1, 8):
        image[_within(pixels, ball - share * np.asarray(state.velocity), 0.02)] = TRAIL
    image[_within(pixels, ball, 0.05)] = BALL
    return image


def _within(
    pixels: Float[np.ndarray, "row column 2"], centre: Float[np.ndarray, "2"], radius: float
) -> Bool[np.ndarray, "row column"]:
    return ((pixels - centre) ** 2).sum(axis=-1) <= radius**2
