"""Baselines: what a return is compared with."""

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float

from athanor.learning.gradients import descend, summed_gradient
from athanor.learning.losses import critic_loss, mean_weight
from athanor.learning.networks import Critic, evaluate

RIDGE = 1e-3  # per step, on standardised features


def linear_baseline(
    observation: Float[Array, "trajectory time observation"],
    target: Float[Array, "trajectory time"],
    valid: Bool[Array, "trajectory time"],
) -> Float[Array, "trajectory time"]:
    """Fit the targets by least squares on observation, its square and three powers of time; return the fit.

    Duan et al. (2016), as used with MAML; fitted to the same trajectories, so that nothing need be known of the task.
    Features and targets are standardised over the valid steps, without which single precision does not do.
    """
    features, values = time_features(observation), target[..., None]
    weight = mean_weight(valid)[..., None]

    def standardise(x: Float[Array, "trajectory time column"]) -> tuple[Array, Array, Array]:
        mean = jnp.sum(weight * x, axis=(0, 1), keepdims=True)
        scale = jnp.sqrt(jnp.sum(weight * jnp.square(x - mean), axis=(0, 1), keepdims=True))
        return (x - mean) / jnp.maximum(scale, 1e-6), mean, scale

    x, _, _ = standardise(features)
    y, mean, scale = standardise(values)
    gram = jnp.einsum("kti,ktj->ij", weight * x, x) + RIDGE * jnp.eye(x.shape[-1])
    coefficients = jnp.linalg.solve(gram, jnp.einsum("kti,ktj->ij", weight * x, y))
    return (mean + scale * (x @ coefficients))[..., 0]


def time_features(
    observation: Float[Array, "trajectory time observation"],
) -> Float[Array, "trajectory time feature"]:
    """Return the observation, its square, and the first three powers of the fraction of the horizon gone."""
    trajectories, steps, _ = observation.shape
    gone = jnp.broadcast_to(jnp.arange(steps)[:, None] / steps, (trajectories, steps, 1))
    return jnp.concatenate([observation, jnp.square(observation), gone, gone**2, gone**3], axis=-1)


def fit_critic(
    optimiser: optax.GradientTransformation,
    steps: int,
    critic: Critic,
    state: optax.OptState,
    observation: Float[Array, "rollout *step observation"],
    target: Float[Array, "rollout *step"],
    valid: Bool[Array, "rollout *step"],
    start: Bool[Array, "rollout *step"],
) -> tuple[Critic, optax.OptState]:
    """Take full-batch gradient steps on the mean squared error over the valid steps."""
    data = (observation, start, target, mean_weight(valid))

    def loss(critic: Critic, rollout: tuple[Array, Array, Array, Array]) -> Float[Array, ""]:
        observation, start, target, weight = rollout
        return critic_loss(evaluate(critic, observation, start), target, weight)

    def step(carry: tuple[Critic, optax.OptState], _: None) -> tuple[tuple[Critic, optax.OptState], None]:
        critic, state = carry
        gradient = summed_gradient(loss, critic, data)[1]
        return descend(optimiser, critic, gradient, state), None

    (critic, state), _ = jax.lax.scan(step, (critic, state), None, length=steps)
    return critic, state
