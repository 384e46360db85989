"""The eager PyTorch MAML computes what ours computes; only where PyTorch is installed."""

import importlib

import jax
import numpy as np
import pytest

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import Learners, MetaLearning
from athanor.experiments.alchemy.learners.meta_learning import update_episodes
from athanor.experiments.alchemy.learners.methods import gradient, meta, trial_scores
from athanor.learning.adaptation import Inner
from athanor.learning.maml import meta_gradient
from athanor.learning.policy_gradient import problem

torch = pytest.importorskip("torch")
reference = importlib.import_module("athanor.experiments.alchemy.learners.torch_reference")

ENV = game_of(Environment(stones=2, potions=4, trials=2, trial_steps=6))
LEARNERS = Learners(hidden=8, trajectories=4, entropy=0.1)
STUDY = MetaLearning(tasks=2)
KEY = jax.random.key(4)
STATE = meta(ENV, LEARNERS, STUDY, "maml", 5).init(KEY)
WEIGHTS = [np.asarray(leaf) for leaf in jax.tree.leaves(STATE.params)]


def at(tree, *place):
    return jax.tree.map(lambda leaf: leaf[place], tree)


def test_losses_and_meta_gradient_are_those_of_ours_on_the_same_episodes(replayed) -> None:
    rules, inner = gradient(LEARNERS), Inner(steps=2, rate=1.0)
    ours = problem(rules, ENV, STATE.critic, trial_scores(ENV))
    tasks = jax.vmap(ENV.sample_task)(jax.random.split(KEY, STUDY.tasks))
    _, expected, seen = jax.jit(lambda params: meta_gradient(ours, inner, params, tasks, KEY))(STATE.params)
    games, actions, losses = [], [], []
    for task in range(STUDY.tasks):
        steps = [at(seen.support, task, step) for step in range(inner.steps)]
        rounds = [*steps, (at(seen.adapted, task), at(seen.query, task))]  # as they are played
        losses += [ours.loss(params, batch) for params, batch in rounds]
        actions += [action for _, batch in rounds for action in batch.action.ravel().tolist()]
        observations = np.concatenate([batch.observation for _, batch in rounds])
        games.append(replayed(ENV, at(tasks, task), observations))
    replay, found_losses = iter(actions), []

    def loss(game, actor):
        found = reference.policy_loss(rules, game, actor, lambda policy: torch.tensor(next(replay)))
        found_losses.append(found.item())
        return found

    found = reference.meta_gradient(inner, games, reference.parameters(WEIGHTS), loss)
    assert next(replay, None) is None
    np.testing.assert_allclose(found_losses, losses, atol=1e-5)
    for theirs, leaf in zip(found, jax.tree.leaves(expected), strict=True):
        scale = np.abs(leaf).max()
        assert scale > 0.0
        np.testing.assert_allclose(theirs.numpy() / scale, leaf / scale, atol=5e-4)


def test_an_update_plays_as_many_episodes_as_ours_at_a_rate_that_falls(monkeypatch) -> None:
    """A first step of Adam moves a weight by its rate; after the only update the rate is 0."""
    played, play = [], reference.play
    monkeypatch.setattr(reference, "play", lambda *given: played.append(given[0]) or play(*given))
    actor = reference.parameters(WEIGHTS)
    monkeypatch.setattr(reference, "parameters", lambda arrays: actor)
    update = reference.maml(ENV, LEARNERS, STUDY, WEIGHTS, 1)
    update()
    assert len(played) == update_episodes(LEARNERS, STUDY, "maml")
    assert len(set(map(id, played))) == STUDY.tasks
    after = [weight.detach().numpy().copy() for weight in actor]
    moved = max(np.abs(new - old).max() for new, old in zip(after, WEIGHTS, strict=True))
    assert moved == pytest.approx(STUDY.outer_rate, rel=1e-2)
    update()
    assert all(np.array_equal(weight.detach(), old) for weight, old in zip(actor, after, strict=True))
