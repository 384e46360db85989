"""Model-free episodic control: a table of the best returns, read by its nearest keys (Blundell et al. 2016).

For what was done before, the table holds the best return that ever followed, and what is new is the mean of the nearest:

    Q(s, a) ← max(Q(s, a), G),     Q̂(s, a) = Q(s, a) if (s, a) is stored, else the mean of Q(s_i, a) over the k nearest.

Where the table is full, the entry that was written longest ago makes room. Two things that go wrong in this learner are held
by tests: place 0 of the table is a place like any other, and an action of which nothing is stored is worth a finite
setting, so that no infinity reaches a mean or a comparison.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Discrete, Episodic
from athanor.learning.learner import Learner, Log
from athanor.learning.maml import split
from athanor.learning.networks import Acted
from athanor.learning.returns import discounted_returns
from athanor.learning.rollout import Rollout, rollout

Key = Float[Array, "feature"]
Probability = float | Float[Array, ""]


@dataclass(frozen=True)
class EpisodicControl:
    """The learner's settings."""

    capacity: int = 500  # keys of each action
    neighbours: int = 11  # averaged for what is new
    discount: float = 1.0
    exploration: float = 0.1  # probability of an action drawn uniformly
    untried: float = 0.0  # value of an action of which nothing is stored

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("capacity", 1 <= self.capacity <= 10**6, "from 1 to 1000000"),
            ("neighbours", 1 <= self.neighbours <= self.capacity, f"from 1 to {self.capacity}, the capacity"),
            ("discount", 0 <= self.discount <= 1, "from 0 to 1"),
            ("exploration", 0 <= self.exploration <= 1, "from 0 to 1"),
            ("untried", abs(self.untried) < float("inf"), "finite"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")


class Entries(NamedTuple):
    """What is stored of one action."""

    key: Float[Array, "place feature"]
    value: Float[Array, "place"]
    written: Int[Array, "place"]  # when, counted in writings; −1 where the place is empty


class Table(NamedTuple):
    """What is stored of all actions."""

    entries: Entries  # action axis first
    writings: Int[Array, ""]  # so far


Read = Callable[[Table, Key], Float[Array, "action"]]  # the value of every action
Learn = Callable[[Table, Rollout], Table]  # from an episode
Write = Callable[[Table, Array, Key, Array], Table]  # (table, action, key, value)


def empty(capacity: int, actions: int, features: int) -> Table:
    """Return a table with nothing in it."""
    places = (actions, capacity)
    entries = Entries(jnp.zeros((*places, features)), jnp.zeros(places), jnp.full(places, -1, jnp.int32))
    return Table(entries, jnp.int32(0))


def same_key(entries: Entries, key: Key) -> Bool[Array, "place"]:
    """Return where a key is stored: one place at most."""
    return jnp.all(entries.key == key, axis=-1) & (entries.written >= 0)


def nearest(
    entries: Entries, key: Key, count: int
) -> tuple[Int[Array, "neighbour"], Float[Array, "neighbour"], Bool[Array, "neighbour"]]:
    """Return the places of the nearest keys, their squared distances, and whether there is a key at all."""
    stored = entries.written >= 0
    squared = jnp.sum((entries.key - key) ** 2, axis=-1)
    _, place = jax.lax.top_k(-jnp.where(stored, squared, jnp.inf), count)
    return place, squared[place], stored[place]


def estimate(settings: EpisodicControl, entries: Entries, key: Key) -> Float[Array, ""]:
    """Return the value of an action: what is stored, else the mean of the nearest, else the setting."""
    place, _, stored = nearest(entries, key, settings.neighbours)
    mean = jnp.sum(jnp.where(stored, entries.value[place], 0.0)) / jnp.maximum(
        jnp.sum(stored, dtype=jnp.float32), 1.0
    )
    return stored_value(entries, key, jnp.where(jnp.any(stored), mean, settings.untried))


def stored_value(entries: Entries, key: Key, otherwise: Float[Array, ""]) -> Float[Array, ""]:
    """Return what is stored of a key, or else another value."""
    same = same_key(entries, key)
    return jnp.where(jnp.any(same), jnp.sum(jnp.where(same, entries.value, 0.0)), otherwise)


def estimates(settings: EpisodicControl, table: Table, key: Key) -> Float[Array, "action"]:
    """Return the value of every action."""
    return jax.vmap(partial(estimate, settings), in_axes=(0, None))(table.entries, key)


def place_for(entries: Entries, key: Key) -> tuple[Int[Array, ""], Bool[Array, ""]]:
    """Return where a key is to be written, and whether it is there already: else an empty place, or the oldest."""
    same = same_key(entries, key)
    known = jnp.any(same)
    return jnp.where(known, jnp.argmax(same), jnp.argmin(entries.written)), known


def write(table: Table, action: Int[Array, ""], key: Key, value: Float[Array, ""]) -> Table:
    """Store a return, if no better one is stored."""
    entries = jax.tree.map(lambda leaf: leaf[action], table.entries)
    place, known = place_for(entries, key)
    best = jnp.where(known, jnp.maximum(entries.value[place], value), value)
    return put(table, action, place, key, best)


def put(
    table: Table, action: Int[Array, ""], place: Int[Array, ""], key: Key, value: Float[Array, ""]
) -> Table:
    """Write a place of the table."""
    entries = Entries(
        table.entries.key.at[action, place].set(key),
        table.entries.value.at[action, place].set(value),
        table.entries.written.at[action, place].set(table.writings),
    )
    return Table(entries, table.writings + 1)


def remember(settings: EpisodicControl, table: Table, played: Rollout) -> Table:
    """Store the returns of an episode."""
    return write_episode(
        write, table, played, discounted_returns(played.reward, settings.discount * played.discount)
    )


def write_episode(write: Write, table: Table, played: Rollout, value: Float[Array, "time"]) -> Table:
    """Write a value for each step of an episode, the last first; what lies after its end is left out."""

    def step(table: Table, seen: tuple[Array, Array, Array, Array]) -> tuple[Table, None]:
        key, action, value, valid = seen
        written = write(table, action, key, value)
        return jax.tree.map(lambda new, old: jnp.where(valid, new, old), written, table), None

    steps = played.observation[:-1], played.action, value, played.valid
    return jax.lax.scan(step, table, steps, reverse=True)[0]


def episodic_learner(settings: EpisodicControl, environment: Episodic[Any, Any]) -> Learner:
    """Return the learner that remembers best returns."""
    read, learn = partial(estimates, settings), partial(remember, settings)
    return table_learner(environment, settings.capacity, settings.exploration, read, learn)


def table_learner(
    environment: Episodic[Any, Any], capacity: int, exploration: Probability, read: Read, learn: Learn
) -> Learner:
    """Return a learner with a table: it plays one episode on each task, then learns from one after the other."""
    if not isinstance(environment.action, Discrete):
        raise ValueError(f"action is {environment.action}, must be Discrete for a table of actions")
    actions, features = environment.action.n, environment.observation.size

    def init(key: PRNGKeyArray) -> Table:
        del key  # nothing is drawn
        return empty(capacity, actions, features)

    def act(table: Table, memory: Any, observation: Key, key: PRNGKeyArray) -> Acted:
        probability = greedy(exploration, read(table, observation))
        action = jax.random.categorical(key, jnp.log(probability)).astype(jnp.int32)
        return Acted(action, memory, jnp.log(probability[action]))

    def collect(table: Table, tasks: Any, key: PRNGKeyArray) -> Rollout:
        play = partial(rollout, environment, act, table, ())
        return jax.vmap(play)(tasks, split(key, tasks))

    def update(table: Table, played: Rollout, key: PRNGKeyArray) -> tuple[Table, Log]:
        del key  # nothing is drawn
        table, _ = jax.lax.scan(lambda table, one: (learn(table, one), None), table, played)
        zero = jnp.float32(0)  # no loss, no gradient
        return table, Log(zero, zero, zero, zero, jnp.sum(played.reward, axis=1)[:, None])

    return Learner(init, act, collect, update)


def greedy(exploration: Probability, value: Float[Array, "action"]) -> Float[Array, "action"]:
    """Return the probabilities of the best actions, evenly, and with some exploration of all."""
    best = (value == jnp.max(value)).astype(jnp.float32)
    return (1 - exploration) * best / jnp.sum(best) + exploration / len(value)
