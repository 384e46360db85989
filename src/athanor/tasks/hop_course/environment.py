"""The hop course as an environment: a runner in whole numbers crosses gaps, hurdles and rough ground.

Nothing is random once a course is drawn, and positions and speeds are whole numbers: so the best run of a course is
found exactly, by `athanor.tasks.hop_course.exact`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition

PIT = -1  # the ground of a gap
PLATEAU = 4  # cells of rough ground of one height
JITTER = 4  # places where an obstacle may stand
DEEPEST = 4  # cells; differences of height are seen up to this


class Difficulty(NamedTuple):
    """What a course is drawn from."""

    gap: Int[Array, ""]  # cells of every gap
    hurdle: Int[Array, ""]  # height of every hurdle
    roughness: Int[Array, ""]  # greatest height of the ground


class Course(NamedTuple):
    """The task: the ground."""

    ground: Int[Array, "cell"]  # height, or PIT


class State(NamedTuple):
    """The runner."""

    x: Int[Array, ""]  # cell
    y: Int[Array, ""]  # height
    speed: Int[Array, ""]  # cells per step, forwards
    rise: Int[Array, ""]  # cells per step, upwards
    over: Bool[Array, ""]  # whether it fell, stumbled or arrived


@dataclass(frozen=True)
class HopCourse:
    """The rules.

    On the ground an action changes the speed by −1, 0 or 1 and may jump; in the air it does nothing. The runner moves
    by its speed at the greater of the heights before and after the step, and stumbles over ground that is more than
    one cell above that. Then it lands if the ground is not below it; else its rise falls by 1, and below 0 it has fallen.
    A step is paid the share of the course that it advanced: a whole run earns 1.
    """

    obstacles: int = 6  # gap, hurdle, gap, …
    spacing: int = 20  # cells from one obstacle's first place to the next one's
    sight: int = 15  # cells seen ahead
    steps: int = 100  # of an episode; then it is cut off
    fastest: int = 3
    jump: int = 2  # rise of a jump
    widest: int = 12  # gap that the prior draws
    highest: int = 4  # hurdle that the prior draws
    roughest: int = 2  # ground that the prior draws

    def __post_init__(self) -> None:
        room = self.spacing - JITTER
        for name, least, most in (
            ("obstacles", 1, 50),
            ("spacing", 2 * JITTER, 100),
            ("sight", 1, 100),
            ("steps", 1, 10_000),
            ("fastest", 1, 5),
            ("jump", 1, 5),
            ("widest", 0, room),
            ("highest", 0, 20),
            ("roughest", 0, 20),
        ):
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}, must be from {least} to {most}")

    @property
    def length(self) -> int:
        """Return the number of cells: a level start as far as sight reaches, the obstacles, a level end."""
        return self.sight + 1 + self.obstacles * self.spacing + PLATEAU

    @property
    def observation(self) -> Box:
        """Return the space of observations.

        Speed and rise as shares of the greatest, whether on the ground, and the height of the ground here and ahead
        above the runner, in shares of the deepest that is seen; a gap is deepest.
        """
        falling = -(self.length / self.jump)
        ahead = self.sight + 1
        return Box((0.0, falling, 0.0, *(-1.0,) * ahead), (1.0, 1.0, 1.0, *(1.0,) * ahead))

    @property
    def action(self) -> Discrete:
        """Return the space of actions: 2 · (change of speed + 1), and 1 more to jump."""
        return Discrete(6)

    @property
    def description(self) -> Box:
        """Return the space of descriptions: the ground."""
        top = float(self.highest + self.roughest)
        return Box((float(PIT),) * self.length, (top,) * self.length)

    def sample_task(self, key: PRNGKeyArray) -> Course:
        """Draw a difficulty, each part uniformly, then a course."""
        *parts, course_key = jax.random.split(key, 4)
        most = (self.widest, self.highest, self.roughest)
        drawn = (jax.random.randint(part, (), 0, top + 1) for part, top in zip(parts, most, strict=True))
        return self.course(Difficulty(*drawn), course_key)

    def course(self, difficulty: Difficulty, key: PRNGKeyArray) -> Course:
        """Draw the places of the obstacles and the heights of rough ground."""
        place_key, height_key = jax.random.split(key)
        cell, number = jnp.arange(self.length), jnp.arange(self.obstacles)
        jitter = jax.random.randint(place_key, (self.obstacles,), 0, JITTER)
        place = self.sight + 1 + number * self.spacing + jitter
        plateaus = self.length // PLATEAU + 1
        heights = jax.random.randint(height_key, (plateaus,), 0, difficulty.roughness + 1)
        level = (cell <= self.sight) | (cell >= self.length - PLATEAU)
        ground = jnp.where(level, 0, heights[cell // PLATEAU])
        after = cell[:, None] - place
        gaps = (after >= 0) & (after < difficulty.gap) & (number % 2 == 0)
        hurdles = (after == 0) & (number % 2 == 1)
        ground = ground + jnp.where(hurdles.any(axis=1), difficulty.hurdle, 0)
        return Course(jnp.where(gaps.any(axis=1), PIT, ground).astype(jnp.int32))

    def reset(self, task: Course, key: PRNGKeyArray) -> State:
        """Start an episode standing in the first cell."""
        del task, key  # the start is fixed
        zero = jnp.int32(0)
        return State(zero, zero, zero, zero, jnp.bool_(False))

    def step(
        self, task: Course, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Push off, move, and land, fall or stumble."""
        del key  # nothing is random
        moved = self._moved(task, state, action)
        following = jax.tree.map(lambda new, old: jnp.where(state.over, old, new), moved, state)
        advanced = (following.x - state.x).astype(jnp.float32) / (self.length - 1)
        return following, Transition(advanced, following.over)

    def _moved(self, task: Course, state: State, action: Int[Array, ""]) -> State:
        """Return the runner a step later, where the episode is not over."""
        grounded = self.ground(task, state.x) == state.y
        push, jumps = action // 2 - 1, action % 2
        speed = jnp.where(grounded, jnp.clip(state.speed + push, 0, self.fastest), state.speed)
        rise = jnp.where(grounded, jumps * self.jump, state.rise)
        top = jnp.maximum(state.y, state.y + rise)
        steps = jnp.arange(1, self.fastest + 1)
        stumbles = jnp.any((self.ground(task, state.x + steps) > top + 1) & (steps <= speed))
        x = jnp.where(stumbles, state.x, jnp.minimum(state.x + speed, self.length - 1))
        y, below = state.y + rise, self.ground(task, x)
        lands = (below != PIT) & (y <= below)
        falls = (below == PIT) & (y < 0)
        over = stumbles | falls | (x == self.length - 1)
        return State(
            x.astype(jnp.int32),
            jnp.where(lands, below, y).astype(jnp.int32),
            speed.astype(jnp.int32),
            jnp.where(lands, 0, rise - 1).astype(jnp.int32),
            over,
        )

    def ground(self, task: Course, cell: Int[Array, "*cells"]) -> Int[Array, "*cells"]:
        """Return the height of the ground, or PIT; beyond the end, that of the end."""
        return task.ground[jnp.minimum(cell, self.length - 1)]

    def observe(self, task: Course, state: State) -> Float[Array, "observation"]:
        """Return how the runner moves, and the ground here and ahead."""
        # A slice of contiguous cells: a step of a rollout on a processor takes two thirds of the time of single cells.
        beyond = jnp.pad(task.ground, (0, self.sight), mode="edge")
        ground = jax.lax.dynamic_slice(beyond, (state.x,), (self.sight + 1,))
        above = jnp.clip((ground - state.y) / DEEPEST, -1.0, 1.0)
        seen = jnp.where(ground == PIT, -1.0, above).astype(jnp.float32)
        grounded = ground[0] == state.y
        own = jnp.stack([state.speed / self.fastest, state.rise / self.jump, grounded.astype(jnp.float32)])
        return jnp.concatenate([own.astype(jnp.float32), seen])

    def describe(self, task: Course) -> Float[Array, "cell"]:
        """Return the ground."""
        return task.ground.astype(jnp.float32)


SETTINGS: dict[str, HopCourse] = {"6_20": HopCourse()}
