"""Noisy target as an environment: a ball rolls on a disc, and coins tell how near to a hidden target it is."""

import math
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.environment import Box, Transition
from athanor.tasks.noisy_target import belief as beliefs
from athanor.tasks.noisy_target.belief import BLOCKS, Belief, centres, chance


class Target(NamedTuple):
    """The task: where the target is."""

    place: Float[Array, "2"]  # radii of the disc


class State(NamedTuple):
    """The ball; fully observed."""

    position: Float[Array, "2"]  # radii of the disc
    velocity: Float[Array, "2"]  # radii per step
    time: Int[Array, ""]  # steps since the start of the episode


@dataclass(frozen=True)
class NoisyTarget:
    """A ball that is pushed and slowed by friction, in the unit disc; a hit does not send it back.

    The source gives the rewards: 1 with probability min(0.5, 1 / (1 + d²)), else 0. The constants of the motion, the unit
    of the distance d, the prior (uniform over the disc), the start at rest in the middle and the number of steps are
    ours. At the rim the ball loses its velocity outwards and keeps the one along it.
    """

    steps: int = 100  # of an episode
    acceleration: float = 0.02  # radii per step²; the greatest
    friction: float = 0.2  # share of the velocity that is lost in a step
    unit: float = 0.2  # radii; of the distance d
    most: float = 0.5  # greatest probability of a reward
    mesh: int = 32  # cells of the belief, per axis

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("steps", self.steps >= 1, "at least 1"),
            ("acceleration", 0 < self.acceleration <= 1, "more than 0 and at most 1"),
            ("friction", 0 <= self.friction < 1, "at least 0 and less than 1"),
            ("unit", 0 < self.unit < math.inf, "more than 0 and finite"),
            ("most", 0 < self.most < 1, "more than 0 and less than 1"),
            ("mesh", 8 <= self.mesh <= 256 and self.mesh % BLOCKS == 0, f"a multiple of {BLOCKS} up to 256"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def observation(self) -> Box:
        """Return the space of observations: position, velocity, and the share of the episode that is over."""
        fastest = self.acceleration * self.steps
        return Box((-1.0, -1.0, -fastest, -fastest, 0.0), (1.0, 1.0, fastest, fastest, 1.0))

    @property
    def action(self) -> Box:
        """Return the space of actions: the push, in shares of the greatest; one longer than 1 is shortened to 1."""
        return Box((-1.0, -1.0), (1.0, 1.0))

    @property
    def description(self) -> Box:
        """Return the space of descriptions: the target's position."""
        return Box((-1.0, -1.0), (1.0, 1.0))

    @property
    def features_size(self) -> int:
        """Return the number of features of a belief."""
        return beliefs.FEATURES

    def sample_task(self, key: PRNGKeyArray) -> Target:
        """Draw a target uniformly from the disc."""
        radius, turns = jax.random.uniform(key, (2,), jnp.float32)
        angle = 2 * math.pi * turns
        return Target(jnp.sqrt(radius) * jnp.stack([jnp.cos(angle), jnp.sin(angle)]))

    def reset(self, task: Target, key: PRNGKeyArray) -> State:
        """Start an episode at rest in the middle."""
        del task, key  # the start is fixed
        return State(jnp.zeros(2, jnp.float32), jnp.zeros(2, jnp.float32), jnp.int32(0))

    def step(
        self, task: Target, state: State, action: Float[Array, "2"], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Push, roll, then toss the coin of the place that was reached."""
        ended = state.time >= self.steps
        moved = self.rolled(state, action)
        following = jax.tree.map(partial(jnp.where, ended), state, moved)
        hit = jax.random.uniform(key, (), jnp.float32) < self.chance(moved.position, task.place)
        reward = jnp.where(hit & ~ended, jnp.float32(1), jnp.float32(0))
        return following, Transition(reward, following.time >= self.steps)

    def rolled(self, state: State, action: Float[Array, "2"]) -> State:
        """Return the ball a step later."""
        push = action / jnp.maximum(jnp.linalg.norm(action), 1.0)
        velocity = (1 - self.friction) * state.velocity + self.acceleration * push
        reached = state.position + velocity
        distance = jnp.linalg.norm(reached)
        outwards = reached / jnp.maximum(distance, 1.0)  # of length 1 beyond the rim
        along = velocity - (velocity @ outwards) * outwards
        velocity = jnp.where(distance > 1, along, velocity)
        return State(outwards, velocity, state.time + 1)

    def chance(self, position: Float[Array, "2"], target: Float[Array, "2"]) -> Float[Array, ""]:
        """Return the probability of a reward."""
        return chance(position, target, self.unit, self.most)

    def observe(self, task: Target, state: State) -> Float[Array, "5"]:
        """Return position, velocity, and the share of the episode that is over."""
        del task  # the target is hidden
        share = state.time.astype(jnp.float32) / self.steps
        return jnp.concatenate([state.position, state.velocity, share[None]])

    def describe(self, task: Target) -> Float[Array, "2"]:
        """Return the target's position."""
        return task.place

    def expert(self, task: Target, state: State) -> Float[Array, "2"]:
        """Steer to the target."""
        return self.steered(state, task.place)

    def steered(self, state: State, aim: Float[Array, "2"]) -> Float[Array, "2"]:
        """Return the push that comes nearest to a velocity of half the way to an aim per step."""
        wanted = (aim - state.position) / 2 - (1 - self.friction) * state.velocity
        push = wanted / self.acceleration
        return push / jnp.maximum(jnp.linalg.norm(push), 1.0)

    def prior(self) -> Belief:
        """Return the belief that the target may be anywhere in the disc."""
        return beliefs.uniform(self.mesh)

    def update(
        self,
        belief: Belief,
        observation: Float[Array, "5"],
        action: Float[Array, "2"],
        reward: Float[Array, ""],
        following: Float[Array, "5"],
    ) -> Belief:
        """Condition on the reward of the place that was reached; a step after the end tells nothing."""
        del action  # the motion tells nothing of the target
        ended = following[-1] <= observation[-1]
        chances = jax.vmap(self.chance, (None, 0))(following[:2], jnp.asarray(centres(self.mesh)))
        posterior = beliefs.conditioned(belief, chances, reward)
        return jax.tree.map(partial(jnp.where, ended), belief, posterior)

    def features(self, belief: Belief) -> Float[Array, "69"]:
        """Return probabilities of blocks of cells, and moments of the position."""
        return beliefs.features(belief, self.mesh)


SETTINGS: dict[str, NoisyTarget] = {"0.2_100": NoisyTarget()}
