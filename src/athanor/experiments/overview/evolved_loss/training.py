"""Evolve losses on goals of the right half, and let policies learn by them and by PPO on held-out goals of either half.

One loss evolves alone; another is guided by PPO's at first. All policies start from the same random weights and play as many
trajectories. PPO's rate is chosen on other goals of the right half, and other weights.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pandas as pd
from jaxtyping import Array, Float, Key, PRNGKeyArray

from athanor.experiments.overview.evolved_loss.config import EvolvedLosses
from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.progress import progress
from athanor.learning.evolution import Evolution
from athanor.learning.evolved_loss import (
    Descent,
    EvolvedLoss,
    Game,
    blended,
    descended,
    evolve_loss,
    features_size,
    rewards,
)
from athanor.learning.networks import mlp_critic
from athanor.learning.normal import normal_actor
from athanor.learning.policy_gradient import PolicyGradient, problem
from athanor.tasks.point_navigation.environment import Goal, PointNavigation

RULES = PointNavigation()
HALVES = {"point_navigation_right": 1.0, "point_navigation_left": -1.0}
TRAINED = "point_navigation_right"
ALONE, GUIDED, GUIDE = "evolved_loss", "guided_loss", "ppo"
FIRST_LOG_DEVIATION = -0.5  # of a policy, in strides
CLIP, DISCOUNT = 0.2, 0.95  # of PPO
HALFWAY = 10  # generations over which the fitness is taken where the guide's share is nearest to one half
Number = float | Float[Array, ""]


class Found(NamedTuple):
    """What a run found."""

    fitness: dict[str, Float[np.ndarray, "generation"]]  # by evolved loss
    rate: float  # the best of PPO's
    earned: dict[str, dict[str, Float[np.ndarray, "point"]]]  # by half and system, mean over held-out goals


class Programs(NamedTuple):
    """What is compiled once for all runs."""

    # (the guide's share of each generation, key) -> loss, mean fitness of each generation
    evolve: Callable[
        [Float[Array, "generation"], PRNGKeyArray], tuple[EvolvedLoss, Float[Array, "generation"]]
    ]
    # (loss, share of the guide, rate, side, a key for each goal) -> mean return before the first update and after each
    curve: Callable[[EvolvedLoss, Number, Number, Number, Key[Array, "goal"]], Float[Array, "point"]]


def run(evolved_losses: EvolvedLosses, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `evolved_loss_generations`, the mean fitness, and `evolved_loss`, the returns on held-out goals.

    Returns are those before any update of a policy, after as many as the losses evolved with, and after all; the fitness
    in their table is that of the generations in which the guide had about half of the loss.
    """
    ready = programs(evolved_losses)
    keys = list(jax.random.split(key, evolved_losses.runs))
    runs = [found(evolved_losses, ready, key) for key in progress(keys, len(keys), "evolved losses: runs")]
    fitness = [
        (system, number, generation, round(float(value), 3))
        for number, result in enumerate(runs)
        for system, values in result.fitness.items()
        for generation, value in enumerate(values)
    ]
    moments = {"start": 0, "trained": evolved_losses.updates, "end": evolved_losses.shown_updates}
    half = np.argsort(np.abs(np.asarray(shares(evolved_losses)) - 0.5), kind="stable")[:HALFWAY]
    rows = [row for number, result in enumerate(runs) for row in learned(moments, number, result)]
    guided = [round(float(result.fitness[GUIDED][half].mean()), 4) for result in runs]
    rows += [
        Learned(12, GUIDED, TRAINED, "half_guided", number, "fitness", value)
        for number, value in enumerate(guided)
    ]
    return {
        "evolved_loss_generations": pd.DataFrame(fitness, columns=["system", "run", "generation", "fitness"]),
        "evolved_loss": pd.DataFrame(rows, columns=list(Learned._fields)),
    }


def learned(moments: dict[str, int], number: int, result: Found) -> list[Learned]:
    """Return the rows of a run: what all earn after some numbers of updates, what is more than PPO, and its rate."""
    rows = [Learned(12, GUIDE, TRAINED, "tuned", number, "rate", result.rate)]
    for family, earned in result.earned.items():
        values = {(system, "return"): curve for system, curve in earned.items()}
        values |= {(system, f"over_{GUIDE}"): earned[system] - earned[GUIDE] for system in (ALONE, GUIDED)}
        rows += [
            Learned(12, system, family, moment, number, quantity, round(float(curve[updates]), 4))
            for (system, quantity), curve in values.items()
            for moment, updates in moments.items()
        ]
    return rows


