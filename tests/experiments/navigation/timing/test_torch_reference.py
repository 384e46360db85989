"""The eager PyTorch learners compute what ours compute; only where PyTorch is installed."""

import importlib
from dataclasses import replace
from itertools import pairwise

import jax
import numpy as np
import pytest

from athanor.experiments.navigation.learners.config import Networks, Released, Written
from athanor.experiments.navigation.learners.methods import released_method, written_method
from athanor.experiments.navigation.timing.eager_game import Game
from athanor.learning.adaptation import Inner
from athanor.learning.maml import meta_gradient
from athanor.learning.policy_gradient import problem
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import RELEASED

torch = pytest.importorskip("torch")
reference = importlib.import_module("athanor.experiments.navigation.timing.torch_reference")

ENV = navigation(replace(RELEASED, horizon=12))
POINTS = ((6.7, 9.3), (9.7, 9.7))  # the second is near enough for an episode to end early
HIDDEN = Networks(hidden=32)
METHODS = {
    "released": released_method(ENV, HIDDEN, Released(), "maml", 1),
    "written": written_method(ENV, HIDDEN, Written(), "maml", 1),
}


def start_of(state):
    games = [Game(ENV, point) for point in POINTS]
    leaves = [[np.asarray(leaf) for leaf in jax.tree.leaves(part)] for part in state[:2]]
    return reference.Start(games, *leaves)


@pytest.mark.parametrize("first_order", [False, True], ids=["maml", "fomaml"])
@pytest.mark.parametrize("reading", METHODS)
def test_the_meta_gradient_is_that_of_ours_on_the_same_actions(reading, first_order) -> None:
    key = jax.random.key(4)
    method = METHODS[reading]
    state, tasks = method.learner.init(key), ENV.targets_at(POINTS)
    inner = Inner(2, 1e-6, first_order)  # the steps are long, since advantages are not scaled
    ours = problem(method.gradient, ENV, state.critic)
    _, expected, seen = jax.jit(lambda params: meta_gradient(ours, inner, params, tasks, key))(state.params)
    support, query = seen.support.batch.action[:, :, 0], seen.query.action[:, 0]
    valid = np.concatenate([seen.support.batch.valid[:, :, 0], seen.query.valid[:, None, 0]], axis=1)
    actions = np.concatenate([support, query[:, None]], axis=1)
    replayed = iter(actions[valid].tolist())  # task by task, inner steps first
    start = start_of(state)
    actor, critic = reference.parameters(start.actor), reference.parameters(start.critic)
    found, played = reference.meta_gradient(
        method.gradient, inner, start.games, actor, critic, lambda policy: torch.tensor(next(replayed))
    )
    assert next(replayed, None) is None
    assert [len(episode.reward) for episode in played] == valid.sum(2).ravel().tolist()
    for theirs, leaf in zip(found, jax.tree.leaves(expected), strict=True):
        scale = np.abs(leaf).max()
        assert scale > 0.0
        np.testing.assert_allclose(theirs.numpy() / scale, leaf / scale, atol=2e-4)


@pytest.mark.parametrize(
    ("reading", "algorithm", "episodes"),
    [
        (Released(), "maml", 2 * 4),
        (Released(), "fomaml", 3),
        (Written(), "maml", 2 * 4),
        (Written(), "fomaml", 2 * 4),
    ],
    ids=lambda value: getattr(value, "title", lambda: type(value).__name__)(),
)
def test_an_update_plays_as_many_episodes_as_ours(reading, algorithm, episodes) -> None:
    update = reference.trained_by(
        start_of(METHODS["written"].learner.init(jax.random.key(0))), reading, algorithm, 3
    )
    first, second = update(), update()
    assert len(first) == len(second) == episodes
    assert not np.array_equal(first[0].log_probability.detach(), second[0].log_probability.detach())


def test_returns_and_advantages_by_hand() -> None:
    gradient = METHODS["written"].gradient
    rewards = [1.0, 2.0, 4.0]
    found = reference.returns(gradient, rewards)
    assert all(
        np.isclose(now, paid + 0.98 * later)
        for (now, later), paid in zip(pairwise(found), rewards, strict=False)
    )
    without_critic = reference.advantages(gradient, rewards, [0.0, 0.0, 0.0])
    np.testing.assert_allclose(without_critic, [1 + 0.9506 * (2 + 0.9506 * 4), 2 + 0.9506 * 4, 4.0])
    dropped = reference.advantages(METHODS["released"].gradient, rewards, [0.5, 0.25, 1.0])
    np.testing.assert_allclose(dropped[-1], 2.0 + 0.98 * 1.0 - 0.25)
    assert len(dropped) == 2
