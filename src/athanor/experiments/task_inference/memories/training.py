"""Train the recurrent learner with another memory, as large and for as long, and play it as all learners of its game."""

import zlib
from collections.abc import Callable
from functools import partial

import jax
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.environment import Space
from athanor.experiments.protocols.training import curve_rows, learning_curves
from athanor.experiments.task_inference.learning.config import Learning
from athanor.experiments.task_inference.learning.families import family_of
from athanor.experiments.task_inference.learning.learners import Problem, gradient_of, optimiser_of, seen
from athanor.experiments.task_inference.learning.training import COLUMNS, plan_of, relabelling
from athanor.learning.agents import Agent, agent_network
from athanor.learning.learner import Learner
from athanor.learning.memories import MEMORIES, equal_width, memory_actor_critic, size
from athanor.learning.networks import ActorCritic
from athanor.learning.recurrent import Recurrent, recurrent_learner


def run(
    learning: Learning, key: PRNGKeyArray, family: str, setting: str, learner: str
) -> dict[str, pd.DataFrame]:
    """Return `curves`, the mean return of a trial at each point, and `sizes`, the numbers learnt.

    Where a run diverged there is no return from there on.
    """
    game, found = learning.game(family, setting), family_of(family)
    rules = found.rules(setting)
    problem = Problem(rules, found.supervised(rules), game, learning)
    # As where all learners are trained: the same key has the same tasks, run by run.
    keys = jax.random.split(
        jax.random.fold_in(key, zlib.crc32(f"{family} {setting}".encode())), learning.runs
    )
    plan, what = plan_of(learning, game), f"{learner}, {family} {setting}: points"
    built, relabel = learner_of(learner, problem), relabelling(found, game)
    curves = learning_curves(built, rules.sample_task, plan, keys, what, relabel)
    table = curve_rows(curves, plan.trials * game.episodes * rules.steps)
    named = {"family": family, "setting": setting, "learner": learner}
    sizes = {"numbers": size(lambda key: built.init(key).params), "of_recurrent": size(recurrent_of(problem))}
    return {"curves": table.assign(**named)[COLUMNS], "sizes": pd.DataFrame([named | sizes])}


def learner_of(name: str, problem: Problem) -> Learner:
    """Return the recurrent learner with a memory; raise ValueError for an unknown one."""
    if name not in MEMORIES:
        raise ValueError(f"learner is {name!r}, must be one of {', '.join(MEMORIES)}")
    game, trial = problem.game, seen(problem, "history")

    def network(inputs: int, action: Space, key: PRNGKeyArray) -> ActorCritic:
        build = partial(_of_width, name, trial.steps, inputs, action)
        return build(equal_width(build, size(recurrent_of(problem))), key)

    settings = Recurrent(
        game.hidden,
        game.epochs,
        problem.learning.value_weight,
        game.reward_scale,
        entropy_updates=game.updates,
    )
    return recurrent_learner(settings, gradient_of(problem), trial, optimiser_of(problem), network=network)


def recurrent_of(problem: Problem) -> Callable[[PRNGKeyArray], ActorCritic]:
    """Return what draws the network of the recurrent learner of a game, given a key."""
    trial, agent = seen(problem, "history"), Agent(hidden=problem.game.hidden)
    inputs = trial.observation.size
    return partial(agent_network, agent, problem.supervised.description, inputs, trial.action)


def _of_width(
    name: str, window: int, inputs: int, action: Space, width: int, key: PRNGKeyArray
) -> ActorCritic:
    return memory_actor_critic(MEMORIES[name], width, window, inputs, action, key)
