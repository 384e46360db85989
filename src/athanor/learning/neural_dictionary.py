"""The differentiable neural dictionary of neural episodic control (Pritzel et al. 2017).

It is read by a weighted mean of its nearest keys, which has derivatives by the query, the keys and the values, and is written by
an average instead of a maximum:

    Q(s, a) = Σ_i w_i Q_i,     w_i ∝ 1 / (‖h − h_i‖² + δ),     Q_i ← Q_i + rate (target − Q_i) where h is stored.

Nothing is stored for untried actions: they are worth a finite setting, and targets bootstrap from finite values alone.
"""

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from athanor.learning.episodic_control import Entries, Key, Table, nearest, place_for, put

_LEAST = 1e-30  # in place of a kernel's sum of 0, which is not used


@dataclass(frozen=True)
class Dictionary:
    """The settings of a dictionary."""

    neighbours: int = 50
    delta: float = 1e-3  # added to squared distances
    rate: float = 0.1  # of the average
    untried: float = 0.0  # value of an action of which nothing is stored

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("neighbours", self.neighbours >= 1, "at least 1"),
            ("delta", 0 < self.delta < float("inf"), "more than 0 and finite"),
            ("rate", 0 < self.rate <= 1, "more than 0 and at most 1"),
            ("untried", abs(self.untried) < float("inf"), "finite"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")


def look_up(settings: Dictionary, entries: Entries, query: Key) -> Float[Array, ""]:
    """Return the value of an action for a query, from no more of the nearest keys than there are."""
    place, squared, stored = nearest(entries, query, min(settings.neighbours, len(entries.value)))
    kernel = jnp.where(stored, 1.0 / (squared + settings.delta), 0.0)
    value = jnp.sum(kernel * entries.value[place]) / jnp.maximum(jnp.sum(kernel), _LEAST)
    return jnp.where(jnp.any(stored), value, settings.untried)


def look_ups(settings: Dictionary, table: Table, query: Key) -> Float[Array, "action"]:
    """Return the value of every action for a query."""
    return jax.vmap(partial(look_up, settings), in_axes=(0, None))(table.entries, query)


def write_average(
    settings: Dictionary, table: Table, action: Int[Array, ""], key: Key, target: Float[Array, ""]
) -> Table:
    """Move the value of a key towards a target; a new key has the target itself."""
    entries = jax.tree.map(lambda leaf: leaf[action], table.entries)
    place, known = place_for(entries, key)
    old = entries.value[place]
    return put(table, action, place, key, jnp.where(known, old + settings.rate * (target - old), target))


def n_step_targets(
    reward: Float[Array, "time"],
    discount: Float[Array, "time"],
    best_value: Float[Array, "time"],
    steps: int,
) -> Float[Array, "time"]:
    """Return Σ_{j<N} (Π discounts) r + (Π discounts) max_a Q after N steps, or after the last of the episode.

    `best_value` is that of the observation after each step; discounts are 0 where the episode terminates.
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}, must be at least 1")

    def back(target: Float[Array, "time"], _: None) -> tuple[Float[Array, "time"], None]:
        # A target of one step more: the step's reward, then the next step's target; the last step bootstraps.
        following = jnp.append(target[1:], best_value[-1])
        return reward + discount * following, None

    one = reward + discount * best_value
    return jax.lax.scan(back, one, None, length=steps - 1)[0]
