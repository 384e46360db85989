"""Numpad as an environment, with the exact posterior over its sequences.

The agent walks on pads. Entering the next pad of the hidden sequence lights it and pays 1, unless that pad was already lit
since the sequence was last completed; entering any other pad puts all lights out. The last pad of the sequence puts all
out as well, and everything can be earned again.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition
from athanor.tasks.numpad.board import ACTIONS, destinations, first_moves, pad_at, sequences

MOST_ROWS, MOST_PADS, MOST_HORIZON = 4, 6, 10_000  # of each side, of a sequence, of steps
START = 0  # the pad in a corner


class Sequence(NamedTuple):
    """The task: the pads in the order in which they light up."""

    pad: Int[Array, "position"]


class State(NamedTuple):
    """Where an episode stands. What is lit is always the beginning of the sequence."""

    pad: Int[Array, ""]  # where the agent is
    lit: Int[Array, ""]  # pads that are lit
    earned: Int[Array, ""]  # pads that were lit since the last completion
    time: Int[Array, ""]  # steps since the start of the episode


class Belief(NamedTuple):
    """What was seen: the posterior is uniform over the consistent sequences."""

    consistent: Bool[Array, "sequence"]
    earned: Int[Array, ""]  # pads that were lit since the last completion


@dataclass(frozen=True)
class Numpad:
    """The rules: parameters that all tasks share."""

    rows: int = 3
    columns: int = 3
    pads: int = 4  # of the sequence
    horizon: int = 200  # steps of an episode

    def __post_init__(self) -> None:
        for name, least, most in (
            ("rows", 1, MOST_ROWS),
            ("columns", 1, MOST_ROWS),
            ("pads", 2, min(MOST_PADS, self.rows * self.columns)),
            ("horizon", 1, MOST_HORIZON),
        ):
            if most < least:
                raise ValueError(
                    f"rows and columns are {self.rows} and {self.columns}, must make at least 2 pads"
                )
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}, must be from {least} to {most}")

    @property
    def cells(self) -> int:
        """Return the number of pads on the board."""
        return self.rows * self.columns

    @property
    def steps(self) -> int:
        """Return the number of steps of an episode."""
        return self.horizon

    @property
    def observation(self) -> Box:
        """Return the space of observations: where the agent is, what is lit, the fraction that is over."""
        size = 2 * self.cells + 1
        return Box((0.0,) * size, (1.0,) * size)

    @property
    def action(self) -> Discrete:
        """Return the space of actions: stay, or one of eight directions."""
        return Discrete(ACTIONS)

    @property
    def description(self) -> Box:
        """Return the space of descriptions: for every position of the sequence, which pad it is."""
        size = self.pads * self.cells
        return Box((0.0,) * size, (1.0,) * size)

    @property
    def features_size(self) -> int:
        """Return the number of features of a belief."""
        return self.pads * self.cells + 1

    def sample_task(self, key: PRNGKeyArray) -> Sequence:
        """Draw a sequence uniformly."""
        allowed = jnp.asarray(sequences(self.rows, self.columns, self.pads))
        return Sequence(allowed[jax.random.randint(key, (), 0, len(allowed))])

    def reset(self, task: Sequence, key: PRNGKeyArray) -> State:
        """Start an episode in the corner, with all lights out."""
        del task, key  # the start is always the same
        return State(jnp.int32(START), jnp.int32(0), jnp.int32(0), jnp.int32(0))

    def step(
        self, task: Sequence, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Move, and light a pad or put the lights out; once the episode is over, nothing happens."""
        del key  # nothing is random
        ended = self.ended(state)
        pad = jnp.asarray(destinations(self.rows, self.columns))[state.pad, action]
        entered = (pad != state.pad) & ~ended
        hit = entered & (task.pad[state.lit] == pad)
        lit = jnp.where(entered, jnp.where(hit, state.lit + 1, 0), state.lit)
        rewarded = hit & (lit > state.earned)
        completed = lit == self.pads
        following = State(
            jnp.where(entered, pad, state.pad),
            jnp.where(completed, 0, lit),
            jnp.where(completed, 0, jnp.maximum(state.earned, lit)),
            jnp.where(ended, state.time, state.time + 1),
        )
        return following, Transition(jnp.where(rewarded, 1.0, 0.0), self.ended(following))

    def ended(self, state: State) -> Bool[Array, ""]:
        """Return whether the episode is over."""
        return state.time >= self.horizon

    def lights(self, task: Sequence, state: State) -> Bool[Array, "pad"]:
        """Return which pads of the board are lit."""
        on = (jnp.arange(self.pads) < state.lit)[:, None]
        return jnp.any(on & (task.pad[:, None] == jnp.arange(self.cells)), axis=0)

    def observe(self, task: Sequence, state: State) -> Float[Array, "observation"]:
        """Return where the agent is (one of the pads is 1), which pads are lit, the fraction that is over."""
        here = jnp.arange(self.cells) == state.pad
        over = state.time.astype(jnp.float32) / self.horizon
        return jnp.concatenate([here, self.lights(task, state), over[None]], dtype=jnp.float32)

    def describe(self, task: Sequence) -> Float[Array, "description"]:
        """Return, for every position of the sequence, which pad it is, as zeros and a 1."""
        return jax.nn.one_hot(task.pad, self.cells).ravel()

    def expert(self, task: Sequence, state: State) -> Int[Array, ""]:
        """Return the first move of a shortest way to the next pad: it comes first to every reward.

        While lights are on, the agent is on the last pad that was lit, and the next one is its neighbour.
        """
        return jnp.asarray(first_moves(self.rows, self.columns))[state.pad, task.pad[state.lit]]

    def prior(self) -> Belief:
        """Return the belief to which every sequence is consistent."""
        count = len(sequences(self.rows, self.columns, self.pads))
        return Belief(jnp.ones(count, bool), jnp.int32(0))

    def update(
        self,
        belief: Belief,
        observation: Float[Array, "observation"],
        action: Int[Array, ""],
        reward: Float[Array, ""],
        following: Float[Array, "observation"],
    ) -> Belief:
        """Keep the sequences whose next pad is the one that was entered and lit up, or is not if it did not."""
        del action  # where it led is seen
        before, lit_before = self.seen(observation)
        pad, lit = self.seen(following)
        entered = pad != before
        hit = entered & (
            (lit > lit_before) | (reward > 0)
        )  # the last pad is always paid, and all lights are out
        next_pad = jnp.asarray(sequences(self.rows, self.columns, self.pads))[:, lit_before]
        consistent = belief.consistent & (~entered | ((next_pad == pad) == hit))
        earned = jnp.where(hit & (lit == 0), 0, jnp.maximum(belief.earned, lit))
        return Belief(consistent, earned)

    def seen(self, observation: Float[Array, "observation"]) -> tuple[Int[Array, ""], Int[Array, ""]]:
        """Return where the agent is seen to be, and how many pads are lit."""
        here, lights = observation[: self.cells], observation[self.cells : 2 * self.cells]
        return jnp.argmax(here).astype(jnp.int32), jnp.sum(lights > 0).astype(jnp.int32)

    def features(self, belief: Belief) -> Float[Array, "feature"]:
        """Return the probability of every pad at every position, and the share of the sequence that was earned.

        This determines the belief: it is a known beginning of the sequence and the pads that can follow.
        """
        earned = belief.earned.astype(jnp.float32) / self.pads
        return jnp.concatenate([self.marginals(belief).ravel(), earned[None]])

    def marginals(self, belief: Belief) -> Float[Array, "position pad"]:
        """Return the probability of every pad at every position."""
        at = jnp.asarray(pad_at(self.rows, self.columns, self.pads), jnp.float32)
        weight = belief.consistent.astype(jnp.float32)
        return jnp.tensordot(weight, at, axes=1) / jnp.sum(weight)
