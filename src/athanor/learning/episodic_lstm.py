"""An LSTM with episodic reinstatement: what it knew of a context comes back with it (Ritter et al. 2018).

    i, f, o, r = sigmoid(W x + U h + b),   g = tanh(…),   c' = f c + i g + r c_ep,   h' = o tanh(c'),

where c_ep is read from a dictionary of the cell states that exposures ended with, by their contexts: Σ_j w_j c_j, w_j =
δ / (d_j² + δ), so that a context that is not stored brings nothing back. With a new exposure f c + i g is stored
under the context before, what the last step of it showed included, and the cell starts from r c_ep alone. The dictionary
starts empty with each epoch. One cell serves all arms, each with a state of its own: which arm is which makes no difference.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.learning.heads import Categorical, Distribution
from athanor.learning.layers import Linear
from athanor.learning.networks import ActorCritic

GATES = 5  # input, forget, output, reinstatement, candidate
FORGET_BIAS = 2.0  # a cell remembers at first


class Memory(NamedTuple):
    """What lasts, as numbers 0 or 1, so that one program serves all kinds of memory; nothing of them is learnt."""

    recalls: Float[Array, ""]  # whether the dictionary is read
    resets: Float[Array, ""]  # whether each exposure starts without the cell state of the one before


@dataclass(frozen=True)
class Reinstating:
    """What the network remembers, and what it sees: barcode, share of the exposure that is over, last arm, last reward."""

    arms: int
    bits: int  # of a barcode
    hidden: int = 8  # units of an arm
    places: int = 10  # of the dictionary; as many as there are contexts in an epoch
    delta: float = 1e-3

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("arms", self.arms >= 2, "at least 2"),
            ("bits", self.bits >= 1, "at least 1"),
            ("hidden", self.hidden >= 1, "at least 1"),
            ("places", self.places >= 1, "at least 1"),
            ("delta", 0 < self.delta < float("inf"), "more than 0 and finite"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")


class Stored(NamedTuple):
    """The dictionary."""

    barcode: Float[Array, "place bit"]
    cell: Float[Array, "place arm hidden"]
    written: Int[Array, ""]  # contexts so far; once it is full the last place is written over


class Remembered(NamedTuple):
    """What the network remembers."""

    hidden: Float[Array, "arm hidden"]
    cell: Float[Array, "arm hidden"]
    barcode: Float[Array, "bit"]  # of the present exposure
    begun: Bool[Array, ""]  # whether there is one
    stored: Stored


class Seen(NamedTuple):
    """An observation, taken apart."""

    barcode: Float[Array, "bit"]
    over: Float[Array, ""]  # share of the exposure
    arm: Float[Array, "arm"]  # the last one, one-hot
    reward: Float[Array, ""]


def store(stored: Stored, barcode: Float[Array, "bit"], cell: Float[Array, "arm hidden"]) -> Stored:
    """Write a cell state under its context, in place of what is stored of it."""
    places = jnp.arange(len(stored.barcode))
    same = jnp.all(stored.barcode == barcode, axis=-1) & (places < stored.written)
    known = jnp.any(same)
    place = jnp.where(known, jnp.argmax(same), jnp.minimum(stored.written, len(places) - 1))
    return Stored(
        stored.barcode.at[place].set(barcode),
        stored.cell.at[place].set(cell),
        jnp.where(known, stored.written, stored.written + 1),
    )


def recall(delta: float, stored: Stored, barcode: Float[Array, "bit"]) -> Float[Array, "arm hidden"]:
    """Return Σ_j δ / (d_j² + δ) c_j over what is stored."""
    squared = jnp.sum(jnp.square(stored.barcode - barcode), axis=-1)
    filled = jnp.arange(len(squared)) < stored.written
    return jnp.tensordot(jnp.where(filled, delta / (squared + delta), 0.0), stored.cell, 1)


class ReinstatingEncoder(eqx.Module):
    """The cell and its dictionary; the hidden states are the features."""

    seen: Linear  # of an arm's inputs: the gates
    recurrent: Linear  # of its hidden state: the same
    memory: Memory
    settings: Reinstating = eqx.field(static=True)

    def start(self) -> Remembered:
        """Return the memory at the start of an epoch."""
        settings = self.settings
        state = jnp.zeros((settings.arms, settings.hidden))
        stored = Stored(
            jnp.zeros((settings.places, settings.bits)),
            jnp.zeros((settings.places, *state.shape)),
            jnp.int32(0),
        )
        return Remembered(state, state, jnp.zeros(settings.bits), jnp.bool_(False), stored)

    def __call__(
        self, memory: Remembered, observation: Float[Array, "observation"]
    ) -> tuple[Remembered, Float[Array, "arm hidden"]]:
        """Take in what the last pull showed; with a new exposure, store the cell state and start from what is recalled."""
        settings, seen = self.settings, self.taken_apart(observation)
        begins = seen.over == 0
        gates = jax.vmap(self.gates, in_axes=(None, 0, 0))(seen, seen.arm, memory.hidden)
        enters, keeps, shows, reinstates = jax.nn.sigmoid(gates[..., :-1, :]).swapaxes(0, 1)
        cell = keeps * memory.cell + enters * jnp.tanh(gates[..., -1, :])
        stored = _where(begins & memory.begun, store(memory.stored, memory.barcode, cell), memory.stored)
        recalls, resets = jax.lax.stop_gradient(self.memory)
        cell = jnp.where(begins, (1 - resets) * cell, cell)
        cell += recalls * reinstates * recall(settings.delta, stored, seen.barcode)
        hidden = shows * jnp.tanh(cell)
        return Remembered(hidden, cell, seen.barcode, jnp.bool_(True), stored), hidden

    def gates(
        self, seen: Seen, pulled: Float[Array, ""], hidden: Float[Array, "hidden"]
    ) -> Float[Array, "gate hidden"]:
        """Return the gates of an arm before their nonlinearities, the candidate last."""
        of_arm = jnp.stack([pulled, pulled * seen.reward, seen.over])
        both = self.seen(jnp.concatenate([of_arm, seen.barcode])) + self.recurrent(hidden)
        return both.reshape(GATES, -1)

    def taken_apart(self, observation: Float[Array, "observation"]) -> Seen:
        """Return the parts of an observation; what follows them is not read."""
        bits, arms = self.settings.bits, self.settings.arms
        arm = observation[bits + 1 : bits + 1 + arms]
        return Seen(observation[:bits], observation[bits], arm, observation[bits + 1 + arms])


class ArmsHead(eqx.Module):
    """Scores of all arms, each from its own features."""

    score: Linear

    def __call__(self, features: Float[Array, "arm hidden"]) -> Categorical:
        """Return the distribution over arms."""
        return Categorical(jax.vmap(self.score)(features)[:, 0])


class ArmsActorCritic(ActorCritic):
    """A policy that scores each arm alike, and values of all arms' mean."""

    encoder: ReinstatingEncoder

    def distribution(self, features: Float[Array, "arm hidden"]) -> Distribution:
        """Return the distribution over arms."""
        return self.head(features)

    def read(self, features: Float[Array, "arm hidden"]) -> tuple[Distribution, Float[Array, ""]]:
        """Return the distribution and the value."""
        return self.head(features), self.value(jnp.mean(features, axis=0))[0]


def reinstating_actor_critic(settings: Reinstating, memory: Memory, key: PRNGKeyArray) -> ArmsActorCritic:
    """Draw the weights of a network; those of equal sizes are equal, whatever it remembers."""
    seen_key, recurrent_key, score_key, value_key = jax.random.split(key, 4)
    units, inputs = GATES * settings.hidden, 3 + settings.bits
    seen = Linear(inputs, units, seen_key)
    forgets = jnp.zeros(units).at[settings.hidden : 2 * settings.hidden].set(FORGET_BIAS)
    seen = eqx.tree_at(lambda layer: layer.bias, seen, seen.bias + forgets)
    encoder = ReinstatingEncoder(seen, Linear(settings.hidden, units, recurrent_key), memory, settings)
    head = ArmsHead(Linear(settings.hidden, 1, score_key))
    return ArmsActorCritic(encoder, head, Linear(settings.hidden, 1, value_key))


def _where(condition: Bool[Array, ""], first: Any, second: Any) -> Any:
    return jax.tree.map(partial(jnp.where, condition), first, second)
