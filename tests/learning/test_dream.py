"""DREAM: information rewards by hand, what each part may learn from, and a game that it solves."""

from dataclasses import dataclass
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jaxtyping import Array

from athanor.environment import Box, Discrete, Transition
from athanor.learning.dream import (
    CodeReader,
    Dream,
    Games,
    Gradients,
    Point,
    TaskReader,
    beliefs,
    dream_learner,
    information_rewards,
    joined,
    squared_length,
)
from athanor.learning.layers import Linear, MLPEncoder
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent
from athanor.learning.told import Telling, Told
from athanor.learning.training import begin, train


def test_information_rewards_by_hand():
    """f = (1, 0); g goes (0, 0), (1, 0), (1, 2): errors 1, 0, 4, each step's fall less its cost of 0.25."""
    found = jnp.array([[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]])
    rewards = information_rewards(jnp.array([1.0, 0.0]), found, jnp.array([True, True]), 0.25)
    np.testing.assert_allclose(rewards, [0.75, -4.25])
    ended = information_rewards(jnp.array([1.0, 0.0]), found, jnp.array([True, False]), 0.25)
    np.testing.assert_allclose(ended, [0.75, 0.0])


def test_information_rewards_add_up_to_all_that_was_found_out(key):
    code, found = jax.random.normal(key, (3,)), jax.random.normal(jax.random.fold_in(key, 1), (6, 3))
    total = information_rewards(code, found, jnp.ones(5, bool), 0.0).sum()
    ends = np.square(np.asarray(code) - np.asarray(found)).sum(axis=1)
    np.testing.assert_allclose(total, ends[0] - ends[-1], rtol=1e-4)


def test_a_belief_that_is_a_point_by_hand():
    assert Point(2).parameters == 2
    assert float(Point(2).loss(jnp.array([0.0, 1.0]), jnp.array([3.0, 5.0]))) == 25


class Shown(NamedTuple):
    """What was shown of the task so far, and whether a step was made."""

    known: Array
    over: Array


@dataclass(frozen=True)
class Doors:
    """One of two doors pays. Exploring, action 1 shows which, as −1 or 1, and action 0 nothing; both take two steps."""

    executes: bool = False
    steps: int = 2
    observation = Box((-1.0,), (1.0,))
    action = Discrete(2)

    def reset(self, task, key):
        return Shown(jnp.float32(0.0), jnp.int32(0))

    def step(self, task, state, action, key):
        right = (action == task).astype(jnp.float32)
        shown = jnp.where(action == 1, 2.0 * task.astype(jnp.float32) - 1.0, 0.0)
        following = Shown(jnp.float32(0.0) if self.executes else shown, state.over + 1)
        return following, Transition(right if self.executes else jnp.float32(0.0), following.over >= 2)

    def observe(self, task, state):
        return state.known[None]


SETTINGS = Dream(code=2, bottleneck=0.001)
GAMES = Games(Doors(), Doors(executes=True), lambda task: jax.nn.one_hot(task, 2), 2)
TASKS = jnp.arange(32) % 2


@pytest.fixture(scope="module")
def learner():
    gradients = Gradients(
        *[PolicyGradient(discount=0.9, gae_lambda=0.9, clip=0.2, entropy=0.01)] * len(Gradients._fields)
    )
    return dream_learner(SETTINGS, Recurrent(8, 3), gradients, GAMES, optax.adam(0.02))


def test_exploration_is_paid_by_what_its_beliefs_find(learner, key):
    state = learner.init(key)
    batch = jax.jit(learner.collect)(state, TASKS, key)
    codes = jax.vmap(state.executor.params.encoder.tells)(jax.nn.one_hot(TASKS, 2))
    np.testing.assert_allclose(batch.explored.rollout.description[:, 0], codes, rtol=1e-5)
    found = jax.vmap(beliefs, in_axes=(None, 0))(state.explorer.params, batch.explored.rollout)
    errors = np.square(np.asarray(codes)[:, None] - np.asarray(found)).sum(axis=2)
    expected = errors[:, :-1] - errors[:, 1:] - SETTINGS.cost
    np.testing.assert_allclose(batch.explored.rollout.reward, expected, rtol=1e-4, atol=1e-6)
    assert batch.executed.measure.shape == batch.measure.shape == (32,)


