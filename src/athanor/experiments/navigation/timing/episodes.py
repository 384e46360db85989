"""Time an episode of training, MAML against FOMAML, by inner steps and hidden units, compiled and in eager PyTorch.

All programs take turns, so that whatever slows the machine down for a while slows all of them, and what is compared
is paired. Times are seconds of the processor, of which a job uses one core. PyTorch is timed where it is installed.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Key, PRNGKeyArray

from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Learners, Networks
from athanor.experiments.navigation.learners.methods import Method, method
from athanor.experiments.navigation.learners.runs import always
from athanor.experiments.navigation.timing.conditions import (
    COMPILED,
    EAGER,
    ROLLOUTS,
    SETTING,
    TIMED_READINGS,
    Condition,
    conditions,
    eager_conditions,
    rollout_conditions,
)
from athanor.experiments.navigation.timing.config import Timing
from athanor.experiments.navigation.timing.eager_game import Game
from athanor.experiments.navigation.timing.operations import Pieces, episode_operations, pieces, rollouts
from athanor.experiments.navigation.timing.rollouts import rollouts_alone
from athanor.experiments.progress import progress
from athanor.experiments.protocols.timing import Program, Rate, compiled, programs, seconds
from athanor.learning.learner import Learner
from athanor.learning.training import Run, begin, train_seeds
from athanor.tasks.navigation.environment import Navigation, Target, navigation


class Timed(NamedTuple):
    """What is timed."""

    implementation: str
    condition: Condition
    operations: float | None  # floating-point operations of an episode, where they were counted


class Study(NamedTuple):
    """What all programs share."""

    environment: Environment
    env: Navigation
    tasks: Target  # on a first axis
    learners: Learners
    timing: Timing
    key: PRNGKeyArray

    @property
    def hidden(self) -> int:
        """Return the units of a hidden layer in the study's other experiments."""
        return self.learners.networks.hidden

    def method(self, condition: Condition) -> Method:
        """Return the learner of a condition."""
        sections = self.learners.model_copy(update={"networks": Networks(hidden=condition.hidden)})
        return method(self.env, sections, condition.reading, condition.algorithm, condition.inner_steps)


def run(
    environment: Environment,
    learners: Learners,
    timing: Timing,
    key: PRNGKeyArray,
) -> dict[str, pd.DataFrame]:
    """Return `timing`, one row per timed episode, and `core_speed`, what the same core does otherwise, in rates."""
    env = navigation(rules_of(environment, SETTING))
    tasks = env.targets_at(environment.setting(SETTING).targets)
    study = Study(environment, env, tasks, learners, timing, key)
    episodes, rates = _compiled(study), _rates(study)
    eager = _eager(study) if find_spec("torch") else {}
    rows, speeds = [], []
    for repeat in progress(range(timing.repeats), timing.repeats, "rounds timed:"):
        rows += [(*timed, seconds(program), repeat) for timed, program in episodes.items()]
        if repeat < timing.torch_repeats:
            rows += [(*timed, seconds(program, warm=False), repeat) for timed, program in eager.items()]
        speeds += [
            (rate.measure, rate.reading, rate.unit, rate.amount / seconds(program), repeat)
            for rate, program in rates.items()
        ]
    return {
        "timing": _table(rows),
        "core_speed": pd.DataFrame(speeds, columns=["measure", "reading", "unit", "value", "repeat"]),
    }


def _table(rows: list[tuple[str, Condition, float | None, float, int]]) -> pd.DataFrame:
    columns = ["implementation", *Condition._fields, "seconds_per_episode", "flops_per_episode", "repeat"]
    return pd.DataFrame(
        [(name, *condition, time, operations, repeat) for name, condition, operations, time, repeat in rows],
        columns=columns,
    )


def _compiled(study: Study) -> dict[Timed, Program]:
    """Return the compiled episodes, and at the study's own size their rollouts alone."""
    chosen = conditions(study.timing, study.hidden)
    counted = _count(study, chosen)
    found: dict[Timed, Program] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # this experiment has the machine to itself
        built = pool.map(lambda condition: _programs(study, condition, counted[_sizes(condition)]), chosen)
        for programs_of_one in progress(built, len(chosen), "conditions compiled:"):
            found |= programs_of_one
    return found


def _programs(study: Study, condition: Condition, pieces: Pieces) -> dict[Timed, Program]:
    count = len(study.tasks.cell)
    chosen = study.method(condition)
    state = chosen.learner.init(study.key)
    whole = Timed(COMPILED, condition, episode_operations(pieces, condition, count))
    found = {whole: compiled(chosen.learner.learn, state, study.tasks, study.key)}
    if condition in rollout_conditions(study.timing, study.hidden):
        alone = Timed(ROLLOUTS, condition, rollouts(condition, count) * pieces.rollouts)
        draw = rollouts_alone(study.env, chosen, condition, study.tasks)
        policies = jax.tree.map(lambda leaf: jnp.stack([leaf] * count), state.params)
        found[alone] = compiled(draw, state.params, policies, study.key)
    return found


def _sizes(condition: Condition) -> tuple[bool, int]:
    """Return what the pieces depend on: one trajectory with a critic is common to the readings but the corrected."""
    return condition.reading == "corrected", condition.hidden


def _count(study: Study, chosen: list[Condition]) -> dict[tuple[bool, int], Pieces]:
    """Count the operations of the pieces of every size."""
    task = jax.tree.map(lambda leaf: leaf[0], study.tasks)
    examples = {_sizes(condition): condition for condition in chosen}
    return {
        sizes: pieces(study.env, study.method(condition), task, study.key)
        for sizes, condition in examples.items()
    }


def _eager(study: Study) -> dict[Timed, Program]:
    """Return the same episodes in PyTorch, from the same weights."""
    from athanor.experiments.navigation.timing import torch_reference

    games = [Game(study.env, target) for target in study.environment.setting(SETTING).targets]
    found = {}
    for condition in eager_conditions(study.timing, study.hidden):
        state = study.method(condition).learner.init(study.key)
        actor, critic = (
            [np.asarray(leaf) for leaf in jax.tree.leaves(part)] for part in (state.params, state.critic)
        )
        start = torch_reference.Start(games, actor, critic)
        section = getattr(study.learners, condition.reading)
        update = torch_reference.trained_by(start, section, condition.algorithm, condition.inner_steps)
        found[Timed(EAGER, condition, None)] = update
    return found


def _rates(study: Study) -> dict[Rate, Program]:
    """Return what the core is measured by: two bounds, and the training of many seeds in one call."""
    found = programs(study.hidden, len(study.tasks.cell))
    seeds, episodes = study.timing.seeds, study.timing.episodes
    for reading in TIMED_READINGS:
        condition = Condition(reading, "maml", study.timing.inner_steps[0], study.hidden)
        train, runs, keys = _training(study, study.method(condition).learner)
        rate = Rate("training", "episodes/s", float(seeds * episodes), reading)
        found[rate] = compiled(train, runs, keys)
    return found


def _training(study: Study, learner: Learner) -> tuple[Callable[..., Any], Run, Key[Array, "seed"]]:
    """Return the training of many seeds, as the study trains, and what it takes."""
    keys = jax.random.split(study.key, study.timing.seeds)
    runs = jax.vmap(lambda key: begin(learner, key))(keys)

    def train(runs: Run, keys: Key[Array, "seed"]) -> Any:
        return train_seeds(learner, always(study.tasks), runs, study.timing.episodes, keys)

    return train, runs, keys
