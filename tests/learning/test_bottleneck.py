"""The information bottleneck: its cost by hand and by quadrature, its noise, and what much or no weight does."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.bottleneck import Bottleneck, Code, checked_beta, kl_from_standard_normal
from athanor.learning.gradients import descend

CODE = Code(jnp.array([0.0, 1.0, 0.0]), jnp.log(jnp.array([1.0, 1.0, 2.0])))


def test_the_cost_by_hand():
    # 0; 1/2; (4 - 1) / 2 - log 2.
    np.testing.assert_allclose(kl_from_standard_normal(CODE), 0.5 + 1.5 - np.log(2.0), rtol=1e-6)


@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 1.0), (-1.5, 0.3), (0.7, 1.6)])
def test_the_cost_is_an_integral(mean, deviation):
    z = np.linspace(mean - 12 * deviation, mean + 12 * deviation, 100_001)
    log_q = -0.5 * ((z - mean) / deviation) ** 2 - np.log(deviation) - 0.5 * np.log(2 * np.pi)
    log_p = -0.5 * z**2 - 0.5 * np.log(2 * np.pi)
    expected = np.trapezoid(np.exp(log_q) * (log_q - log_p), z)
    found = kl_from_standard_normal(Code(jnp.array([mean]), jnp.log(jnp.array([deviation]))))
    assert float(found) == pytest.approx(expected, abs=1e-4)
    assert found >= 0.0


def test_what_is_drawn_has_mean_and_deviation(key):
    drawn = jax.vmap(CODE.sample)(jax.random.split(key, 20_000))
    np.testing.assert_allclose(drawn.mean(0), CODE.mean, atol=5 * 2.0 / np.sqrt(20_000))
    np.testing.assert_allclose(drawn.std(0), jnp.exp(CODE.log_deviation), rtol=0.03)


def test_derivatives_pass_through_the_noise(key):
    """dz / d mean = 1, dz / d log deviation = z - mean."""
    z = CODE.sample(key)
    slope = jax.jacobian(lambda code: code.sample(key))(CODE)
    np.testing.assert_allclose(slope.mean, np.eye(3), atol=1e-6)
    np.testing.assert_allclose(slope.log_deviation, np.diag(z - CODE.mean), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("beta", [0.0, 30.0])
def test_limits_of_the_weight(beta, key):
    """A code of a bit: without a price it is told whole, at a high one not at all (variance of the bit, 1/4)."""
    bits = jnp.array([[0.0], [1.0]])
    first_key, second_key = jax.random.split(key)
    optimiser = optax.adam(0.03)

    def loss(bottleneck, key):
        code = bottleneck(bits)
        error = jnp.mean(jnp.square(code.sample(key) - bits))
        return error + beta * jnp.mean(kl_from_standard_normal(code)), error

    def step(carry, key):
        (_, error), gradient = jax.value_and_grad(partial(loss, key=key), has_aux=True)(carry[0])
        return descend(optimiser, carry[0], gradient, carry[1]), error

    bottleneck = Bottleneck(1, 1, first_key)
    start = (bottleneck, optimiser.init(bottleneck))
    (trained, _), errors = jax.lax.scan(step, start, jax.random.split(second_key, 1500))
    nats = kl_from_standard_normal(trained(bits))
    if beta == 0.0:
        assert errors[-100:].mean() < 1e-3
        assert nats.min() > 2.0
    else:
        assert nats.max() < 0.01
        assert errors[-500:].mean() > 0.9  # noise of variance 1 about 0, besides the bit


def test_a_weight_below_0_is_refused():
    assert checked_beta(0.0) == 0.0
    for beta in (-0.1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"beta is .*, must be at least 0 and finite"):
            checked_beta(beta)