def found(settings: EvolvedLosses, ready: Programs, key: PRNGKeyArray) -> Found:
    """Evolve the losses, choose PPO's rate, and test all."""
    evolve_key, tune_key, test_key = jax.random.split(key, 3)
    guide = shares(settings)
    evolved = {
        ALONE: ready.evolve(jnp.zeros_like(guide), evolve_key),
        GUIDED: ready.evolve(guide, evolve_key),
    }
    tuning, testing = (
        jax.random.split(key, count)
        for key, count in ((tune_key, settings.tuning_goals), (test_key, settings.held_out))
    )
    side = HALVES[TRAINED]
    unused, _ = evolved[ALONE]  # PPO is the guide alone
    tuned = [float(ready.curve(unused, 1.0, rate, side, tuning)[settings.updates]) for rate in settings.rates]
    rate = settings.rates[int(np.argmax(tuned))]
    learners = {name: (loss, 0.0, settings.rate) for name, (loss, _) in evolved.items()}
    learners[GUIDE] = (unused, 1.0, rate)
    earned = {
        family: {name: np.asarray(ready.curve(*how, side, testing)) for name, how in learners.items()}
        for family, side in HALVES.items()
    }
    return Found({name: np.asarray(fitness) for name, (_, fitness) in evolved.items()}, rate, earned)


def programs(settings: EvolvedLosses) -> Programs:
    """Return what evolves a loss, and what tries it or the guide."""
    game = game_of(settings)

    def evolve(
        guide: Float[Array, "generation"], key: PRNGKeyArray
    ) -> tuple[EvolvedLoss, Float[Array, "generation"]]:
        first_key, evolve_key = jax.random.split(key)
        return evolve_loss(
            game,
            Descent(settings.updates, settings.epochs, settings.rate),
            Evolution(settings.population, settings.deviation),
            optax.adam(settings.evolution_rate),
            EvolvedLoss(features_size(RULES), settings.hidden, settings.window, first_key),
            guide,
            evolve_key,
        )

    def curve(
        loss: EvolvedLoss, share: Number, rate: Number, side: Number, keys: Key[Array, "goal"]
    ) -> Float[Array, "point"]:
        descent = Descent(settings.shown_updates, settings.epochs, rate)

        def of_goal(key: PRNGKeyArray) -> Float[Array, "point"]:
            goal_key, actor_key, play_key = jax.random.split(key, 3)
            actor = game.new_actor(actor_key)
            return descended(game, descent, blended(game, loss, share), actor, goal(side, goal_key), play_key)

        return jnp.mean(jax.vmap(of_goal)(keys), axis=0)

    return Programs(jax.jit(evolve), jax.jit(curve))


def shares(settings: EvolvedLosses) -> Float[Array, "generation"]:
    """Return the guide's share of each generation: from 1 at the first linearly to 0, and 0 from there on."""
    guided = max(settings.guided * settings.generations, 1.0)
    return jnp.maximum(1.0 - jnp.arange(settings.generations, dtype=jnp.float32) / guided, 0.0)


def goal(side: Number, key: PRNGKeyArray) -> Goal:
    """Draw a goal of the right half (1) or the left one (−1)."""
    place = RULES.sample_task(key).place
    return Goal(place.at[0].set(side * jnp.abs(place[0])))


def game_of(settings: EvolvedLosses) -> Game:
    """Return what is played: the right half of point navigation, with PPO as the guide."""
    gradient = PolicyGradient(
        discount=DISCOUNT,
        gae_lambda=1.0,
        trajectories=settings.trajectories,
        baseline="linear",
        normalise=True,
        average=True,
        clip=CLIP,
    )
    unused = mlp_critic(RULES.observation.size, 1, jax.random.key(0))  # the baseline is linear
    return Game(
        RULES,
        problem(gradient, RULES, unused, rewards),
        lambda key: normal_actor(
            RULES.observation.size, RULES.action, settings.policy_hidden, FIRST_LOG_DEVIATION, key
        ),
        partial(goal, HALVES[TRAINED]),
    )
