"""Time the training of the recurrent agent on bandits, beside RecurrentPPO of sb3-contrib where that is installed.

Both play as many trials for an update and take as many steps of Adam on all of them at once, with memories of as many
units, on one core; the peer steps environments of Gymnasium in its own vector environment. They take turns. Times are
seconds of the processor for each step of the environment, collecting and learning together.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.progress import progress
from athanor.experiments.protocols.timing import Program, compiled, operations, peak, seconds
from athanor.experiments.task_inference.learning.config import Learning, TrainingSpeed
from athanor.experiments.task_inference.learning.learners import learner_of, problem_of, seen
from athanor.learning.networks import ActorCritic

FAMILY, LEARNER, PEER = "bandit", "recurrent", "recurrent_ppo"
COLUMNS = ["setting", "program", "pair", "microseconds", "gflops"]


class Timed(NamedTuple):
    """A program, and what a call of it does."""

    setting: str
    name: str
    program: Program
    steps: int  # of the environment
    operations: float  # of floating-point numbers; NaN where they are not counted


def run(learning: Learning, training_speed: TrainingSpeed, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `training_speed`: microseconds per environment step and GFLOP/s, by setting, program and pair."""
    timed = [each for setting in training_speed.settings for each in programs(learning, setting, key)]
    rows = [
        row(each, pair)
        for pair in progress(range(training_speed.pairs), training_speed.pairs, "pairs timed:")
        for each in timed
    ]
    return {"training_speed": pd.DataFrame(rows, columns=COLUMNS)}


def row(timed: Timed, pair: int) -> tuple[Any, ...]:
    """Time a program."""
    taken = seconds(timed.program)
    return timed.setting, timed.name, pair, 1e6 * taken / timed.steps, timed.operations / taken / 1e9


def programs(learning: Learning, setting: str, key: PRNGKeyArray) -> Iterator[Timed]:
    """Yield an update of the learner and of its peer on a bandit, and the product of matrices that gives the peak."""
    problem = problem_of(learning, learning.game(FAMILY, setting))
    rules, game = problem.rules, problem.game
    learner, steps = learner_of(LEARNER, problem), game.batch * game.episodes * rules.steps
    tasks = jax.vmap(rules.sample_task)(jax.random.split(key, game.batch))
    state = learner.init(key)
    counted = steps * operations_of_step(state.params, seen(problem, "history").observation.size, game.epochs)
    yield Timed(setting, LEARNER, compiled(learner.learn, state, tasks, key), steps, counted)
    for rate, product in peak().items():
        yield Timed(setting, rate.measure, product, 1, rate.amount)
    if peer_is_installed():
        from athanor.experiments.task_inference.learning.peer import recurrent_ppo

        yield Timed(setting, PEER, recurrent_ppo(rules, game, learning), steps, np.nan)


def operations_of_step(network: ActorCritic, inputs: int, epochs: int) -> float:
    """Return the operations that a step of the environment takes: played once, and learnt from in each epoch."""

    def read(network: ActorCritic, memory: Any, observation: Float[Array, "observation"]) -> Float[Array, ""]:
        following, features = network.encoder(memory, observation)
        distribution, value = network.read(features)
        return distribution.entropy() + value + sum(leaf.sum() for leaf in jax.tree.leaves(following))

    example = network, network.encoder.start(), jnp.zeros(inputs)
    return operations(read, *example) + epochs * operations(jax.grad(read, argnums=(0, 1)), *example)


def peer_is_installed() -> bool:
    """Return whether there is something to compare with."""
    return find_spec("sb3_contrib") is not None
