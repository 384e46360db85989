"""Tests of information-directed sampling: a mixture by hand, limits, and a search over all distributions."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.planning.information_directed import distribution

compiled = jax.jit(distribution)


def mixed(regret, gain):
    return np.asarray(compiled(jnp.asarray(regret, jnp.float32), jnp.asarray(gain, jnp.float32)))


def ratio(probabilities, regret, gain):
    return (probabilities @ regret) ** 2 / (probabilities @ gain)


def test_a_mixture_by_hand() -> None:
    """Alone the ratios are 1 and 1.25; of q = (0.8 · 0.5 − 2 · 0.5 · 0.2) / (0.5 · 0.8) = 1/2 it is 0.75² / 0.6."""
    found = mixed([1.0, 0.5], [1.0, 0.2])
    np.testing.assert_allclose(found, [0.5, 0.5], atol=1e-6)
    assert ratio(found, np.array([1.0, 0.5]), np.array([1.0, 0.2])) == pytest.approx(0.9375)


@pytest.mark.parametrize(
    ("regret", "gain", "expected"),
    [
        ([0.0, 1.0], [0.0, 2.0], 0),  # nothing is lost: nothing need be learnt
        ([0.0, 0.0, 3.0], [0.5, 1.5, 2.0], 1),  # for free, the most informative
        ([1.0, 1.0], [0.5, 1.0], 1),
        ([1.0, np.inf, 2.0], [1.0, 9.0, 1.0], 0),  # what cannot be done
        ([0.0, 0.0], [0.0, 0.0], 0),
    ],
)
def test_where_one_action_is_best(regret, gain, expected) -> None:
    np.testing.assert_allclose(mixed(regret, gain), np.eye(len(regret))[expected], atol=1e-6)


def test_no_distribution_has_a_smaller_ratio() -> None:
    rng = np.random.default_rng(3)
    parts = np.array([(a, b, 40 - a - b) for a in range(41) for b in range(41 - a)]) / 40
    for _ in range(20):
        regret, gain = rng.uniform(0.1, 2.0, 3), rng.uniform(0.0, 1.0, 3)
        found = mixed(regret, gain)
        assert found.sum() == pytest.approx(1.0) and (found > 0).sum() <= 2
        least = min(ratio(part, regret, gain) for part in parts if part @ gain > 0)
        assert ratio(found, regret, gain) <= least * (1 + 1e-4)
