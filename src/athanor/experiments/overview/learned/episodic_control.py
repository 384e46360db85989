"""Learn mazes and deep sea by tables of best returns, by a dictionary of averages and by Q-learning, beside exact values."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Bool, Float, Int, Key, PRNGKeyArray

from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.experiments.overview.learned.config import EpisodicControls
from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.overview.learned.table_games import (
    Game,
    TableGame,
    Tables,
    deep_sea_game,
    maze_game,
)
from athanor.learning.episodic_control import (
    Entries,
    EpisodicControl,
    Table,
    estimates,
    remember,
    same_key,
    table_learner,
)
from athanor.learning.neural_dictionary import Dictionary
from athanor.learning.neural_episodic_control import NeuralEpisodicControl, learn, values
from athanor.learning.rollout import Rollout
from athanor.tasks.maze import environment as maze

SYSTEMS = ("mfec", "nec", "q_learning")
ROWS = (15, 16, 15)  # the statement that each is of
OPTIMAL_PLAY = len(SYSTEMS)  # in place of a system's number: exact play fills a table of best returns

Read = Callable[[Table, Float[Array, "feature"]], Float[Array, "action"]]


class Systems(NamedTuple):
    """How each system reads its table, and how it learns from an episode."""

    read: tuple[Read, ...]
    learn: tuple[Callable[[Table, Rollout], Table], ...]


class Trained(NamedTuple):
    """What a run leaves."""

    table: Table
    returns: Float[Array, "*run episode"]
    start: Float[Array, "*run episode"]  # what the table says of the best first action after each


class Readings(NamedTuple):
    """What a table says of every state."""

    value: Float[Array, "*run state action"]
    stored: Bool[Array, "*run state action"]


class Programs(NamedTuple):
    """What is compiled once for a family, whatever the chances of its moves and the system."""

    train: Callable[[Tables, int, Key[Array, "run"]], Trained]
    read: Callable[[Tables, int, Table], Readings]


def run(
    exact_answers: ExactAnswers, episodic_control: EpisodicControls, key: PRNGKeyArray
) -> dict[str, pd.DataFrame]:
    """Return `episodic_control`: returns and estimates after training, after optimal play, and from half of the states."""
    mazes, keys = exact_answers.mazes, jax.random.split(key, 2)
    families = (
        (maze_game, episodic_control.maze_slips, episodic_control.maze_episodes),
        (deep_sea_game, episodic_control.deep_sea_slips, episodic_control.deep_sea_episodes),
    )
    rows: list[Learned] = []
    for new_game, slips, episodes in families:
        games = {slip: new_game(slip, mazes.seed) for slip in slips}
        first = next(iter(games.values()))
        programs = compiled(episodic_control, first.rules, episodes)
        run_keys = jax.random.split(keys[0], episodic_control.runs)
        for slip, game in games.items():
            rows += sweep(programs, game, f"slip{slip:g}", run_keys)
        rows += half_stored(programs, first, keys[1], episodic_control)
        if new_game is maze_game:
            for setting, rules in maze.SETTINGS.items():
                game = maze_game(rules.slip, mazes.seed)
                rows += optimal_play(programs, game, setting, keys[1], episodic_control, mazes.visits)
    return {"episodic_control": pd.DataFrame(rows, columns=list(Learned._fields))}


def systems(settings: EpisodicControls, capacity: int) -> Systems:
    """Return what the systems do."""
    control = EpisodicControl(capacity, settings.neighbours)
    dictionary = Dictionary(settings.dictionary_neighbours, settings.delta, settings.rate)
    neural = NeuralEpisodicControl(dictionary, unit=settings.unit, capacity=capacity, steps=settings.steps)
    alone = replace(neural, kernel=False, steps=1)
    return Systems(
        (partial(estimates, control), partial(values, neural), partial(values, alone)),
        (partial(remember, control), partial(learn, neural), partial(learn, alone)),
    )


def compiled(settings: EpisodicControls, rules: TableGame, episodes: int) -> Programs:
    """Return the programs, mapped over runs."""
    train, read = partial(trained, settings, rules, episodes), partial(readings, settings)
    axes = (None, None, 0)
    return Programs(jax.jit(jax.vmap(train, axes)), jax.jit(jax.vmap(read, axes)))


def trained(
    settings: EpisodicControls,
    rules: TableGame,
    episodes: int,
    task: Tables,
    system: Int[Array, ""],
    key: PRNGKeyArray,
) -> Trained:
    """Train a system on a task; with the number of optimal play it acts by the exact values instead of its table."""
    of, optimal = systems(settings, len(task.seen)), system == OPTIMAL_PLAY
    number, first = jnp.where(optimal, 0, system), jnp.argmax(task.best[0])

    def acted_on(table: Table, seen: Float[Array, "feature"]) -> Float[Array, "action"]:
        state = jnp.argmin(jnp.sum(jnp.square(task.seen - seen), axis=-1))
        return jnp.where(optimal, task.best[state], jax.lax.switch(number, of.read, table, seen))

    def learn_from(table: Table, played: Rollout) -> Table:
        return jax.lax.switch(number, of.learn, table, played)

    exploration = jnp.where(optimal, 0.0, settings.exploration)
    learner = table_learner(rules, len(task.seen), exploration, acted_on, learn_from)
    tasks = jax.tree.map(lambda leaf: leaf[None], task)

    def episode(table: Table, key: PRNGKeyArray) -> tuple[Table, tuple[Array, Array]]:
        table, log = learner.learn(table, tasks, key)
        return table, (log.measure[0, 0], jax.lax.switch(number, of.read, table, task.seen[0])[first])

    table, by_episode = jax.lax.scan(episode, learner.init(key), jax.random.split(key, episodes))
    return Trained(table, *by_episode)


def readings(settings: EpisodicControls, task: Tables, system: Int[Array, ""], table: Table) -> Readings:
    """Read a table in every state, and return of which actions something is stored there."""
    of = systems(settings, len(task.seen))
    unit = jnp.where(system == 0, 1.0, settings.unit)
    value = jax.vmap(partial(jax.lax.switch, system, of.read, table))(task.seen)
    return Readings(value, jax.vmap(partial(_stored, table.entries))(task.seen / unit))


def _stored(entries: Entries, key: Float[Array, "feature"]) -> Bool[Array, "action"]:
    return jnp.any(jax.vmap(same_key, in_axes=(0, None))(entries, key), axis=1)


def sweep(programs: Programs, game: Game, condition: str, keys: Key[Array, "run"]) -> Iterator[Learned]:
    """Train every system on a game."""
    for number, name in enumerate(SYSTEMS):
        found = programs.train(game.task, number, keys)
        read = programs.read(game.task, number, found.table)
        for run, (returns, value, stored) in enumerate(
            zip(np.asarray(found.returns), *map(np.asarray, read), strict=True)
        ):
            for quantity, measured in described(game, returns, Readings(value, stored)):
                yield Learned(ROWS[number], name, game.family, condition, run, quantity, measured)


def described(
    game: Game, returns: Float[np.ndarray, "episode"], read: Readings
) -> Iterator[tuple[str, float]]:
    """Describe a run: what it earned, what its greedy play is worth, and what its table takes states to be worth."""
    value = np.asarray(read.value, float)
    best = (value == value.max(axis=1, keepdims=True)).astype(float)
    worth, late = game.worth(best / best.sum(axis=1, keepdims=True)), max(len(returns) // 10, 1)
    yield "return", float(returns.mean())
    yield "late_return", float(returns[-late:].mean())
    yield "greedy_return", worth
    yield "score", (worth - game.random) / (game.optimal - game.random)
    yield "estimate", float(value[0].max())
    yield "over_estimate", float(value[0].max()) - game.optimal
    yield "greatest_over_estimate", float(np.where(read.stored, value - game.best, -np.inf).max())


def optimal_play(
    programs: Programs,
    game: Game,
    setting: str,
    key: PRNGKeyArray,
    settings: EpisodicControls,
    visits: tuple[int, ...],
) -> Iterator[Learned]:
    """Fill tables by optimal play; yield how far they lie above the value of the start, the mean over those of a run."""
    keys = jax.random.split(key, (settings.tables, settings.runs))
    start = np.mean([programs.train(game.task, OPTIMAL_PLAY, some).start for some in keys], axis=0)
    for number, by_episode in enumerate(start - game.optimal):
        for count in visits:
            if count <= len(by_episode):
                above = float(by_episode[count - 1])
                yield Learned(
                    15, "mfec", "maze", f"optimal_play.{setting}", number, f"over_estimate.{count}", above
                )


def half_stored(
    programs: Programs, game: Game, key: PRNGKeyArray, settings: EpisodicControls
) -> Iterator[Learned]:
    """Store the exact values of half of the states, and yield the mean error of what is read in the others."""
    going_on = np.flatnonzero(~np.asarray(game.task.ends))
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    orders = [rng.permutation(going_on) for _ in range(settings.runs)]
    half = len(going_on) // 2
    for number, name in enumerate(SYSTEMS[:2]):
        unit = settings.unit if number else 1.0
        tables = [holding(game, order[:half], unit) for order in orders]
        table = jax.tree.map(lambda *leaves: jnp.stack(leaves), *tables)
        value = np.asarray(programs.read(game.task, number, table).value)
        for run, (order, read) in enumerate(zip(orders, value, strict=True)):
            error = float(np.abs(read - game.best)[order[half:]].mean())
            yield Learned(ROWS[number], name, game.family, "half_stored", run, "error", error)


def holding(game: Game, states: Int[np.ndarray, "stored"], unit: float) -> Table:
    """Return a table with the exact values of some states."""
    places, actions = game.best.shape
    key = np.zeros((actions, places, game.task.seen.shape[1]), np.float32)
    value, written = np.zeros((actions, places), np.float32), np.full((actions, places), -1, np.int32)
    key[:, : len(states)] = np.asarray(game.task.seen)[states] / np.float32(unit)
    value[:, : len(states)] = game.best[states].T
    written[:, : len(states)] = np.arange(len(states))
    entries = Entries(jnp.asarray(key), jnp.asarray(value), jnp.asarray(written))
    return Table(entries, jnp.int32(len(states)))
