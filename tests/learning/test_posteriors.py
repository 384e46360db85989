"""Divergences against numbers by hand and against an integral."""

import math

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from athanor.learning.posteriors import BITS, Betas, Hypotheses

ONE = Betas(1)


@pytest.mark.parametrize(
    ("exact", "nats"),
    [
        ((1.0, 1.0), 0.0),
        ((2.0, 1.0), math.log(2) - 1 / 2),  # log B(1, 1) − log B(2, 1) + ψ(2) − ψ(3)
        ((3.0, 1.0), math.log(3) - 2 / 3),
        ((2.0, 2.0), math.log(6) - 5 / 3),
    ],
)
def test_a_chance_against_the_uniform_prior_by_hand(exact, nats):
    assert float(ONE.divergence(jnp.array(exact), jnp.ones(2))) == pytest.approx(nats, abs=1e-5)


def test_chances_against_an_integral():
    a, b, c, d = 3.5, 1.2, 0.8, 2.0
    both = Betas(2).divergence(jnp.array([a, 1.0, b, 1.0]), jnp.array([c, 1.0, d, 1.0]))
    found, _ = quad(lambda p: beta.pdf(p, a, b) * (beta.logpdf(p, a, b) - beta.logpdf(p, c, d)), 0, 1)
    assert float(both) == pytest.approx(found, rel=1e-4)


def test_parameters_of_zero_are_the_uniform_prior_of_a_chance():
    np.testing.assert_allclose(ONE.believed(jnp.zeros(2)), 1.0, atol=2e-3)


def test_two_of_eight_hypotheses_against_all_are_two_bits():
    form = Hypotheses(8)
    two = jnp.zeros(8).at[:2].set(0.5)
    assert float(form.divergence(two, form.believed(jnp.zeros(8)))) * BITS == pytest.approx(2.0, abs=1e-5)
    assert float(form.divergence(two, two)) == 0.0


def test_what_is_made_of_parts_sums_their_logits():
    """Two coins: hypotheses 00, 01, 10, 11 of four parts; a logit of log 3 for the second coin's 1 alone."""
    made_of = np.array([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]], np.float32)
    form = Hypotheses(4, made_of)
    assert (form.size, form.parameters) == (4, 4)
    believed = form.believed(jnp.array([0.0, 0.0, 0.0, math.log(3)]))
    np.testing.assert_allclose(believed, [1 / 8, 3 / 8, 1 / 8, 3 / 8], rtol=1e-6)