def test_a_game_is_learnt_whose_optimum_is_known(learner, key):
    """Who looks behind the door first earns 2; blind, 1 on average."""
    run = jax.jit(lambda run: train(learner, lambda key, episode: TASKS, run, 80, key)[0])(
        begin(learner, key)
    )
    batch = jax.jit(learner.collect)(run.state, TASKS, key)
    assert 1.7 < float(batch.measure.mean()) <= 2
    assert float(jnp.mean(jnp.any(batch.explored.rollout.action == 1, axis=1))) > 0.9


@pytest.fixture
def encoder(key):
    return TaskReader(Linear(2, 2, key), CodeReader(MLPEncoder(3, 4, (key, jax.random.fold_in(key, 1)))), 0.1)


def test_the_bottleneck_weighs_the_code_that_execution_is_told(encoder):
    """f of the second task is the second row of its weights and the bias; noise is not counted."""
    seen = jnp.array([0.5, 0.0, 1.0, 9.0, -9.0, 0.0])  # observation, description, noise, not found
    features = encoder((), seen)[1]
    told = np.asarray(encoder.tells.weight[1] + encoder.tells.bias)
    np.testing.assert_allclose(features.belief, told, rtol=1e-6)
    np.testing.assert_allclose(squared_length((), features, jnp.zeros(0)), np.square(told).sum(), rtol=1e-5)
    read = encoder.reader((), jnp.concatenate([seen[:1], told + 0.1 * seen[3:5]]))[1]
    np.testing.assert_allclose(features.control, read.control, rtol=1e-5)


def test_every_second_execution_is_told_what_was_found(encoder):
    """Then it is the same whatever the task, and f learns nothing from it but by the bottleneck."""
    descriptions, noise, found = jnp.eye(2), jnp.full((2, 2), 9.0), jnp.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(joined(descriptions, noise, found), [[1, 0, 9, 9, 0], [0, 1, 3, 4, 1]])

    def control(encoder, description, is_found):
        seen = jnp.array([0.5, *description, 3.0, 4.0, is_found])
        return encoder((), seen)[1].control

    np.testing.assert_allclose(control(encoder, (1.0, 0.0), 1.0), control(encoder, (0.0, 1.0), 1.0))
    assert not np.allclose(control(encoder, (1.0, 0.0), 0.0), control(encoder, (0.0, 1.0), 0.0))
    for is_found in (0.0, 1.0):
        slope = eqx.filter_grad(lambda one, it=is_found: control(one, (1.0, 0.0), it).sum())(encoder)
        assert np.any(np.asarray(slope.tells.weight)) == (is_found == 0.0)


def test_what_is_told_is_seen_only_if_its_size_is_given():
    task, state = Told(jnp.int32(1), jnp.array([5.0, 6.0])), Doors().reset(None, None)
    np.testing.assert_allclose(Telling(Doors()).observe(task, state), [0.0])
    np.testing.assert_allclose(Telling(Doors(), 2).observe(task, state), [0.0, 5.0, 6.0])
    assert Telling(Doors(), 2).observation.size == 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"code": 0}, "code is 0, must be at least 1"),
        ({"deviation": -1.0}, "deviation is -1.0, must be at least 0 and finite"),
        ({"bottleneck": float("inf")}, "bottleneck is inf, must be at least 0 and finite"),
        ({"belief_weight": 0.0}, "belief_weight is 0.0, must be more than 0 and finite"),
    ],
)
def test_impossible_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        Dream(**settings)
