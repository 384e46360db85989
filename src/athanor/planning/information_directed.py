"""Information-directed sampling (Russo and Van Roy 2014): little regret for much information.

Of all distributions over actions it plays the one with the least (expected regret)² / (expected information gain). One on
two actions always attains the least; between two the ratio is convex in the probability of the first.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

TIE = 1e-6  # ratios closer than this are equal: the larger gain wins


def distribution(regret: Float[Array, "action"], gain: Float[Array, "action"]) -> Float[Array, "action"]:
    """Return the probabilities of the actions; one that cannot be taken has infinite regret.

    Without regret the ratio is 0, whatever is gained; of those without regret the most informative is taken.
    """
    possible = jnp.isfinite(regret)
    loss, bits = jnp.where(possible, regret, 0.0), jnp.where(possible, gain, 0.0)
    share = _best_share(loss, bits)
    mixed_loss, mixed_bits = (share * one[:, None] + (1 - share) * one[None] for one in (loss, bits))
    ratio = jnp.where(mixed_bits > 0, mixed_loss**2 / jnp.where(mixed_bits > 0, mixed_bits, 1.0), jnp.inf)
    ratio = jnp.where(mixed_loss > TIE, ratio, 0.0)
    ratio = jnp.where(possible[:, None] & possible[None], ratio, jnp.inf)
    least = ratio <= jnp.min(ratio) + TIE
    first, second = jnp.unravel_index(jnp.argmax(jnp.where(least, mixed_bits, -1.0)), ratio.shape)
    found = jnp.zeros_like(loss).at[second].set(1 - share[first, second])
    return found.at[first].add(share[first, second])


def _best_share(loss: Float[Array, "action"], bits: Float[Array, "action"]) -> Float[Array, "action action"]:
    """Return, for each pair of actions, the probability q of the first that has the least ratio.

    The derivative of (Δ' + q δ)² / (g' + q γ), with δ = Δ − Δ' and γ = g − g', is 0 at
    q = (γ Δ' − 2 δ g') / (δ γ). Where δ or γ is 0 the better of the two is taken alone: the first, in one order of the pair.
    """
    change, more = (one[:, None] - one[None] for one in (loss, bits))
    both = change * more
    share = (more * loss[None] - 2 * change * bits[None]) / jnp.where(both == 0, 1.0, both)
    return jnp.where(both == 0, 1.0, jnp.clip(share, 0.0, 1.0))
