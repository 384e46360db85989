"""Learn mazes and deep sea by tables of best returns, by a dictionary of averages and by Q-learning, beside exact values."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Bool, Float, Key, PRNGKeyArray

from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.experiments.overview.learned.config import EpisodicControls
from athanor.experiments.overview.learned.optimal_play import over_estimates
from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.overview.learned.table_games import Game, deep_sea_game, maze_game
from athanor.learning.episodic_control import (
    Entries,
    EpisodicControl,
    Table,
    episodic_learner,
    estimates,
    greedy,
    same_key,
)
from athanor.learning.learner import Learner
from athanor.learning.neural_dictionary import Dictionary
from athanor.learning.neural_episodic_control import NeuralEpisodicControl, neural_episodic_learner, values
from athanor.learning.training import begin, train

ROWS = {"mfec": 15, "nec": 16, "q_learning": 15}  # the statement that each system is of


class System(NamedTuple):
    """A learner with a table, and how the table is read."""

    learner: Learner
    read: Callable[[Table, Array], Float[Array, "action"]]
    unit: float  # of the observations in the table's keys


class Finished(NamedTuple):
    """What runs leave, run axis first."""

    returns: Float[Array, "run episode"]
    value: Float[Array, "run state action"]  # as read
    stored: Bool[Array, "run state action"]
    policy: Float[Array, "run state action"]  # of the greatest values


def run(
    exact_answers: ExactAnswers, episodic_control: EpisodicControls, key: PRNGKeyArray
) -> dict[str, pd.DataFrame]:
    """Return `episodic_control`: returns and estimates of each run, after training, optimal play and half of the states."""
    mazes, keys = exact_answers.mazes, jax.random.split(key, 4)
    maze = partial(maze_game, seed=mazes.seed)
    sea = partial(deep_sea_game, seed=mazes.seed)
    rows = [
        *_sweep(episodic_control, maze, episodic_control.maze_slips, keys[0]),
        *_sweep(episodic_control, sea, episodic_control.deep_sea_slips, keys[1]),
        *_small_table(episodic_control, maze(0.0), keys[0]),
        *over_estimates(episodic_control, mazes, keys[2]),
        *_half_stored(episodic_control, maze(0.0), keys[3]),
        *_half_stored(episodic_control, sea(0.0), keys[3]),
    ]
    return {"episodic_control": pd.DataFrame(rows, columns=list(Learned._fields))}


def system(settings: EpisodicControls, name: str, game: Game, capacity: int) -> System:
    """Return a learner of a game."""
    if name == "mfec":
        control = EpisodicControl(capacity, settings.neighbours, exploration=settings.exploration)
        return System(episodic_learner(control, game.rules), partial(estimates, control), 1.0)
    nec = name == "nec"
    neural = NeuralEpisodicControl(
        Dictionary(settings.dictionary_neighbours, settings.delta, settings.rate),
        kernel=nec,
        unit=settings.unit,
        capacity=capacity,
        steps=settings.steps if nec else 1,
        exploration=settings.exploration,
    )
    return System(neural_episodic_learner(neural, game.rules), partial(values, neural), settings.unit)


def _sweep(
    settings: EpisodicControls, new_game: Callable[[float], Game], slips: tuple[float, ...], key: PRNGKeyArray
) -> Iterator[Learned]:
    """Train every system at every chance of a slip, on a table in which every state has a place."""
    for slip in slips:
        game = new_game(slip)
        for name in ROWS:
            found = trained(settings, system(settings, name, game, len(game.best)), game, key)
            yield from described(name, game, f"slip{slip:g}", found)


def _small_table(settings: EpisodicControls, game: Game, key: PRNGKeyArray) -> Iterator[Learned]:
    """Train episodic control with fewer places than states."""
    small = system(settings, "mfec", game, settings.small_table)
    yield from described("mfec", game, "small_table", trained(settings, small, game, key))


def trained(settings: EpisodicControls, using: System, game: Game, key: PRNGKeyArray) -> Finished:
    """Train all runs, and read their tables in every state."""
    tasks = jax.tree.map(lambda leaf: leaf[None], game.task)
    observations = jnp.asarray(game.observations)
    episodes = settings.maze_episodes if game.family == "maze" else settings.deep_sea_episodes

    def one(key: PRNGKeyArray) -> Finished:
        first = begin(using.learner, key)
        finished, log, _ = train(using.learner, lambda key, episode: tasks, first, episodes, key)
        value = jax.vmap(partial(using.read, finished.state))(observations)
        stored = jax.vmap(partial(_stored, finished.state.entries))(observations / using.unit)
        return Finished(log.measure[:, 0, 0], value, stored, jax.vmap(partial(greedy, 0.0))(value))

    return jax.jit(jax.vmap(one))(jax.random.split(key, settings.runs))


def _stored(entries: Entries, key: Float[Array, "feature"]) -> Bool[Array, "action"]:
    return jnp.any(jax.vmap(same_key, in_axes=(0, None))(entries, key), axis=1)


def described(name: str, game: Game, condition: str, found: Finished) -> Iterator[Learned]:
    """Describe each run: what it earned, what its greedy play is worth, and what it takes states to be worth."""
    late = max(found.returns.shape[1] // 10, 1)
    for number, (returns, value, stored, policy) in enumerate(zip(*map(np.asarray, found), strict=True)):
        worth = game.worth(policy.astype(float))
        above = np.where(stored, value - game.best, -np.inf)
        quantities = {
            "return": returns.mean(),
            "late_return": returns[-late:].mean(),
            "greedy_return": worth,
            "score": (worth - game.random) / (game.optimal - game.random),
            "estimate": value[0].max(),
            "over_estimate": value[0].max() - game.optimal,
            "greatest_over_estimate": above.max(),
        }
        for quantity, measured in quantities.items():
            yield Learned(ROWS[name], name, game.family, condition, number, quantity, float(measured))


def _half_stored(settings: EpisodicControls, game: Game, key: PRNGKeyArray) -> Iterator[Learned]:
    """Store the exact values of half of the states, and compare what is read in the others with theirs."""
    keys = jax.random.split(key, settings.runs)
    for name in ("mfec", "nec"):
        using = system(settings, name, game, len(game.best) // 2)
        for number, error in enumerate(held_out_errors(using, game, keys)):
            yield Learned(ROWS[name], name, game.family, "half_stored", number, "error", float(error))


def held_out_errors(using: System, game: Game, keys: Key[Array, "run"]) -> Float[np.ndarray, "run"]:
    """Return the mean absolute errors of what is read in the states that are not stored, by run."""
    observations, best = jnp.asarray(game.observations), jnp.asarray(game.best, jnp.float32)
    half, actions = len(best) // 2, best.shape[1]

    def one(key: PRNGKeyArray) -> Float[Array, ""]:
        order = jax.random.permutation(key, len(best))
        known, other = order[:half], order[half:]
        stored = jnp.broadcast_to(observations[known] / using.unit, (actions, half, observations.shape[1]))
        written = jnp.broadcast_to(jnp.arange(half, dtype=jnp.int32), (actions, half))
        table = Table(Entries(stored, best[known].T, written), jnp.int32(half))
        return jnp.mean(jnp.abs(jax.vmap(partial(using.read, table))(observations[other]) - best[other]))

    return np.asarray(jax.jit(jax.vmap(one))(keys))
