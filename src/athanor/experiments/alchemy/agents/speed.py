"""Time the game with random actions, beside the same rules in plain Python, the oracle and the exact posterior.

One core, seconds of the processor. The programs take turns, so that what slows the machine down slows all of them.
"""

import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import pandas as pd
from jaxtyping import Array, PRNGKeyArray

from athanor.environment import Transition
from athanor.experiments.alchemy.agents.config import Speed
from athanor.experiments.alchemy.agents.plain_game import PlainGame
from athanor.experiments.alchemy.agents.plain_play import draw_chemistry, draw_items
from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.progress import progress
from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import oracle
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.environment import Alchemy, Chemistry, State
from athanor.tasks.alchemy.posterior import sample_chemistry


class Program(NamedTuple):
    """Something that is timed, and how much of it a call does."""

    call: Callable[[int], None]  # takes the number of the turn
    amount: int  # steps, episodes or chemistries


def run(environment: Environment, speed: Speed, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `speed`: one row per program and turn."""
    env = game_of(environment)
    steps = speed.games * env.steps
    programs = {
        "game": Program(_compiled(partial(_play, env), speed.games, key), steps),
        "game_observed": Program(_compiled(partial(_play_observed, env), speed.games, key), steps),
        "game_believed": Program(_compiled(partial(_play_believed, env), speed.games, key), steps),
        "oracle": Program(_compiled(partial(_plan, env), speed.games, key), speed.games),
        "start": Program(_compiled(partial(_believe, env), speed.games, key), speed.games),
        "draw": Program(_compiled(partial(_draw, env), speed.games, key), speed.games),
        "plain": Program(partial(_plain, env, speed, False), speed.plain_episodes * env.steps),
        "plain_observed": Program(partial(_plain, env, speed, True), speed.plain_episodes * env.steps),
    }
    rows = []
    for turn in progress(range(speed.turns), speed.turns, "turns timed:"):
        for name, program in programs.items():
            start = time.process_time()
            program.call(turn)
            rows.append((name, turn, program.amount, time.process_time() - start))
    return {"speed": pd.DataFrame(rows, columns=["program", "turn", "amount", "seconds"])}


def _compiled(one: Callable[[PRNGKeyArray], Any], games: int, key: PRNGKeyArray) -> Callable[[int], None]:
    """Return a call of as many as there are games, side by side, compiled."""
    ready = jax.jit(lambda turn: jax.vmap(one)(jax.random.split(jax.random.fold_in(key, turn), games)))

    def call(turn: int) -> None:
        for leaf in jax.tree.leaves(ready(turn)):
            leaf.block_until_ready()

    call(0)
    return call


def _play(env: Alchemy, key: PRNGKeyArray) -> tuple[State, Array]:
    """Play an episode with random actions, the reset and the trials' new items included."""
    task, start, keys = _begin(env, key)

    def step(state: State, key: PRNGKeyArray) -> tuple[State, Array]:
        _, state, transition = _act(env, task, state, key)
        return state, transition.reward

    state, rewards = jax.lax.scan(step, start, keys)
    return state, jnp.sum(rewards)


def _play_observed(env: Alchemy, key: PRNGKeyArray) -> tuple[State, Array]:
    """Play an episode and observe each step."""
    task, start, keys = _begin(env, key)

    def step(carry: tuple[State, Array], key: PRNGKeyArray) -> tuple[tuple[State, Array], Array]:
        state, seen = carry
        _, state, transition = _act(env, task, state, key)
        return (state, seen + env.observe(task, state)), transition.reward

    (state, seen), _ = jax.lax.scan(step, (start, jnp.zeros(env.observation.size)), keys)
    return state, seen


def _play_believed(env: Alchemy, key: PRNGKeyArray) -> tuple[State, Belief]:
    """Play an episode and keep the exact posterior."""
    task, start, keys = _begin(env, key)

    def step(carry: tuple[State, Belief], key: PRNGKeyArray) -> tuple[tuple[State, Belief], Array]:
        state, belief = carry
        action, following, transition = _act(env, task, state, key)
        shown = env.see(task, state), action, env.see(task, following)
        return (following, beliefs.update(env, belief, *shown)), transition.reward

    return jax.lax.scan(step, (start, beliefs.start(env, env.see(task, start))), keys)[0]


def _plan(env: Alchemy, key: PRNGKeyArray) -> Array:
    """Plan every trial of an episode, its chemistry known."""
    task_key, items_key = jax.random.split(key)
    return oracle.plan_episode(env, env.sample_task(task_key), items_key)


def _believe(env: Alchemy, key: PRNGKeyArray) -> Belief:
    """Return the posterior at the start of an episode."""
    task, start, _ = _begin(env, key)
    return beliefs.start(env, env.see(task, start))


def _draw(env: Alchemy, key: PRNGKeyArray) -> Chemistry:
    """Draw a chemistry from the posterior at the start of an episode."""
    start_key, draw_key = jax.random.split(key)
    return sample_chemistry(_believe(env, start_key), draw_key)


def _begin(env: Alchemy, key: PRNGKeyArray) -> tuple[Chemistry, State, Array]:
    task_key, reset_key, steps_key = jax.random.split(key, 3)
    task = env.sample_task(task_key)
    return task, env.reset(task, reset_key), jax.random.split(steps_key, env.steps)


def _act(env: Alchemy, task: Chemistry, state: State, key: PRNGKeyArray) -> tuple[Array, State, Transition]:
    """Take a random action; return it and what follows."""
    action_key, step_key = jax.random.split(key)
    action = jax.random.randint(action_key, (), 0, env.actions)
    return action, *env.step(task, state, action, step_key)


def _plain(env: Alchemy, speed: Speed, observed: bool, turn: int) -> None:
    """Play episodes by the plain rules, resets included."""
    rng = random.Random(turn)
    for _ in range(speed.plain_episodes):
        chemistry, items = draw_chemistry(env, rng), draw_items(env, rng)
        game = PlainGame(chemistry, items, trials=env.trials, trial_steps=env.trial_steps)
        for step in range(1, env.steps + 1):
            following = draw_items(env, rng) if step % env.trial_steps == 0 else ((), ())
            game.step(rng.randrange(env.actions), following)
            if observed:
                game.observation()
