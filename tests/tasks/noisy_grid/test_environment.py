"""The rules of the noisy grid by hand, and its belief."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithExpert, WithPosterior
from athanor.tasks.noisy_grid.environment import RIGHT, STAY, UP, Goal, NoisyGrid

KEY = jax.random.key(0)
GRID = NoisyGrid(size=3, horizon=6)


def play(grid, actions, goal=(2, 1), key=KEY):
    """Return cells, rewards, lights, ends, and the features of the belief after each step."""
    task = Goal(jnp.array(goal, jnp.int32))

    def step(carry, inputs):
        state, belief = carry
        action, key = inputs
        following, transition = grid.step(task, state, action, key)
        seen = grid.observe(task, state), action, transition.reward, grid.observe(task, following)
        belief = grid.update(belief, *seen)
        shown = following.cell, transition.reward, following.light, transition.terminated
        return (following, belief), (*shown, grid.features(belief))

    keys = jax.random.split(key, len(actions))
    start = grid.reset(task, KEY), grid.prior()
    return jax.lax.scan(step, start, (jnp.array(actions, jnp.int32), keys))[1]


def test_a_walk_by_hand():
    cells, rewards, _, ends, known = play(GRID, [RIGHT, RIGHT, UP, STAY, UP, STAY, UP, UP])
    assert cells.tolist() == [[1, 0], [2, 0], [2, 1], [2, 1], [2, 2], [2, 2], [2, 2], [2, 2]]
    assert rewards.tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert ends.tolist() == [False] * 5 + [True] * 3
    goals = [tuple(cell) for cell in GRID.goals.tolist()]
    assert goals == [(0, 2), (1, 2), (2, 0), (2, 1), (2, 2)]
    assert np.allclose(known[0], 0.2)
    assert np.allclose(known[1], [0.25, 0.25, 0, 0.25, 0.25])
    assert np.allclose(known[2:], [[0, 0, 0, 1, 0]] * 6)


def test_the_light_flickers_in_the_noisy_cell_alone():
    grid = NoisyGrid(size=3, horizon=4000, flicker=0.3)
    _, _, lights, _, known = play(grid, [RIGHT] + [STAY] * 3999, goal=(0, 2))
    assert float(lights.mean()) == pytest.approx(0.3, abs=4 * (0.21 / 4000) ** 0.5)
    assert np.allclose(known, 0.2)
    _, _, elsewhere, _, _ = play(grid, [UP] * 4000, goal=(0, 2))
    assert not elsewhere.any()


def test_observation_and_description():
    task = Goal(jnp.array([2, 1], jnp.int32))
    state = GRID.reset(task, KEY)
    for action in (UP, RIGHT, RIGHT):
        state, _ = GRID.step(task, state, jnp.int32(action), KEY)
    assert GRID.observe(task, state).tolist() == [1.0, 0.5, 0.5, 0.0]
    assert GRID.describe(task).tolist() == [1.0, 0.5]


def test_it_is_a_family_of_the_contract():
    for protocol in (Environment, Described, WithExpert, WithPosterior):
        assert isinstance(GRID, protocol)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": 2}, "size is 2, must be from 3 to 16"),
        ({"horizon": 0}, "horizon is 0, must be from 1 to 10000"),
        ({"flicker": 1.5}, "flicker is 1.5, must be from 0.0 to 1.0"),
    ],
)
def test_impossible_rules_are_one_line(settings, message):
    with pytest.raises(ValueError) as error:
        NoisyGrid(**settings)
    assert str(error.value) == message
