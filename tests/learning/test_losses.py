"""Losses against numbers worked out by hand."""

import jax
import jax.numpy as jnp
import numpy as np

from athanor.learning import losses

ADVANTAGE = jnp.array([2.0, -1.0])
WEIGHT = jnp.array([1.0, 0.5])


def test_vpg_loss_by_hand():
    loss = losses.vpg_loss(jnp.log(jnp.array([0.75, 0.5])), ADVANTAGE, WEIGHT)
    np.testing.assert_allclose(loss, -(2.0 * np.log(0.75) - 0.5 * np.log(0.5)), rtol=1e-6)


def test_ppo_loss_by_hand():
    # Ratios 1.5 and 0.5 are clipped to 1.2 and 0.8, where that is the lower: 1.2 * 2 and, weighed 0.5, 0.8 * -1.
    loss = losses.ppo_loss(
        jnp.log(jnp.array([0.75, 0.25])), jnp.log(jnp.full(2, 0.5)), ADVANTAGE, WEIGHT, 0.2
    )
    np.testing.assert_allclose(loss, -(2.4 - 0.4), rtol=1e-6)


def test_ppo_has_no_gradient_where_the_clip_binds_and_vpgs_at_ratio_1():
    behaviour = jnp.log(jnp.array([0.5, 0.5]))

    def ppo(log_probability):
        return losses.ppo_loss(log_probability, behaviour, ADVANTAGE, WEIGHT, 0.2)

    bound = jax.grad(ppo)(jnp.log(jnp.array([0.75, 0.25])))
    np.testing.assert_array_equal(bound, 0.0)
    vpg = jax.grad(lambda log_probability: losses.vpg_loss(log_probability, ADVANTAGE, WEIGHT))(behaviour)
    np.testing.assert_allclose(jax.grad(ppo)(behaviour * 1.0001), vpg, rtol=1e-3)


def test_critic_loss_by_hand_and_its_target_is_a_constant():
    value, target = jnp.array([1.0, 2.0]), jnp.array([3.0, 1.0])
    np.testing.assert_allclose(losses.critic_loss(value, target, WEIGHT), 4.5)
    np.testing.assert_array_equal(jax.grad(losses.critic_loss, argnums=1)(value, target, WEIGHT), 0.0)
