"""Tests of expected returns of a policy: by hand, against every sequence of moves, and their gradient."""

import itertools
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.navigation.environment import Target, navigation
from athanor.tasks.navigation.expected import expected_end, expected_return, observations
from athanor.tasks.navigation.rules import (
    ACTIONS,
    CLEAN,
    DOWN_LEFT,
    FIGURE2,
    RELEASED,
    SETTINGS,
    target_cells,
)
from athanor.tasks.navigation.targets import FIGURE2_TARGETS, RELEASED_TARGETS

# Starts from which few moves meet an obstacle, the border, and a target.
SMALL = [
    replace(RELEASED, horizon=4, start=(5.2, 6.8)),
    replace(RELEASED, horizon=4, start=(10.0, 9.9), idle_last_step=False),
    replace(FIGURE2, horizon=3, start=(9.9, 10.0), squared=False),
    replace(CLEAN, horizon=3, start=(5.2, 5.2)),
    replace(CLEAN, horizon=3, start=(10.0, 0.1)),
]


def policy(env, task, weights):
    """Return probabilities that differ from cell to cell: a linear policy on what is observed, in units of 10 m."""
    return jax.nn.softmax(observations(env, task) / 10.0 @ weights)


def weights_of(env):
    return jax.random.normal(jax.random.key(1), (env.observation.size, ACTIONS))


def test_two_cells_by_hand() -> None:
    """Of two steps one moves: to the target's cell with probability 1/4, to one 0.1 m from it, or anywhere else."""
    env = navigation(replace(RELEASED, horizon=2, start=(5.0, 9.0), reach_squared=0.0, squared=False))
    task = env.targets_at(((5.0, 9.1),))
    task = Target(task.cell[0])
    start = (50, 90)
    chances = jnp.zeros((*observations(env, task).shape[:2], ACTIONS))
    chances = chances.at[start[0], start[1], 0].set(0.25).at[start[0], start[1], 2].set(0.75)
    far = np.hypot(0.1, 0.1)  # m: one step east, twice paid
    assert expected_return(env, task, chances, 0.5) == pytest.approx(-0.75 * far * (1 + 0.5), rel=1e-5)
    end = expected_end(env, task, chances)
    assert end.distance == pytest.approx(0.75 * far, rel=1e-5)
    assert end.squared_distance == pytest.approx(0.75 * 0.02, rel=1e-5)
    assert end.on_obstacle == 0.0


@pytest.mark.parametrize("rules", SMALL)
def test_expectations_are_those_over_every_sequence_of_moves(rules) -> None:
    env = navigation(rules)
    x, y = env.start_cell
    task = Target(jnp.array([x - 2, y - 1], jnp.int32))
    weights, discount, key = weights_of(env), 0.9, jax.random.key(0)

    def played(actions):
        state = env.reset(task, key)
        chance, value = jnp.float32(1.0), jnp.float32(0.0)
        for time in range(env.horizon):
            chances = jax.nn.softmax(env.observe(task, state) / 10.0 @ weights)
            chance *= chances[actions[time]]
            state, transition = env.step(task, state, actions[time], key)
            value += discount**time * transition.reward
        return chance, value, env.squared_distance(task, state), env.blocked(state.cell)

    sequences = jnp.array(list(itertools.product(range(ACTIONS), repeat=env.horizon)), jnp.int32)
    chance, value, squared, blocked = map(np.asarray, jax.jit(jax.vmap(played))(sequences))
    chances = policy(env, task, weights)
    assert chance.sum() == pytest.approx(1.0, rel=1e-4)
    assert expected_return(env, task, chances, discount) == pytest.approx((chance * value).sum(), rel=1e-4)
    end = expected_end(env, task, chances)
    expected = [(chance * each).sum() for each in (squared, np.sqrt(squared), blocked)]
    np.testing.assert_allclose(np.array(end), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("rules", "points", "plateau"), [(FIGURE2, FIGURE2_TARGETS, 19.94), (RELEASED, RELEASED_TARGETS, 21.54)]
)
def test_walking_into_the_cross_gives_the_published_plateau(rules, points, plateau) -> None:
    env = navigation(rules)
    tasks = Target(jnp.asarray(target_cells(rules, points)))

    def squared(task):
        shape = observations(env, task).shape[:2]
        one_way = jnp.zeros((*shape, ACTIONS)).at[:, :, DOWN_LEFT].set(1.0)
        return expected_end(env, task, one_way).squared_distance

    assert np.mean(jax.lax.map(squared, tasks)) == pytest.approx(plateau, abs=0.005)


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_gradient_is_that_of_finite_differences(setting) -> None:
    env = navigation(replace(SETTINGS[setting], horizon=6, start=(5.2, 5.4)))
    task = Target(jnp.array([50, 48], jnp.int32))
    weights = weights_of(env)
    direction = jax.random.normal(jax.random.key(2), weights.shape)

    @jax.jit
    def value(step):
        return expected_return(env, task, policy(env, task, weights + step * direction), 0.95)

    step = 0.02
    differences = (value(step) - value(-step)) / (2 * step)
    assert jax.grad(value)(0.0) == pytest.approx(float(differences), rel=5e-3)
    assert abs(float(differences)) > 1e-3
