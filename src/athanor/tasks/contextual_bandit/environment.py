"""The barcode bandit as an environment: an epoch of short bandits, each announced by the barcode of its context.

In each context one arm pays with a high chance and all others with a low one. Every context comes back as often as any
other, in a random order, with the same barcode and the same good arm. An episode of this environment is an epoch; an
exposure is a stay in one context. Barcodes and good arms are drawn anew in each epoch.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition

MOST_BITS, MOST_STEPS = 16, 1_000_000


class GoodArms(NamedTuple):
    """The task: the arm that pays in each context."""

    arm: Int[Array, "context"]


class State(NamedTuple):
    """What an epoch shows in its course, and how far it has come."""

    barcode: Float[Array, "context bit"]  # 0 or 1
    order: Int[Array, "exposure"]  # context of each exposure of the epoch
    time: Int[Array, ""]  # pulls since the start of the epoch


class Belief(NamedTuple):
    """What was seen, context by context in the order of their first exposure."""

    barcode: Float[Array, "context bit"]
    seen: Int[Array, ""]  # contexts that were seen
    paid: Int[Array, "context arm"]  # pulls that paid
    unpaid: Int[Array, "context arm"]  # pulls that did not
    current: Int[Array, ""]  # context of the next pull


@dataclass(frozen=True)
class ContextualBandit:
    """The rules: parameters that all tasks share."""

    arms: int = 10
    pulls: int = 10  # of an exposure
    contexts: int = 10
    exposures: int = 10  # of each context
    bits: int = 10  # of a barcode
    high: float = 0.9  # chance that the good arm pays
    low: float = 0.1  # and that any other does

    def __post_init__(self) -> None:
        for name, least, most in (
            ("arms", 2, 1000),
            ("pulls", 1, 1000),
            ("bits", 1, MOST_BITS),
            ("contexts", 1, 2**self.bits),
            ("exposures", 1, 1000),
        ):
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}, must be from {least} to {most}")
        if not 0 < self.low < self.high < 1:
            raise ValueError(f"low and high are {self.low} and {self.high}, must be 0 < low < high < 1")
        if self.steps > MOST_STEPS:
            raise ValueError(
                f"contexts, exposures and pulls make {self.steps} steps, must be at most {MOST_STEPS}"
            )

    @property
    def steps(self) -> int:
        """Return the number of pulls of an epoch."""
        return self.contexts * self.exposures * self.pulls

    @property
    def observation(self) -> Box:
        """Return the space of observations: the barcode, and the fraction of the exposure that is over."""
        size = self.bits + 1
        return Box((0.0,) * size, (1.0,) * size)

    @property
    def action(self) -> Discrete:
        """Return the space of actions: the arm to pull."""
        return Discrete(self.arms)

    @property
    def description(self) -> Box:
        """Return the space of descriptions: the good arm of each context, one-hot."""
        size = self.contexts * self.arms
        return Box((0.0,) * size, (1.0,) * size)

    @property
    def features_size(self) -> int:
        """Return the number of features of a belief: the chance of each arm to be the good one here."""
        return self.arms

    def sample_task(self, key: PRNGKeyArray) -> GoodArms:
        """Draw a good arm for each context, independently."""
        return GoodArms(jax.random.randint(key, (self.contexts,), 0, self.arms))

    def reset(self, task: GoodArms, key: PRNGKeyArray) -> State:
        """Start an epoch: draw different barcodes, and the order of the exposures."""
        del task  # tells nothing of barcodes and order
        code_key, order_key = jax.random.split(key)
        codes = jax.random.choice(code_key, 2**self.bits, (self.contexts,), replace=False)
        barcode = (codes[:, None] >> jnp.arange(self.bits)) & 1
        order = jax.random.permutation(order_key, self.contexts * self.exposures) % self.contexts
        return State(barcode.astype(jnp.float32), order.astype(jnp.int32), jnp.int32(0))

    def step(
        self, task: GoodArms, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Pull an arm; once the epoch is over, nothing happens."""
        ended = self.ended(state)
        chance = jnp.where(action == task.arm[self.context(state)], self.high, self.low)
        paid = jax.random.bernoulli(key, chance) & ~ended
        following = state._replace(time=jnp.where(ended, state.time, state.time + 1))
        return following, Transition(jnp.where(paid, 1.0, 0.0), self.ended(following))

    def ended(self, state: State) -> Bool[Array, ""]:
        """Return whether the epoch is over."""
        return state.time >= self.steps

    def context(self, state: State) -> Int[Array, ""]:
        """Return the context of the next pull; of the last one, once the epoch is over."""
        return state.order[jnp.minimum(state.time // self.pulls, len(state.order) - 1)]

    def begins(self, state: State) -> Bool[Array, ""]:
        """Return whether the next pull is the first of an exposure."""
        return (state.time % self.pulls == 0) & ~self.ended(state)

    def observe(self, task: GoodArms, state: State) -> Float[Array, "observation"]:
        """Return the barcode of the context, and the fraction of the exposure that is over."""
        del task  # the good arms are hidden
        pulled = jnp.where(self.ended(state), self.pulls, state.time % self.pulls)
        return jnp.append(state.barcode[self.context(state)], pulled.astype(jnp.float32) / self.pulls)

    def describe(self, task: GoodArms) -> Float[Array, "description"]:
        """Return the good arm of each context, one-hot."""
        return jax.nn.one_hot(task.arm, self.arms).reshape(-1)

    def expert(self, task: GoodArms, state: State) -> Int[Array, ""]:
        """Pull the good arm."""
        return task.arm[self.context(state)]

    def prior(self) -> Belief:
        """Return the belief before any barcode was seen."""
        none = jnp.zeros((self.contexts, self.arms), jnp.int32)
        return Belief(jnp.zeros((self.contexts, self.bits)), jnp.int32(0), none, none, jnp.int32(0))

    def start(self, observation: Float[Array, "observation"]) -> Belief:
        """Return the belief that has seen the first barcode."""
        return self._shown(self.prior(), observation)

    def update(
        self,
        belief: Belief,
        observation: Float[Array, "observation"],
        action: Int[Array, ""],
        reward: Float[Array, ""],
        following: Float[Array, "observation"],
    ) -> Belief:
        """Count a pull for the arm and the context, unless the epoch was over; then look at the next barcode."""
        happened = observation[-1] < 1
        here = belief.current, action
        paid = belief.paid.at[here].add((happened & (reward > 0)).astype(jnp.int32))
        unpaid = belief.unpaid.at[here].add((happened & (reward <= 0)).astype(jnp.int32))
        return self._shown(belief._replace(paid=paid, unpaid=unpaid), following)

    def features(self, belief: Belief) -> Float[Array, "arm"]:
        """Return the chance of each arm to be the good one of the present context.

        A pull that pays multiplies an arm's odds by high / low, one that does not by (1 − high) / (1 − low).
        """
        counts = belief.paid[belief.current], belief.unpaid[belief.current]
        paid, unpaid = (count.astype(jnp.float32) for count in counts)
        odds = paid * jnp.log(self.high / self.low) + unpaid * jnp.log((1 - self.high) / (1 - self.low))
        return jax.nn.softmax(odds)

    def _shown(self, belief: Belief, observation: Float[Array, "observation"]) -> Belief:
        """Find the context of a barcode, or take it for a new one."""
        barcode, places = observation[:-1], jnp.arange(self.contexts)
        known = jnp.all(belief.barcode == barcode, axis=-1) & (places < belief.seen)
        current = jnp.where(known.any(), jnp.argmax(known), belief.seen).astype(jnp.int32)
        seen = jnp.where(known.any(), belief.seen, belief.seen + 1)
        return belief._replace(barcode=belief.barcode.at[current].set(barcode), seen=seen, current=current)
