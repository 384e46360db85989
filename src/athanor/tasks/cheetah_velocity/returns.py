"""Returns in cheetah velocity: of random play and scripted gaits by simulation, and brackets of what is not known.

The returns of the oracle and the Bayes-optimal agent are not known: each is at most 1 per step, and at least that of a
scripted agent, whose gaits were searched for on other episodes than those that score it. The scripted oracle runs the
gait of the hidden velocity; the scripted belief agent, at each step, that of the exact posterior's mean. As their
expected returns stand the middles. Intervals hold 95 %; brackets begin at the lower ends of such intervals.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.tasks.cheetah_velocity.belief import Belief, moments
from athanor.tasks.cheetah_velocity.environment import SETTINGS, CheetahVelocity, State, Target
from athanor.tasks.cheetah_velocity.gaits import CELLS, search, torques
from athanor.tasks.cheetah_velocity.physics import MOTORS

EPISODES = 250  # of each simulated agent; the same tasks and starts for all
AGENTS = ("scripted_oracle", "scripted_belief", "random")
_CONFIDENCE = 1.96  # standard errors on each side: 95 %


class Row(NamedTuple):
    """The expected return of an agent, and an interval that holds it."""

    episodes: int
    agent: str
    expected_return: float
    lower: float
    upper: float


def exact_returns(setting: str, key: PRNGKeyArray) -> list[Row]:
    """Return the expected return of an episode of every agent."""
    rules = _rules(setting)
    search_key, play_key = jax.random.split(key)
    gaits = search(rules, np.random.default_rng(np.asarray(jax.random.key_data(search_key))))
    returns = simulate(rules, gaits, play_key)
    known, believed, random = map(_simulated, AGENTS, returns)
    return [
        _bracket("oracle", max(known.lower, believed.lower), float(rules.steps)),
        _bracket("bayes_optimal", believed.lower, float(rules.steps)),
        known,
        believed,
        random,
    ]


def simulate(
    rules: CheetahVelocity, gaits: Float[np.ndarray, "cell 19"], key: PRNGKeyArray
) -> Float[np.ndarray, "agent episode"]:
    """Return simulated returns of the agents, in the order of `AGENTS`; a task each episode."""
    table = _torques(rules, gaits)

    def action(
        agent: Int[Array, ""], task: Target, state: State, belief: Belief, key: PRNGKeyArray
    ) -> Float[Array, "6"]:
        mean, _ = moments(belief, rules.lowest)
        cells = jax.vmap(_cell, (None, 0))(rules, jnp.stack([task.velocity, mean]))
        uniform = jax.random.uniform(key, (MOTORS,), jnp.float32, -1.0, 1.0)
        return jnp.concatenate([table[state.time][cells], uniform[None]])[agent]

    def episode(agent: Int[Array, ""], key: PRNGKeyArray) -> Float[Array, ""]:
        task_key, reset_key, steps_key = jax.random.split(key, 3)
        task = rules.sample_task(task_key)

        def advance(
            carry: tuple[State, Belief], key: PRNGKeyArray
        ) -> tuple[tuple[State, Belief], Float[Array, ""]]:
            state, belief = carry
            chosen = action(agent, task, state, belief, key)
            following, transition = rules.step(task, state, chosen, key)
            seen, after = rules.observe(task, state), rules.observe(task, following)
            return (
                following,
                rules.update(belief, seen, chosen, transition.reward, after),
            ), transition.reward

        start = (rules.reset(task, reset_key), rules.prior())
        return jax.lax.scan(advance, start, jax.random.split(steps_key, rules.steps))[1].sum()

    every = jax.vmap(jax.vmap(episode, (None, 0)), (0, None))
    numbers, keys = jnp.arange(len(AGENTS)), jax.random.split(key, EPISODES)
    return np.asarray(jax.jit(every)(numbers, keys), np.float64)


def _torques(rules: CheetahVelocity, gaits: Float[np.ndarray, "cell 19"]) -> Float[Array, "step cell 6"]:
    return jnp.asarray(np.stack([torques(gaits, step) for step in range(rules.steps)]), jnp.float32)


def _cell(rules: CheetahVelocity, velocity: Float[Array, ""]) -> Int[Array, ""]:
    """Return the number of the cell that a velocity is in."""
    share = (velocity - rules.lowest) / (rules.highest - rules.lowest)
    return jnp.clip(jnp.floor(share * CELLS).astype(jnp.int32), 0, CELLS - 1)


def _simulated(agent: str, returns: Float[np.ndarray, "episode"]) -> Row:
    mean, error = float(returns.mean()), float(returns.std(ddof=1) / np.sqrt(len(returns)))
    return Row(1, agent, mean, mean - _CONFIDENCE * error, mean + _CONFIDENCE * error)


def _bracket(agent: str, lower: float, upper: float) -> Row:
    return Row(1, agent, (lower + upper) / 2, lower, upper)


def _rules(setting: str) -> CheetahVelocity:
    """Return the rules of a setting; raise ValueError for an unknown one."""
    if setting not in SETTINGS:
        raise ValueError(f"setting is {setting!r}, must be one of {', '.join(SETTINGS)}")
    return SETTINGS[setting]
