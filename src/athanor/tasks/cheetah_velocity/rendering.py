"""Draw the cheetah from the side, in plain NumPy: its capsules where MuJoCo puts them, no graphics card asked."""

import mujoco
import numpy as np
from jaxtyping import Bool, Float, UInt8

from athanor.tasks.cheetah_velocity.doubles import joined
from athanor.tasks.cheetah_velocity.environment import CheetahVelocity, State, Target
from athanor.tasks.cheetah_velocity.physics import JOINTS, model

WIDTH, HEIGHT = 240, 120  # pixels
SCALE = 80  # pixels per metre
FLOOR = 20  # pixels from the lower border
SKY, GROUND, MARK, BODY, SLOW, FAST = (
    (255, 255, 255),
    (225, 225, 225),
    (170, 170, 170),
    (0, 114, 178),
    (213, 94, 0),
    (0, 158, 115),
)


def render(env: CheetahVelocity, task: Target, state: State) -> UInt8[np.ndarray, "row column 3"]:
    """Return an image that moves with the cheetah; the ground has a mark each metre.

    The upper bar is as long as the hidden velocity, the lower one as the last step's, in shares of twice the highest.
    """
    position = joined(np.asarray(state.physics))[:JOINTS]
    x = (np.arange(WIDTH) + 0.5 - WIDTH / 2)[None, :] / SCALE + position[0]  # m
    z = (HEIGHT - FLOOR - np.arange(HEIGHT) - 0.5)[:, None] / SCALE
    image = np.full((HEIGHT, WIDTH, 3), SKY, np.uint8)
    image[np.broadcast_to(z < 0, image.shape[:2])] = GROUND
    image[(z < 0) & (np.mod(x, 1) < 0.05)] = MARK
    for start, end, radius in _capsules(position):
        image[_near(x, z, start, end, radius)] = BODY
    for row, velocity, colour in ((4, task.velocity, FAST), (10, state.velocity, SLOW)):
        share = np.clip(float(velocity) / (2 * env.highest), 0, 1)
        image[row : row + 4, : round(share * WIDTH)] = colour
    return image


def _capsules(
    position: Float[np.ndarray, "joint"],
) -> list[tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"], float]]:
    """Return the ends of the axes of all capsules in the plane of the run, and their radii, in m."""
    cheetah, data = model(), mujoco.MjData(model())
    data.qpos[:] = position
    mujoco.mj_kinematics(cheetah, data)
    found = []
    for part in np.flatnonzero(cheetah.geom_type == mujoco.mjtGeom.mjGEOM_CAPSULE.value):
        radius, half, _ = cheetah.geom_size[part]
        middle, along = data.geom_xpos[part, [0, 2]], half * data.geom_xmat[part].reshape(3, 3)[[0, 2], 2]
        found.append((middle - along, middle + along, float(radius)))
    return found


def _near(
    x: Float[np.ndarray, "1 column"],
    z: Float[np.ndarray, "row 1"],
    start: Float[np.ndarray, "2"],
    end: Float[np.ndarray, "2"],
    radius: float,
) -> Bool[np.ndarray, "row column"]:
    """Return which points are within a radius of the line between two ends."""
    along = end - start
    share = np.clip(((x - start[0]) * along[0] + (z - start[1]) * along[1]) / (along @ along), 0, 1)
    return np.hypot(x - start[0] - share * along[0], z - start[1] - share * along[1]) <= radius
