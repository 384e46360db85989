"""Neural episodic control on a fixed embedding, and Q-learning in the same table (Pritzel et al. 2017, Watkins 1989).

After each episode every step moves the value of its key towards the rewards of N steps and the greatest value that the table
reads N steps later. Read by the dictionary's kernel it is neural episodic control; where each key is read alone
and N = 1 it is Q-learning. The embedding is the observation in units that are set, nothing is learnt of it.
"""

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from athanor.learning.episodic_control import Key, Table, stored_value, write_episode
from athanor.learning.neural_dictionary import Dictionary, look_ups, n_step_targets, write_average
from athanor.learning.rollout import Rollout


@dataclass(frozen=True)
class NeuralEpisodicControl:
    """The learner's settings."""

    dictionary: Dictionary
    kernel: bool = True  # whether a value is read from the nearest keys; otherwise from the key itself alone
    unit: float = 1.0  # of the observations: what makes two keys a distance of 1 apart
    capacity: int = 500  # keys of each action
    steps: int = 10  # N, whose rewards a target has before it bootstraps
    discount: float = 1.0

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("unit", 0 < self.unit < float("inf"), "more than 0 and finite"),
            ("capacity", 1 <= self.capacity <= 10**6, "from 1 to 1000000"),
            ("steps", self.steps >= 1, "at least 1"),
            ("discount", 0 <= self.discount <= 1, "from 0 to 1"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")


def values(settings: NeuralEpisodicControl, table: Table, observation: Key) -> Float[Array, "action"]:
    """Return the value of every action after an observation."""
    key = observation / settings.unit
    if settings.kernel:
        return look_ups(settings.dictionary, table, key)
    untried = jnp.float32(settings.dictionary.untried)
    return jax.vmap(stored_value, in_axes=(0, None, None))(table.entries, key, untried)


def learn(settings: NeuralEpisodicControl, table: Table, played: Rollout) -> Table:
    """Move the values of an episode towards targets that the table as it was before gives."""
    best = jnp.max(jax.vmap(partial(values, settings, table))(played.observation[1:]), axis=1)
    target = n_step_targets(played.reward, settings.discount * played.discount, best, settings.steps)
    keys = played._replace(observation=played.observation / settings.unit)
    return write_episode(partial(write_average, settings.dictionary), table, keys, target)
