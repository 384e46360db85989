"""E-MAML's term: parts by hand, the whole against the textbook's one formula, and the learner that adds it."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.adaptation import Inner
from athanor.learning.emaml import log_likelihood, returns_after, sampling_gradient, standardised
from athanor.learning.learners import MetaLearning, meta_learner
from athanor.learning.policy_gradient import PolicyGradient, problem

ARMS = jnp.array([[1.0, 0.0], [0.0, 1.0]])
GRADIENT = PolicyGradient(trajectories=4, baseline="none", average=True)


def test_returns_are_standardised_over_tasks():
    np.testing.assert_allclose(standardised(jnp.array([1.0, 3.0])), [-1.0, 1.0], rtol=1e-5)
    np.testing.assert_array_equal(standardised(jnp.array([2.0, 2.0])), [0.0, 0.0])


@cache
def two_steps(bandit, networks):
    learner = meta_learner(MetaLearning("maml", 2, 0.5), GRADIENT, networks, bandit, optax.sgd(0.1))
    state = learner.init(jax.random.key(1))
    return state, jax.jit(learner.collect)(state, ARMS, jax.random.key(2))


@pytest.fixture
def seen(bandit, networks):
    """Return two inner steps of a policy on two tasks, as a learner collects them."""
    return two_steps(bandit, networks)


def test_returns_after_adaptation_are_those_of_the_last_trajectories(seen):
    _, collected = seen
    np.testing.assert_allclose(
        returns_after(collected.query), np.asarray(collected.query.measure).mean(axis=1), rtol=1e-6
    )


def test_the_likelihood_is_the_mean_over_steps_of_the_log_probabilities(seen):
    """The first inner step is of the policy that acted."""
    state, collected = seen
    first = jax.tree.map(lambda leaf: leaf[0, 0], collected.support.batch)
    np.testing.assert_allclose(
        log_likelihood(state.params, first), np.asarray(first.behaviour).mean(), rtol=1e-5
    )


def test_the_term_is_the_gradient_of_what_it_stands_for(seen, bandit):
    """Against the textbook's one formula, differentiated through the inner updates on the data at hand."""
    state, collected = seen
    of_task = problem(GRADIENT, bandit, state.critic)
    credit = 0.7 * standardised(returns_after(collected.query))

    def whole(params):
        total = 0.0
        for task in range(2):
            adapted = params
            for step in range(2):
                batch = jax.tree.map(lambda leaf, t=task, s=step: leaf[t, s], collected.support.batch)
                total -= credit[task] * log_likelihood(adapted, batch)
                inner = jax.grad(of_task.loss)(adapted, batch)
                adapted = jax.tree.map(lambda p, g: p - 0.5 * g, adapted, inner)
        return total

    found = jax.jit(lambda seen: sampling_gradient(of_task, Inner(2, 0.5), 0.7, seen))
    pairs = zip(
        jax.tree.leaves(found(collected)),
        jax.tree.leaves(jax.jit(jax.grad(whole))(state.params)),
        strict=True,
    )
    for own, textbook in pairs:
        np.testing.assert_allclose(own, textbook, rtol=1e-3, atol=1e-6)


def test_a_learner_descends_mamls_gradient_and_the_weighted_term(seen, bandit, networks):
    state, collected = seen
    plain, weighted = (
        meta_learner(
            MetaLearning("maml", 2, 0.5, sampling=weight), GRADIENT, networks, bandit, optax.sgd(0.1)
        )
        for weight in (0.0, 0.7)
    )
    maml, emaml = (
        jax.jit(learner.update)(state, collected, jax.random.key(0))[0].params
        for learner in (plain, weighted)
    )
    of_task = problem(GRADIENT, bandit, state.critic)
    term = jax.jit(lambda seen: sampling_gradient(of_task, Inner(2, 0.5), 0.7, seen))(collected)
    triples = zip(*(jax.tree.leaves(tree) for tree in (maml, emaml, term)), strict=True)
    for without, added, direction in triples:
        np.testing.assert_allclose(added, without - 0.1 * direction, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sampling": -1.0}, r"sampling is -1\.0, must be at least 0 and finite"),
        ({"sampling": float("nan")}, "sampling is nan, must be at least 0 and finite"),
        ({"algorithm": "fomaml", "sampling": 0.1}, r"sampling is 0\.1, must be 0 for fomaml"),
    ],
)
def test_impossible_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        MetaLearning(**settings)
