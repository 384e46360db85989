"""Pictures of the board."""

import jax.numpy as jnp
import numpy as np

from athanor.tasks.numpad.environment import Numpad, Sequence, State
from athanor.tasks.numpad.rendering import AGENT, DARK, LIT, PIXELS, render

RULES, TASK = Numpad(2, 3, 3, 10), Sequence(jnp.array([1, 2, 5]))


def test_lights_and_the_agent() -> None:
    state = State(*(jnp.int32(each) for each in (2, 2, 2, 2)))
    image = render(RULES, TASK, state)
    assert image.shape == (2 * PIXELS, 3 * PIXELS, 3) and image.dtype == np.uint8
    corners = image[4::PIXELS, 4::PIXELS]
    middles = image[PIXELS // 2 :: PIXELS, PIXELS // 2 :: PIXELS]
    assert [tuple(each) for each in corners.reshape(-1, 3)] == [DARK, LIT, LIT, DARK, DARK, DARK]
    assert tuple(middles[0, 2]) == AGENT
    assert not np.any(np.all(image[PIXELS:] == AGENT, axis=-1))
