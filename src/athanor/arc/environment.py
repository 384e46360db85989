"""The rules that both families on the arc share; each adds what a hit is worth and what it does."""

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.arc.cells import ROUNDING, Possible, distance_ranges, features, point
from athanor.environment import Box, Transition


class Target(NamedTuple):
    """The task: where the target is."""

    angle: Float[Array, ""]  # rad, from the x axis


class State(NamedTuple):
    """Where the agent is; fully observed."""

    position: Float[Array, "2"]  # radii of the circle
    time: Int[Array, ""]  # steps since the start of the episode


class Belief(NamedTuple):
    """Cells of the arc that hold an angle which each step so far allows; all such angles are equally likely."""

    possible: Possible


@dataclass(frozen=True)
class TargetOnArc:
    """A point starts at the origin and moves by up to `speed` an axis; a target is hidden at an angle of the arc."""

    radius: float = 0.2  # within which the target is hit, in radii of the circle
    steps: int = 20  # of an episode
    max_angle: float = math.pi  # rad; the target's angle is uniform between 0 and this
    speed: float = 0.1  # radii of the circle per step and axis
    cells: int = 128  # of the arc, in the belief

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("radius", 0 < self.radius < 1, "more than 0 and less than 1"),
            ("steps", self.steps >= 1, "at least 1"),
            ("max_angle", 0 < self.max_angle <= 2 * math.pi, "more than 0 and at most 2 pi"),
            ("speed", 0 < self.speed <= 1, "more than 0 and at most 1"),
            ("cells", 2 <= self.cells <= 2**16, "from 2 to 65536"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @abstractmethod
    def reward_at(self, distance: Float[Array, ""]) -> Float[Array, ""]:
        """Return the reward of a step that ends at a distance from the target; 0 outside the radius alone."""

    @abstractmethod
    def after(self, reached: Float[Array, "2"], reward: Float[Array, ""]) -> Float[Array, "2"]:
        """Return where the agent is after a step that reached a position."""

    @abstractmethod
    def allowed(
        self, reward: Float[Array, ""], nearest: Float[Array, "cell"], farthest: Float[Array, "cell"]
    ) -> Bool[Array, "cell"]:
        """Return which cells a hit leaves possible, given the range of distances to each."""

    @property
    def observation(self) -> Box:
        """Return the space of observations: x, y, and the share of the episode that is over."""
        reach = self.speed * self.steps
        return Box((-reach, -reach, 0.0), (reach, reach, 1.0))

    @property
    def action(self) -> Box:
        """Return the space of actions: the change of x and of y."""
        return Box((-self.speed,) * 2, (self.speed,) * 2)

    @property
    def description(self) -> Box:
        """Return the space of descriptions: the target's angle."""
        return Box((0.0,), (self.max_angle,))

    @property
    def features_size(self) -> int:
        """Return the number of features of a belief: the cells, mean and standard deviation."""
        return self.cells + 2

    def sample_task(self, key: PRNGKeyArray) -> Target:
        """Draw a target uniformly from the arc."""
        return Target(jax.random.uniform(key, (), jnp.float32, 0.0, self.max_angle))

    def reset(self, task: Target, key: PRNGKeyArray) -> State:
        """Start an episode at the origin."""
        del task, key  # the start is fixed
        return State(jnp.zeros(2, jnp.float32), jnp.int32(0))

    def step(
        self, task: Target, state: State, action: Float[Array, "2"], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Move, then reward the distance to the target."""
        del key  # nothing is random
        ended = state.time >= self.steps
        reached = self.moved(state.position, action)
        reward = self.reward_at(jnp.linalg.norm(reached - point(task.angle)))
        position = jnp.where(ended, state.position, self.after(reached, reward))
        time = jnp.where(ended, state.time, state.time + 1)
        return State(position, time), Transition(jnp.where(ended, 0.0, reward), time >= self.steps)

    def moved(self, position: Float[Array, "2"], action: Float[Array, "2"]) -> Float[Array, "2"]:
        """Return where an action leads: each component is clipped to the speed."""
        return position + jnp.clip(action, -self.speed, self.speed)

    def observe(self, task: Target, state: State) -> Float[Array, "3"]:
        """Return the position and the share of the episode that is over."""
        del task  # the target is hidden
        share = state.time.astype(jnp.float32) / self.steps
        return jnp.concatenate([state.position, share[None]])

    def describe(self, task: Target) -> Float[Array, "1"]:
        """Return the target's angle."""
        return task.angle[None]

    def expert(self, task: Target, state: State) -> Float[Array, "2"]:
        """Move each axis as far towards the target as it can: no policy is nearer after any number of steps."""
        return jnp.clip(point(task.angle) - state.position, -self.speed, self.speed)

    def prior(self) -> Belief:
        """Return the belief that every angle is possible."""
        return Belief(jnp.ones(self.cells, bool))

    def update(
        self,
        belief: Belief,
        observation: Float[Array, "3"],
        action: Float[Array, "2"],
        reward: Float[Array, ""],
        following: Float[Array, "3"],
    ) -> Belief:
        """Rule out the cells whose every angle the reward excludes; a step after the end excludes none."""
        reached = self.moved(observation[:2], action)
        nearest, farthest = distance_ranges(reached, self.max_angle, self.cells)
        missed = farthest > self.radius - ROUNDING
        allowed = jnp.where(reward > 0, self.allowed(reward, nearest, farthest), missed)
        ended = following[2] <= observation[2]
        return Belief(belief.possible & (allowed | ended))

    def features(self, belief: Belief) -> Float[Array, "feature"]:
        """Return which cells are possible, then mean and standard deviation of the angle, as shares of the arc."""
        return features(belief.possible)
