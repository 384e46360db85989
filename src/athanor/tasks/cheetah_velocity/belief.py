"""The exact posterior of the hidden velocity, given mean velocities and rewards.

The reward of a step at mean velocity v is r = max(min(q, 2 − q), 0) with q = v / v*, which is max(1 − |q − 1|, 0). So

    r = 0 at v ≤ 0 tells nothing;
    r = 0 at v > 0 leaves v* ≤ v / 2: the cheetah was at least twice too fast;
    r > 0 leaves v* = v / r, where it was too slow, and v* = v / (2 − r), where it was too fast, if the prior allows them.

Of two candidates, each is as likely as the prior's density at it over |dr/dv*| = v / v*²: in proportion to its square.
How the velocity came about says nothing more: physics do not depend on the task. A further reward keeps the candidates
that predict it.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

TOLERANCE = 1e-5  # of rewards, and of velocities relative to themselves: far above the rounding of float32
FEATURES = 7


class Belief(NamedTuple):
    """What rewards leave of a uniform prior: an interval, and from the first reward above 0 on two candidates."""

    highest: Float[Array, ""]  # m/s; none above it is possible
    candidates: Float[Array, "2"]  # m/s; 0 before the first reward above 0
    possible: Bool[Array, "2"]  # which of the candidates are; neither before the first reward above 0


def reward_of(velocity: Float[Array, ""], target: Float[Array, ""]) -> Float[Array, ""]:
    """Return max(1 − |v / v* − 1|, 0), in a form that rounds nothing away at small velocities."""
    ratio = velocity / target
    return jnp.maximum(jnp.minimum(ratio, 2.0 - ratio), 0.0)


def uniform(highest: float) -> Belief:
    """Return the prior."""
    return Belief(jnp.float32(highest), jnp.zeros(2, jnp.float32), jnp.zeros(2, bool))


def conditioned(
    belief: Belief, lowest: float, velocity: Float[Array, ""], reward: Float[Array, ""]
) -> Belief:
    """Return the posterior after a step."""
    told = belief.possible.any()
    first = ~told & (reward > 0)
    tried = velocity / jnp.stack([jnp.where(reward > 0, reward, 1.0), 2.0 - reward])
    allowed = (lowest * (1 - TOLERANCE) <= tried) & (tried <= belief.highest * (1 + TOLERANCE))
    of_each = jax.vmap(reward_of, (None, 0))(velocity, jnp.where(told, belief.candidates, 1.0))
    predicted = jnp.abs(of_each - reward) <= TOLERANCE
    too_fast = ~told & (reward <= 0) & (velocity > 0)
    highest = jnp.clip(velocity / 2, lowest, belief.highest)
    return Belief(
        jnp.where(too_fast, highest, belief.highest),
        jnp.where(first, tried, belief.candidates),
        jnp.where(first, allowed, belief.possible & predicted),
    )


def probabilities(belief: Belief) -> Float[Array, "2"]:
    """Return those of the candidates; zeros before the first reward above 0."""
    weight = jnp.where(belief.possible, belief.candidates**2, 0.0)
    return weight / jnp.maximum(weight.sum(), 1e-30)


def moments(belief: Belief, lowest: float) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Return mean and standard deviation of the hidden velocity, in m/s."""
    probability = probabilities(belief)
    mean = (probability * belief.candidates).sum()
    apart = jnp.abs(belief.candidates[0] - belief.candidates[1])
    told, width = belief.possible.any(), belief.highest - lowest
    deviation = jnp.sqrt(probability[0] * probability[1]) * apart
    return (
        jnp.where(told, mean, lowest + width / 2),
        jnp.where(told, deviation, width / math.sqrt(12)),
    )


def features(belief: Belief, lowest: float, highest: float) -> Float[Array, "7"]:
    """Return the highest velocity, the candidates that are possible, their probabilities, mean and standard deviation."""
    mean, deviation = moments(belief, lowest)
    scale = highest - lowest
    places = jnp.where(belief.possible, (belief.candidates - lowest) / scale, 0.0)
    first, last = (belief.highest - lowest) / scale, jnp.stack([(mean - lowest) / scale, deviation / scale])
    return jnp.concatenate([first[None], places, probabilities(belief), last])
