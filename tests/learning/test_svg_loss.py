"""SVG(0)'s gradients by hand, by differences and by quadrature; who learns from which error; targets of the values."""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Box, Discrete
from athanor.learning.heads import Categorical, SquashedNormal
from athanor.learning.layers import Linear
from athanor.learning.off_policy_networks import ActionValues, act, draw_agent, scaled
from athanor.learning.recurrent import Auxiliary
from athanor.learning.rollout import rollout
from athanor.learning.svg_loss import SVG, Learnt, Terms, mean_of_draws, sum_of_values, terms, value_targets
from athanor.trial import Trial

UNIT = Box((-1.0,), (1.0,))


def quadratic(action):
    """Q(a) = - (a - 1)^2, best at the bound."""
    return -jnp.sum(jnp.square(action - 1.0))


@jax.jit
def value(mean, log_deviation, keys):
    policy = SquashedNormal(jnp.array([mean]), jnp.array([log_deviation]), UNIT)
    return mean_of_draws(policy, quadratic, keys)


def test_the_gradient_without_noise_by_hand(key):
    """At a = tanh(m) = 1/2: dQ/da = - 2 (1/2 - 1) = 1, da/dm = 1 - 1/4."""
    mean = np.arctanh(0.5)
    found, slope = jax.value_and_grad(value)(mean, -20.0, jax.random.split(key, 3))
    assert float(found) == pytest.approx(-0.25, rel=1e-5)
    assert float(slope) == pytest.approx(0.75, rel=1e-5)


def test_the_gradient_with_noise_by_hand(key):
    """a = tanh(m + s e): dQ/dm = - 2 (a - 1)(1 - a^2), and dQ/d log s is s e times that; means over the draws."""
    keys = jax.random.split(key, 5)
    noise = np.asarray(jax.vmap(lambda key: jax.random.normal(key, (1,)))(keys), float)[:, 0]
    mean, deviation = 0.3, 0.8
    action = np.tanh(mean + deviation * noise)
    by_mean = -2 * (action - 1) * (1 - action**2)
    slopes = jax.grad(value, argnums=(0, 1))(mean, np.log(deviation), keys)
    expected = (by_mean.mean(), (by_mean * deviation * noise).mean())
    np.testing.assert_allclose(slopes, expected, rtol=1e-4)


def test_the_gradient_is_that_of_differences(key):
    keys, step = jax.random.split(key, 64), 1e-2
    slopes = jax.grad(value, argnums=(0, 1))(0.2, -0.5, keys)
    by_mean = (value(0.2 + step, -0.5, keys) - value(0.2 - step, -0.5, keys)) / (2 * step)
    by_deviation = (value(0.2, -0.5 + step, keys) - value(0.2, -0.5 - step, keys)) / (2 * step)
    np.testing.assert_allclose(slopes, (by_mean, by_deviation), rtol=2e-3)


def test_draws_have_the_expectation_of_quadrature(key):
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    expected = (weights / weights.sum()) @ -((np.tanh(0.2 + np.exp(-0.5) * nodes) - 1) ** 2)
    found = value(0.2, -0.5, jax.random.split(key, 20_000))
    assert float(found) == pytest.approx(expected, abs=5 * 0.6 / np.sqrt(20_000))


def test_the_gradient_over_numbers_by_hand():
    """pi = (1/2, 1/2), Q = (1, 3): the expectation is 2, its derivatives pi (Q - 2)."""
    found, slope = jax.value_and_grad(
        lambda logits: sum_of_values(Categorical(logits), jnp.array([1.0, 3.0]))
    )(jnp.zeros(2))
    assert float(found) == 2.0
    np.testing.assert_allclose(slope, [-0.5, 0.5])


def test_values_of_numbers_are_entries_and_vectors_are_scaled(key):
    values = ActionValues(3, Discrete(4), 8, key)
    seen = jnp.arange(3.0)
    assert float(values(seen, jnp.int32(2))) == pytest.approx(float(values.of_all(seen)[2]), rel=1e-6)
    np.testing.assert_allclose(scaled(Box((0.0, -2.0), (0.2, 4.0)), jnp.array([0.2, 1.0])), [1.0, 0.0])


@pytest.fixture
def pulls(bandit):
    return Trial(type(bandit)(steps=3))


