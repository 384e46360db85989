"""The hop course as courses and agents see it: a small network that takes the likeliest action."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray, UInt32

from athanor.learning.networks import Actor, mlp_actor
from athanor.learning.poet_search import Courses
from athanor.tasks.hop_course.environment import SETTINGS, Course, Difficulty, State

SETTING = "6_20"
RULES = SETTINGS[SETTING]
LARGEST = (RULES.widest, RULES.highest, RULES.roughest)
STEPS = (2, 1, 1)  # by which a mutation changes gap, hurdle and roughness, in cells
FINISHED = 1.0 - 0.5 / (RULES.length - 1)  # only a whole run scores more


class Drawn(NamedTuple):
    """A course, and the key that it can be drawn from again at another difficulty."""

    course: Course
    seed: UInt32[Array, "2"]


def new_agent(hidden: int, key: PRNGKeyArray) -> Actor:
    """Return a policy with random weights."""
    return mlp_actor(RULES.observation.size, RULES.action, hidden, key)


def score(agent: Any, drawn: Drawn) -> Float[Array, ""]:
    """Return the share of a course that is run by an agent as `new_agent` makes it, each action the likeliest."""
    still, course = jax.random.key(0), drawn.course  # nothing is random

    def step(state: State, _: None) -> tuple[State, None]:
        _, features = agent.encoder((), RULES.observe(course, state))
        action = jnp.argmax(agent.head.linear(features)).astype(jnp.int32)
        return RULES.step(course, state, action, still)[0], None

    last, _ = jax.lax.scan(step, RULES.reset(course, still), None, length=RULES.steps)
    return last.x.astype(jnp.float32) / (RULES.length - 1)


def draw(difficulty: Int[Array, "part"], key: PRNGKeyArray) -> Drawn:
    """Draw a course of a difficulty: gap, hurdle, roughness."""
    return Drawn(RULES.course(Difficulty(*difficulty), key), jax.random.key_data(key))


def redraw(difficulty: Int[Array, "part"], seed: UInt32[Array, "2"]) -> Drawn:
    """Return the course of another difficulty whose obstacles have the same places."""
    return draw(difficulty, jax.random.wrap_key_data(seed))


def hardness(difficulty: Int[np.ndarray, "*course part"]) -> Float[np.ndarray, "*course"]:
    """Return the mean of gap, hurdle and roughness, each as a share of the greatest."""
    return np.asarray((difficulty / np.array(LARGEST)).mean(axis=-1))


COURSES = Courses(score, draw, LARGEST, STEPS)
