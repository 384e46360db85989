"""Test of states as images: what is drawn where."""

import jax
import jax.numpy as jnp

from athanor.tasks.navigation.environment import Navigation
from athanor.tasks.navigation.rendering import AGENT, INSIDE, OBSTACLE, START, TARGET, render
from athanor.tasks.navigation.rules import DOWN_LEFT


def test_the_image_shows_agent_target_start_and_cross() -> None:
    game = Navigation()
    task = jax.tree.map(lambda cells: cells[0], game.targets_at(((2.5, 2.4),)))
    state = game.reset(task, jax.random.key(0))
    for _ in range(5):
        state, _ = game.step(task, state, jnp.int32(DOWN_LEFT), jax.random.key(0))
    image = render(game, task, state)
    assert image.shape == (444, 444, 3)
    places = {
        (9.4, 9.4): AGENT,
        (2.5, 2.4): TARGET,
        (9.9, 9.9): START,
        (5.0, 6.0): OBSTACLE,
        (1.0, 9.0): INSIDE,
    }
    for (x, y), colour in places.items():
        row, column = 443 - int((10 * y + 5.5) * 4), int((10 * x + 5.5) * 4)
        assert tuple(image[row, column].tolist()) == colour
