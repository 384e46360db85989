"""The pendulum as an environment: a rod of hidden mass and length is swung up and held by a bounded torque."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.environment import Box, Transition


class Body(NamedTuple):
    """The task: the rod."""

    mass: Float[Array, ""]  # kg
    length: Float[Array, ""]  # m


class State(NamedTuple):
    """How the rod stands and turns; fully observed."""

    angle: Float[Array, ""]  # rad, from upright
    velocity: Float[Array, ""]  # rad/s
    time: Int[Array, ""]  # steps since the start of the episode


@dataclass(frozen=True)
class Pendulum:
    """The rules: motion, bounds and rewards are those of Gymnasium's Pendulum-v1, mass and length are random.

    A uniform rod that turns about its end has inertia m l² / 3, so that

        ω' = 3 g / (2 l) · sin θ + 3 / (m l²) · torque,

    first the velocity is stepped, then the angle with it. A step costs θ² + 0.1 ω² + 0.001 torque², before it moves.
    """

    steps: int = 200  # of an episode
    mass: tuple[float, float] = (0.5, 1.5)  # kg
    length: tuple[float, float] = (0.7, 1.3)  # m
    torque: float = 2.0  # N m; the greatest
    gravity: float = 10.0  # m/s²
    fastest: float = 8.0  # rad/s
    interval: float = 0.05  # s of a step

    def __post_init__(self) -> None:
        for name in ("mass", "length"):
            low, high = getattr(self, name)
            if not 0 < low <= high < math.inf:
                raise ValueError(
                    f"{name} is {getattr(self, name)}, must be two rising numbers, more than 0 and finite"
                )
        for name, valid, must in (
            ("steps", 1 <= self.steps <= 10_000, "from 1 to 10000"),
            ("torque", 0 < self.torque < math.inf, "more than 0 and finite"),
            ("gravity", 0 < self.gravity < math.inf, "more than 0 and finite"),
            ("fastest", 0 < self.fastest < math.inf, "more than 0 and finite"),
            ("interval", 0 < self.interval <= 0.1, "more than 0 and at most 0.1"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def observation(self) -> Box:
        """Return the space of observations: cosine and sine of the angle, and the velocity."""
        return Box((-1.0, -1.0, -self.fastest), (1.0, 1.0, self.fastest))

    @property
    def action(self) -> Box:
        """Return the space of actions: the torque."""
        return Box((-self.torque,), (self.torque,))

    @property
    def description(self) -> Box:
        """Return the space of descriptions: mass and length."""
        (light, heavy), (short, long) = self.mass, self.length
        return Box((light, short), (heavy, long))

    def sample_task(self, key: PRNGKeyArray) -> Body:
        """Draw mass and length, each uniformly."""
        mass_key, length_key = jax.random.split(key)
        return Body(
            jax.random.uniform(mass_key, (), jnp.float32, *self.mass),
            jax.random.uniform(length_key, (), jnp.float32, *self.length),
        )

    def reset(self, task: Body, key: PRNGKeyArray) -> State:
        """Start an episode at any angle, turning by at most 1 rad/s."""
        del task
        share = jax.random.uniform(key, (2,), jnp.float32, -1.0, 1.0)
        return State(math.pi * share[0], share[1], jnp.int32(0))

    def step(
        self, task: Body, state: State, action: Float[Array, "1"], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Pay, then turn."""
        del key  # nothing is random
        ended = state.time >= self.steps
        torque = jnp.clip(action[0], -self.torque, self.torque)
        cost = from_upright(state.angle) ** 2 + 0.1 * state.velocity**2 + 0.001 * torque**2
        velocity = state.velocity + self.interval * self.acceleration(task, state.angle, torque)
        velocity = jnp.clip(velocity, -self.fastest, self.fastest)
        turned = State(state.angle + self.interval * velocity, velocity, state.time + 1)
        following = jax.tree.map(lambda new, old: jnp.where(ended, old, new), turned, state)
        return following, Transition(jnp.where(ended, 0.0, -cost), following.time >= self.steps)

    def acceleration(self, task: Body, angle: Float[Array, ""], torque: Float[Array, ""]) -> Float[Array, ""]:
        """Return how fast the velocity changes, in rad/s²."""
        fall = 1.5 * self.gravity / task.length * jnp.sin(angle)
        return fall + 3.0 / (task.mass * task.length**2) * torque

    def energy(self, task: Body, state: State) -> Float[Array, ""]:
        """Return the energy less that of standing upright at rest, in joules."""
        inertia = task.mass * task.length**2 / 3
        height = task.mass * self.gravity * task.length / 2 * (jnp.cos(state.angle) - 1)
        return inertia * state.velocity**2 / 2 + height

    def observe(self, task: Body, state: State) -> Float[Array, "3"]:
        """Return cosine and sine of the angle, and the velocity."""
        del task  # the rod is hidden
        return jnp.stack([jnp.cos(state.angle), jnp.sin(state.angle), state.velocity])

    def describe(self, task: Body) -> Float[Array, "2"]:
        """Return mass and length."""
        return jnp.stack(task)

    def expert(self, task: Body, state: State) -> Float[Array, "1"]:
        """Pump energy until it suffices; near the top hold by a critically damped spring, gravity compensated.

        The controller of Åström and Furuta (2000). It is good, and not the optimum.
        """
        inertia = task.mass * task.length**2 / 3
        angle = from_upright(state.angle)
        rate = jnp.sqrt(1.5 * self.gravity / task.length)  # of the fall from upright, 1/s
        hold = -task.mass * self.gravity * task.length / 2 * jnp.sin(angle)
        hold = hold - inertia * (rate**2 * angle + 2 * rate * state.velocity)
        slow = jnp.where(state.velocity >= 0, 1.0, -1.0)
        pump = jnp.where(self.energy(task, state) < 0, self.torque, -self.torque) * slow
        near = (jnp.abs(hold) <= self.torque) & (jnp.cos(angle) > 0)
        return jnp.clip(jnp.where(near, hold, pump), -self.torque, self.torque)[None]


def from_upright(angle: Float[Array, ""]) -> Float[Array, ""]:
    """Return an angle as one from −π to π."""
    return jnp.mod(angle + math.pi, 2 * math.pi) - math.pi


SETTINGS: dict[str, Pendulum] = {
    "random": Pendulum(),
    "nominal": Pendulum(mass=(1.0, 1.0), length=(1.0, 1.0)),
}
