"""Bernoulli bandits as an environment, with the exact posterior over the arms' probabilities.

Independent arms have probabilities drawn uniformly from [0, 1]. Dependent arms are two, and the second one's
probability is 1 − p, where p is the first one's: uniform, or one of two values.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition

MOST_ARMS, MOST_PULLS = 1000, 10000
PRIOR_DEVIATION = 12**-0.5  # standard deviation of a probability drawn uniformly


class Arms(NamedTuple):
    """The task: how often each arm pays."""

    probability: Float[Array, "arm"]


class State(NamedTuple):
    """How far an episode has come; nothing that an agent does changes anything else."""

    time: Int[Array, ""]  # pulls since the start of the episode


class Belief(NamedTuple):
    """What was seen of every arm: all that matters of a history."""

    successes: Int[Array, "arm"]  # pulls that paid
    failures: Int[Array, "arm"]  # pulls that did not


@dataclass(frozen=True)
class Bandit:
    """The rules: parameters that all tasks share."""

    arms: int = 5
    pulls: int = 10  # of an episode
    dependent: bool = False  # two arms with probabilities p and 1 − p
    low: float | None = None  # dependent arms: p is `low` or 1 − `low`, equally likely; None: p is uniform

    def __post_init__(self) -> None:
        for name, most in (("arms", MOST_ARMS), ("pulls", MOST_PULLS)):
            value = getattr(self, name)
            if not 1 <= value <= most:
                raise ValueError(f"{name} is {value}, must be from 1 to {most}")
        if self.dependent and self.arms != 2:
            raise ValueError(f"arms is {self.arms}, must be 2 where arms are dependent")
        if self.low is not None and not self.dependent:
            raise ValueError(f"low is {self.low}, must be None where arms are independent")
        if self.low is not None and not 0 < self.low < 0.5:
            raise ValueError(f"low is {self.low}, must be above 0 and below 0.5")

    @property
    def steps(self) -> int:
        """Return the number of steps of an episode."""
        return self.pulls

    @property
    def observation(self) -> Box:
        """Return the space of observations: the fraction of the episode that is over."""
        return Box((0.0,), (1.0,))

    @property
    def action(self) -> Discrete:
        """Return the space of actions: the arm to pull."""
        return Discrete(self.arms)

    @property
    def description(self) -> Box:
        """Return the space of descriptions: the probability of every arm."""
        return Box((0.0,) * self.arms, (1.0,) * self.arms)

    @property
    def features_size(self) -> int:
        """Return the number of features of a belief: mean and deviation of every arm."""
        return 2 * self.arms

    def sample_task(self, key: PRNGKeyArray) -> Arms:
        """Draw the arms' probabilities."""
        if not self.dependent:
            return Arms(jax.random.uniform(key, (self.arms,)))
        if self.low is None:
            first = jax.random.uniform(key)
        else:
            first = jnp.where(jax.random.bernoulli(key), self.low, 1 - self.low)
        return Arms(jnp.stack([first, 1 - first]))

    def reset(self, task: Arms, key: PRNGKeyArray) -> State:
        """Start an episode."""
        del task, key  # the start is always the same
        return State(jnp.int32(0))

    def step(
        self, task: Arms, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Pull an arm, which pays 1 with its probability; once the episode is over, nothing happens."""
        ended = self.ended(state)
        paid = jax.random.bernoulli(key, task.probability[action]) & ~ended
        following = State(jnp.where(ended, state.time, state.time + 1))
        return following, Transition(jnp.where(paid, 1.0, 0.0), self.ended(following))

    def ended(self, state: State) -> Bool[Array, ""]:
        """Return whether the episode is over."""
        return state.time >= self.pulls

    def observe(self, task: Arms, state: State) -> Float[Array, "1"]:
        """Return the fraction of the episode that is over."""
        del task  # the probabilities are hidden
        return (state.time.astype(jnp.float32) / self.pulls)[None]

    def describe(self, task: Arms) -> Float[Array, "arm"]:
        """Return the arms' probabilities."""
        return task.probability

    def expert(self, task: Arms, state: State) -> Int[Array, ""]:
        """Return the best arm."""
        del state  # the best arm stays the best
        return jnp.argmax(task.probability).astype(jnp.int32)

    def prior(self) -> Belief:
        """Return the belief before any pull."""
        none = jnp.zeros(self.arms, jnp.int32)
        return Belief(none, none)

    def update(
        self,
        belief: Belief,
        observation: Float[Array, "1"],
        action: Int[Array, ""],
        reward: Float[Array, ""],
        following: Float[Array, "1"],
    ) -> Belief:
        """Count a pull, unless the episode was over before it."""
        pulled = (jnp.arange(self.arms) == action) & (following[0] > observation[0])
        paid = reward > 0
        gained, lost = ((pulled & each).astype(jnp.int32) for each in (paid, ~paid))
        return Belief(belief.successes + gained, belief.failures + lost)

    def features(self, belief: Belief) -> Float[Array, "feature"]:
        """Return each arm's posterior mean, then each one's standard deviation as a share of the uniform prior's."""
        mean, deviation = self.moments(belief)
        return jnp.concatenate([mean, deviation / PRIOR_DEVIATION])

    def moments(self, belief: Belief) -> tuple[Float[Array, "arm"], Float[Array, "arm"]]:
        """Return the posterior mean and the posterior standard deviation of every arm's probability."""
        if self.dependent:
            return self._dependent_moments(belief)
        return _beta_moments(belief.successes, belief.failures)

    def _dependent_moments(self, belief: Belief) -> tuple[Float[Array, "2"], Float[Array, "2"]]:
        """Return the moments where a success of one arm says what a failure of the other says."""
        successes = belief.successes + belief.failures[::-1]
        failures = belief.failures + belief.successes[::-1]
        if self.low is None:
            return _beta_moments(successes, failures)
        odds = jnp.log(1 / self.low - 1)  # of the better arm's success, against its failure
        high = jax.nn.sigmoid(
            (successes - failures).astype(jnp.float32) * odds
        )  # chance of being the better arm
        spread = 1 - 2 * self.low
        return self.low + spread * high, spread * jnp.sqrt(high * high[::-1])


def _beta_moments(
    successes: Int[Array, "arm"], failures: Int[Array, "arm"]
) -> tuple[Float[Array, "arm"], Float[Array, "arm"]]:
    """Return mean m and standard deviation √(m (1 − m) / (n + 3)) of Beta(successes + 1, failures + 1), n pulls."""
    pulls = (successes + failures).astype(jnp.float32)
    mean = (successes + 1).astype(jnp.float32) / (pulls + 2)
    return mean, jnp.sqrt(mean * (1 - mean) / (pulls + 3))
