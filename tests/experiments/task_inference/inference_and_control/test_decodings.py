"""The features of an exact posterior are the exact features, along any history; and it holds the task."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Discrete
from athanor.experiments.task_inference.inference_and_control.decodings import (
    DECODINGS,
    decoding_of,
    relative,
)
from athanor.learning.posteriors import BITS
from athanor.observed import BeliefObserved
from athanor.tasks.bandit.environment import Bandit
from athanor.tasks.grid_navi.environment import GridNavi
from athanor.tasks.numpad.environment import Numpad
from athanor.tasks.semicircle.environment import Semicircle
from athanor.tasks.simple_alchemy.environment import SimpleAlchemy

RULES = {
    "bandit": Bandit(3, 8),
    "grid_navi": GridNavi(4, 12),
    "numpad": Numpad(2, 2, 3, 12),
    "semicircle": Semicircle(steps=12, speed=0.3),
    "simple_alchemy": SimpleAlchemy(trials=2, trial_steps=8),
}
# What is believed at first, in bits below certainty; a bandit's posterior has a density.
FIRST = {"grid_navi": np.log2(12), "numpad": np.log2(24), "semicircle": 7, "simple_alchemy": np.log2(384)}


@pytest.fixture(autouse=True, scope="module")
def compile_quickly():
    """Compile without optimisations: the programs run for a moment."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


def beliefs(rules, key):
    """Return the beliefs along an episode of random actions."""
    observed = BeliefObserved(rules)

    def step(state, key):
        act_key, step_key = jax.random.split(key)
        if isinstance(rules.action, Discrete):
            action = jax.random.randint(act_key, (), 0, rules.action.n)
        else:
            low, high = jnp.array(rules.action.low), jnp.array(rules.action.high)
            action = jax.random.uniform(act_key, low.shape, minval=low, maxval=high)
        return observed.step(task, state, action, step_key)[0], state.belief

    task_key, reset_key, steps_key = jax.random.split(key, 3)
    task = rules.sample_task(task_key)
    return jax.lax.scan(step, observed.reset(task, reset_key), jax.random.split(steps_key, rules.steps))[1]


@pytest.mark.parametrize("family", DECODINGS)
def test_features_of_the_exact_posterior_are_the_exact_features(family):
    rules = RULES[family]
    decoding = decoding_of(family, rules)

    def both(belief):
        exact, known = decoding.exact(belief), rules.features(belief)
        return decoding.features(exact, known), known, exact

    @jax.jit
    def along(key):
        return jax.vmap(both)(beliefs(rules, key))

    found, known, exact = jax.vmap(along)(jax.random.split(jax.random.key(0), 16))
    np.testing.assert_array_equal(found, known)
    assert (np.asarray(exact) != np.asarray(exact)[:1, :1]).any()  # something was learnt
    if family in FIRST:
        np.testing.assert_allclose(exact.sum(axis=-1), 1.0, rtol=1e-5)
        bits = -np.log(np.asarray(exact[0, 0]).max()) * BITS
        assert bits == pytest.approx(FIRST[family], rel=1e-5)


def test_a_set_holds_what_is_half_as_likely_as_the_likeliest():
    """Of twelve candidates three are believed with 0.5, 0.3 and 0.2."""
    decoding = decoding_of("grid_navi", RULES["grid_navi"])
    posterior = jnp.zeros(12).at[:3].set(jnp.array([0.5, 0.3, 0.2]))
    np.testing.assert_array_equal(decoding.features(posterior, jnp.zeros(12)), [1, 1] + [0] * 10)
    np.testing.assert_allclose(relative(posterior)[:3], [1, 0.6, 0.4], rtol=1e-6)


def test_a_graph_is_believed_by_marginals():
    """Of two graphs that differ in pairs 0 and 1 alone, three to one: these act on attributes 0 and 1, or 1 and 0."""
    decoding = decoding_of("simple_alchemy", RULES["simple_alchemy"])
    posterior = jnp.zeros(384).at[0].set(0.75).at[128].set(0.25)  # permutations (0, 1, 2) and (1, 0, 2)
    features = np.asarray(decoding.features(posterior, jnp.full(45, -1.0)))
    np.testing.assert_allclose(features[:9].reshape(3, 3), [[0.75, 0.25, 0], [0.25, 0.75, 0], [0, 0, 1]])
    shares = features[9:].reshape(3, 3, 4)
    np.testing.assert_array_equal(shares[0, 0], [0, 1, 1, 1])  # edge set 0 misses edge 0
    np.testing.assert_array_equal(shares[0, 2], [-1] * 4)  # of no pair that acts there nothing is said


@pytest.mark.parametrize(
    ("family", "rules", "message"),
    [
        ("chess", None, "family is 'chess', must be one of bandit"),
        ("bandit", Bandit(2, 5, dependent=True), "dependent is true, must be false"),
    ],
)
def test_what_cannot_be_decoded_is_named(family, rules, message):
    with pytest.raises(ValueError, match=message):
        decoding_of(family, rules)
