"""Cheetah velocity as an environment: the half-cheetah earns most at a hidden velocity."""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.buffer_callback import buffer_callback
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.environment import Box, Transition
from athanor.tasks.cheetah_velocity import belief as beliefs
from athanor.tasks.cheetah_velocity.belief import Belief, reward_of
from athanor.tasks.cheetah_velocity.doubles import TERMS, joined, split
from athanor.tasks.cheetah_velocity.physics import JOINTS, MOTORS, ROW, advance

SEEN = 2 * JOINTS - 1  # numbers of the observation that are those of Gymnasium's half-cheetah
LIMIT = 1000.0  # of what is observed, in m, rad and s; far beyond what the motors can do


class Target(NamedTuple):
    """The task: how fast to run."""

    velocity: Float[Array, ""]  # m/s


class State(NamedTuple):
    """The cheetah; fully observed but for how far it has come."""

    physics: Float[Array, "3 27"]  # positions, velocities, accelerations (m, rad, s), as sums of three terms
    velocity: Float[Array, ""]  # m/s; the mean of the last step, forwards
    time: Int[Array, ""]  # steps since the start of the episode


@dataclass(frozen=True)
class CheetahVelocity:
    """MuJoCo's half-cheetah, with steps of 0.05 s and starts as Gymnasium has them; the reward is `reward_of`.

    There is no expert, as none is known in closed form. A step is one call of C for all episodes that are mapped over,
    also inside compiled programs and scans; this needs JAX on a CPU. Returns depend on the version of MuJoCo.
    """

    steps: int = 100  # of an episode
    lowest: float = 0.5  # m/s; the hidden velocity is uniform from this
    highest: float = 3.0  # m/s; to this
    noise: float = (
        0.1  # of the start: positions are uniform within it (m, rad), velocities normal with this deviation
    )

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("steps", self.steps >= 1, "at least 1"),
            ("lowest", 0 < self.lowest < math.inf, "more than 0 and finite"),
            (
                "highest",
                self.lowest < self.highest < math.inf,
                f"more than lowest, {self.lowest}, and finite",
            ),
            ("noise", 0 <= self.noise <= 1, "from 0 to 1"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def observation(self) -> Box:
        """Return the space of observations.

        All positions but the first, all velocities, the mean velocity of the last step, and the share of the episode
        that is over.
        """
        return Box((*(-LIMIT,) * (SEEN + 1), 0.0), (*(LIMIT,) * (SEEN + 1), 1.0))

    @property
    def action(self) -> Box:
        """Return the space of actions: the motors' torques, as shares of the greatest."""
        return Box((-1.0,) * MOTORS, (1.0,) * MOTORS)

    @property
    def description(self) -> Box:
        """Return the space of descriptions: the hidden velocity, in m/s."""
        return Box((self.lowest,), (self.highest,))

    @property
    def features_size(self) -> int:
        """Return the number of features of a belief."""
        return beliefs.FEATURES

    def sample_task(self, key: PRNGKeyArray) -> Target:
        """Draw a velocity."""
        return Target(jax.random.uniform(key, (), jnp.float32, self.lowest, self.highest))

    def reset(self, task: Target, key: PRNGKeyArray) -> State:
        """Start near the model's resting position."""
        del task  # the start tells nothing
        position_key, velocity_key = jax.random.split(key)
        position = jax.random.uniform(position_key, (JOINTS,), jnp.float32, -self.noise, self.noise)
        velocity = self.noise * jax.random.normal(velocity_key, (JOINTS,), jnp.float32)
        first = jnp.concatenate([position, velocity, jnp.zeros(ROW - 2 * JOINTS, jnp.float32)])
        physics = jnp.zeros((TERMS, ROW), jnp.float32).at[0].set(first)
        return State(physics, jnp.float32(0), jnp.int32(0))

    def step(
        self, task: Target, state: State, action: Float[Array, "6"], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Set the motors for a step, then reward its mean velocity."""
        del key  # nothing is random
        ended = state.time >= self.steps
        moved = State(*_moved(state, jnp.clip(action, -1.0, 1.0)), state.time + 1)
        following = jax.tree.map(partial(jnp.where, ended), state, moved)
        reward = jnp.where(ended, 0.0, reward_of(moved.velocity, task.velocity))
        return following, Transition(reward, following.time >= self.steps)

    def observe(self, task: Target, state: State) -> Float[Array, "19"]:
        """Return positions but the first, velocities, the last step's mean velocity, and the share that is over."""
        del task  # the target is hidden
        share = state.time.astype(jnp.float32) / self.steps
        seen = jnp.concatenate([state.physics[0, 1 : SEEN + 1], jnp.stack([state.velocity, share])])
        return jnp.clip(seen, -LIMIT, LIMIT)

    def describe(self, task: Target) -> Float[Array, "1"]:
        """Return the hidden velocity."""
        return task.velocity[None]

    def prior(self) -> Belief:
        """Return the belief that every velocity is possible."""
        return beliefs.uniform(self.highest)

    def update(
        self,
        belief: Belief,
        observation: Float[Array, "19"],
        action: Float[Array, "6"],
        reward: Float[Array, ""],
        following: Float[Array, "19"],
    ) -> Belief:
        """Condition on the mean velocity of a step and its reward; a step after the end tells nothing."""
        del action  # physics do not depend on the task
        ended = following[-1] <= observation[-1]
        posterior = beliefs.conditioned(belief, self.lowest, following[-2], reward)
        return jax.tree.map(partial(jnp.where, ended), belief, posterior)

    def features(self, belief: Belief) -> Float[Array, "7"]:
        """Return the belief with velocities as shares of the prior's range."""
        return beliefs.features(belief, self.lowest, self.highest)


SETTINGS: dict[str, CheetahVelocity] = {"0.5_3_100": CheetahVelocity()}


def _moved(state: State, action: Float[Array, "6"]) -> tuple[Float[Array, "3 27"], Float[Array, ""]]:
    """Return physics and mean velocity after a step, by one call of C for all that are mapped over."""
    like = (state.physics, state.velocity)
    return buffer_callback(_advance, like, vmap_method="broadcast_all")(state.physics, action)


def _advance(context: Any, out: Any, physics: Any, action: Any) -> None:
    """Fill the results of a step, whatever axes are mapped over; without JAX, which might wait for itself."""
    del context  # of other devices
    rows, torques = (np.asarray(each) for each in (physics, action))
    following, velocity = advance(
        joined(rows.reshape(-1, TERMS, ROW)), torques.reshape(-1, MOTORS).astype(np.float64)
    )
    np.asarray(out[0])[...] = split(following).reshape(rows.shape)
    np.asarray(out[1])[...] = velocity.reshape(rows.shape[:-2])
