"""Train a recurrent meta-learner over all tasks of Simple Alchemy's small family, or over all chemistries."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners.config import Learners, Recurrent
from athanor.experiments.alchemy.learners.runs import Budget, budget, curve_rows, train
from athanor.experiments.alchemy.learners.table import GAMES
from athanor.learning import recurrent as learning
from athanor.learning.learner import Learner
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.rollout import Rollout
from athanor.results import read_table
from athanor.tasks.alchemy.environment import Alchemy
from athanor.tasks.simple_alchemy.environment import SimpleAlchemy
from athanor.trial import Trial


def run(
    environment: Environment,
    learners: Learners,
    recurrent: Recurrent,
    key: PRNGKeyArray,
    yardstick: Path,
    game: str,
) -> dict[str, pd.DataFrame]:
    """Return `curves`, and `trials`: the mean score of each trial at the last point of the curve.

    `game` is simple or full; `yardstick` says how many trials Simple Alchemy has.
    """
    full = game_of(environment)
    env = full if game == "full" else SimpleAlchemy(trials=int(read_table(yardstick)["trials"].max()))
    plan = budget(episodes_of(recurrent, game), recurrent.tasks, learners.points)
    learner = build(env, recurrent, plan)
    keys = jax.random.split(key, recurrent.seeds)
    given = jnp.zeros(recurrent.seeds)  # all seeds learn on the same family

    def sample(given: Array, key: PRNGKeyArray) -> Any:
        del given
        return jax.vmap(env.sample_task)(jax.random.split(key, recurrent.tasks))

    _, curves = train(learner, sample, given, plan, keys, f"recurrent, {game} game")
    last = curves.score[:, -1]
    seed, trial = (axis.ravel() for axis in np.indices(last.shape))
    columns = {"game": game, "seed": seed, "trial": trial + 1, "score": np.round(last.ravel(), 4)}
    return {
        "curves": curve_rows({"game": game}, curves.score.sum(-1), plan),
        "trials": pd.DataFrame(columns),
    }


def episodes_of(recurrent: Recurrent, game: str) -> int:
    """Return the training episodes on a game, or say in one line which there are."""
    if game not in GAMES:
        raise ValueError(f"game is {game}, must be one of {', '.join(GAMES)}")
    return recurrent.simple_episodes if game == "simple" else recurrent.full_episodes


def build(env: Alchemy | SimpleAlchemy, recurrent: Recurrent, plan: Budget) -> Learner:
    """Return the recurrent learner of a game."""
    gradient = PolicyGradient(
        discount=recurrent.discount,
        gae_lambda=recurrent.gae_lambda,
        clip=recurrent.clip,
        entropy=recurrent.entropy,
    )
    rate = optax.linear_schedule(recurrent.rate, 0.0, plan.updates * recurrent.epochs)
    optimiser = optax.chain(optax.clip_by_global_norm(recurrent.largest_gradient), optax.adam(rate))
    settings = learning.Recurrent(recurrent.hidden, recurrent.epochs, reward_scale=recurrent.reward_scale)
    seen = Trial(env, see_start=False, reward_scale=recurrent.reward_scale)

    def measure(task: Any, rollout: Rollout) -> Float[Array, "trial"]:
        del task
        return jnp.sum(rollout.reward.reshape(env.trials, env.trial_steps), axis=1)

    return learning.recurrent_learner(settings, gradient, seen, optimiser, measure)
