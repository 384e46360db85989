"""A probe of a memory that is the posterior misses nothing; one of an empty memory misses the mutual information."""

import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning.posteriors import BITS, Betas, Hypotheses
from athanor.learning.probe import Fitting, fit, mean_divergence

KEY = jax.random.key(0)
FITTING = Fitting(hidden=16, updates=400, batch=64, rate=0.03)


def missed(form, memory, posterior):
    """Return the mean divergence of a probe that was fitted, in bits."""
    probe = jax.jit(lambda memory, posterior: fit(form, FITTING, memory, posterior, KEY))(memory, posterior)
    return float(mean_divergence(form, probe, memory, posterior)) * BITS


@pytest.fixture(scope="module")
def sets():
    """Return the posteriors that are uniform on some of four candidates."""
    weight = np.array([each for each in itertools.product((0, 1), repeat=4) if any(each)], np.float32)
    return jnp.asarray(weight / weight.sum(axis=1, keepdims=True))


def test_a_memory_that_is_the_posterior_misses_nothing(sets):
    assert missed(Hypotheses(4), sets, sets) < 0.02


def test_an_empty_memory_misses_what_a_trial_tells_of_four_candidates(sets):
    """One candidate is looked at: it is the goal once in four times. log 4 − 3/4 log 3 = 0.811 bits are told."""
    posterior = jnp.asarray([[1, 0, 0, 0], *[[0, 1 / 3, 1 / 3, 1 / 3]] * 3], jnp.float32)
    told = math.log2(4) - 3 / 4 * math.log2(3)
    assert missed(Hypotheses(4), jnp.zeros((4, 4)), posterior) == pytest.approx(told, abs=0.01)


def test_an_empty_memory_misses_what_two_pulls_tell_of_an_arm():
    """0, 1 and 2 successes are equally likely: (2 (log 3 − 2/3) + log 6 − 5/3) / 3 nats = 0.476 bits are told."""
    posterior = jnp.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]])
    told = (2 * (math.log(3) - 2 / 3) + math.log(6) - 5 / 3) / 3 * BITS
    assert missed(Betas(1), jnp.zeros((3, 4)), posterior) == pytest.approx(told, abs=0.01)