def told(bandit):
    return Auxiliary(
        weight=1.0,
        describe=lambda task, state: task[:1],
        init=lambda key, features: Linear(features, 1, key),
        loss=lambda own, features, description: jnp.sum(jnp.square(own(features) - description)),
    )


@partial(jax.jit, static_argnums=(0, 2))
def setting(pulls, key, beta=None):
    agent_key, own_key, play_key = jax.random.split(key, 3)
    agent = draw_agent(pulls.observation.size, pulls.action, 8, True, beta is not None, agent_key)
    task = jnp.array([0.25, 1.0])
    played = rollout(pulls, act, agent, agent.encoder.start(), task, play_key, lambda task, state: task[:1])
    return Learnt(agent, Linear(8, 1, own_key)), played


def moved(gradient):
    """Return which parts of an agent a gradient reaches."""
    agent = gradient.agent
    parts = {
        "memory": agent.encoder,
        "noise": agent.bottleneck,
        "policy": agent.policy,
        "values": agent.values,
    }
    return {name for name, part in parts.items() if any(leaf.any() for leaf in jax.tree.leaves(part))}


@pytest.mark.parametrize(
    ("learns", "by_values", "by_description"),
    [
        ("values", {"memory", "noise", "values"}, set()),
        ("description", {"values"}, {"memory", "noise"}),
    ],
)
def test_who_learns_from_what(pulls, key, learns, by_values, by_description):
    learnt, played = setting(pulls, key, beta=0.1)
    settings = SVG(hidden=8, memory_learns=learns, beta=0.1)

    @jax.jit
    @jax.grad
    def slopes(learnt, counted):
        found = terms(settings, told(pulls), learnt.agent, learnt, played, key)
        return sum(jnp.sum(term) * weight for term, weight in zip(found, counted, strict=True))

    reached = Terms(*(moved(slopes(learnt, one)) for one in np.eye(5, dtype=np.float32)))
    assert reached == Terms(by_values, {"policy"}, {"policy"}, {"memory", "noise"}, by_description)


def test_targets_by_hand(pulls, key):
    """Values that are 0 everywhere: with lambda 1 on policy the targets are discounted returns."""
    learnt, played = setting(pulls, key)
    nothing = eqx.tree_at(
        lambda agent: agent.values.value,
        learnt.agent,
        replace_fn=lambda linear: jax.tree.map(jnp.zeros_like, linear),
    )
    settings = SVG(hidden=8, discount=0.5, reward_scale=2.0)
    found = jax.jit(partial(value_targets, settings))(nothing, played, key)
    reward = np.asarray(played.reward) / 2
    whole = reward[0] + reward[1] / 2 + reward[2] / 4
    np.testing.assert_allclose(found, [whole, reward[1] + reward[2] / 2, reward[2]], rtol=1e-5)


def test_an_action_that_the_target_policy_takes_more_rarely_cuts_what_follows(pulls, key):
    """Where all actions were certain to those who acted, a policy of equal chances halves each later error."""
    learnt, played = setting(pulls, key)
    nothing = eqx.tree_at(
        lambda agent: (agent.values.value, agent.policy.head.linear),
        learnt.agent,
        replace_fn=lambda linear: jax.tree.map(jnp.zeros_like, linear),
    )
    certain = played._replace(log_probability=jnp.zeros(3))
    settings = SVG(hidden=8, discount=1.0, retrace_lambda=1.0)
    found = jax.jit(partial(value_targets, settings))(nothing, certain, key)
    reward = np.asarray(played.reward)
    np.testing.assert_allclose(found[0], reward[0] + reward[1] / 2 + reward[2] / 4, rtol=1e-5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"beta": -0.1}, "beta is -0.1, must be at least 0 and finite"),
        ({"retrace_lambda": 1.5}, "retrace_lambda is 1.5, must be from 0 to 1"),
        ({"target_rate": 0.0}, "target_rate is 0.0, must be more than 0 and at most 1"),
        ({"steps": 0}, "steps is 0, must be at least 1"),
        ({"reward_scale": 0.0}, "reward_scale is 0.0, must be more than 0"),
    ],
)
def test_what_cannot_be_is_named(settings, message):
    with pytest.raises(ValueError, match=message):
        SVG(**settings)
