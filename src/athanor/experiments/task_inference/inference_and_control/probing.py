"""Decode from a trained learner's memory what it knows of the task, and play the exact-belief agent on that."""

import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Key, PRNGKeyArray

from athanor.experiments.progress import progress
from athanor.experiments.task_inference.inference_and_control.config import InferenceAndControl
from athanor.experiments.task_inference.inference_and_control.decodings import Decoding, decoding_of
from athanor.experiments.task_inference.inference_and_control.parts import parts_of, split
from athanor.experiments.task_inference.inference_and_control.play import (
    PLAYERS,
    Minds,
    Moments,
    Player,
    Watched,
    play,
    watched,
)
from athanor.experiments.task_inference.learning.config import Learning
from athanor.experiments.task_inference.learning.learners import Problem, learner_of, problem_of
from athanor.learning.posteriors import BITS
from athanor.learning.probe import Fitting, Probe, fit
from athanor.learning.stored import restored
from athanor.results import read_arrays

BELIEVING = "exact_belief"
DECIMALS = 5


def run(
    learning: Learning,
    inference_and_control: InferenceAndControl,
    key: PRNGKeyArray,
    networks: Path,
    believing: Path,
    family: str,
    setting: str,
    learner: str,
) -> dict[str, pd.DataFrame]:
    """Return `divergences` by run and step of a trial, and `returns` by run, player and part of a trial.

    `networks` are those of the learner, `believing` those of the agent trained on the exact belief. A run of either that
    diverged has no values.
    """
    problem = problem_of(learning, learning.game(family, setting))
    rules, game = problem.rules, problem.game
    decoding = decoding_of(family, rules)
    programs = _programs(watched(rules, game.episodes, decoding), inference_and_control)
    minds = zip(_networks(learner, problem, networks), _networks(BELIEVING, problem, believing), strict=True)
    # Runs of all learners of a game meet the same tasks.
    keys = jax.random.split(
        jax.random.fold_in(key, zlib.crc32(f"{family} {setting}".encode())), learning.runs
    )
    both = zip((Minds(*pair) for pair in minds), keys, strict=True)
    what = f"{learner}, {family} {setting}: runs"
    scores = [_scored(programs, *one) for one in progress(both, learning.runs, what)]
    condition = {"family": family, "setting": setting, "learner": learner}
    parts = parts_of(rules, game.episodes)
    return {
        "divergences": _labelled(condition, [_steps(score) for score in scores]),
        "returns": _labelled(condition, [_parts(score, parts) for score in scores]),
    }


class Score(NamedTuple):
    """What is found of a run: means over trials."""

    divergence: Float[np.ndarray, "time"]  # bits, from the exact posterior to the decoded one, own trials
    information: Float[np.ndarray, "time"]  # bits, from the exact posterior to the prior, own trials
    reward: dict[Player, Float[np.ndarray, "time"]]


class _Programs(NamedTuple):
    """What is compiled once for all runs."""

    tasks: Callable[[PRNGKeyArray], Any]
    play: dict[Player, Callable[[Minds, Any, Key[Array, "trial"]], Moments]]
    fit: Callable[[tuple[Moments, Moments], PRNGKeyArray], Probe]
    divergences: Callable[[Probe, Moments], Float[Array, "kind time"]]
    settings: InferenceAndControl
    steps: int


def _programs(game: Watched, settings: InferenceAndControl) -> _Programs:
    form = game.decoding.form
    fitting = Fitting(settings.hidden, settings.updates, settings.batch, settings.rate)

    def tasks(key: PRNGKeyArray) -> Any:
        return jax.vmap(game.trial.sample_task)(jax.random.split(key, settings.trials))

    def fitted(lots: tuple[Moments, Moments], key: PRNGKeyArray) -> Probe:
        memory, posterior = (
            jnp.concatenate([getattr(lot, name).reshape(-1, getattr(lot, name).shape[-1]) for lot in lots])
            for name in ("memory", "posterior")
        )
        return fit(form, fitting, memory, posterior, key)

    plays: dict[Player, Any] = {who: jax.jit(partial(play, game, who)) for who in PLAYERS}
    return _Programs(
        jax.jit(tasks),
        plays,
        jax.jit(fitted),
        jax.jit(partial(divergences, game.decoding, game.trial.environment.family.prior())),
        settings,
        game.trial.steps,
    )


def divergences(decoding: Decoding, prior: Any, probe: Probe, moments: Moments) -> Float[Array, "kind time"]:
    """Return by step the mean KL, in bits, from the exact posterior to the decoded one, and to the prior."""
    form, at_first = decoding.form, decoding.exact(prior)

    def both(memory: Array, posterior: Array) -> Array:
        believed = form.believed(probe(memory))
        return jnp.stack([form.divergence(posterior, each) for each in (believed, at_first)])

    return jnp.mean(jax.vmap(jax.vmap(both))(moments.memory, moments.posterior), axis=0).T * BITS


def _networks(learner: str, problem: Problem, file: Path) -> list[Any]:
    """Return the networks of all runs."""
    stored = read_arrays(file)
    like = jax.eval_shape(lambda key: learner_of(learner, problem).init(key).params, jax.random.key(0))
    return [
        restored(like, {name: array[run] for name, array in stored.items()})
        for run in range(problem.learning.runs)
    ]


def _scored(programs: _Programs, minds: Minds, key: PRNGKeyArray) -> Score:
    """Fit a probe on some trials, half of them its own agent's, and score it on trials of other tasks."""
    if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves((minds.own, minds.believing))):
        nothing = np.full(programs.steps, np.nan)
        return Score(nothing, nothing, dict.fromkeys(PLAYERS, nothing))
    fit_key, *lot_keys = jax.random.split(key, 2 + programs.settings.repeats)
    own, exact = (_lot(programs, player, minds, lot_keys[0]) for player in ("own", "exact"))
    probe = programs.fit((own, exact), fit_key)
    bits, rewards = [], []
    for lot_key in lot_keys[1:]:
        lots = {player: _lot(programs, player, minds._replace(probe=probe), lot_key) for player in PLAYERS}
        bits.append(np.asarray(programs.divergences(probe, lots["own"]), np.float64))
        rewards.append(
            {player: np.asarray(lot.reward, np.float64).mean(axis=0) for player, lot in lots.items()}
        )
    reward = {player: np.mean([one[player] for one in rewards], axis=0) for player in PLAYERS}
    divergence, information = np.mean(bits, axis=0)
    return Score(divergence, information, reward)


def _lot(programs: _Programs, player: Player, minds: Minds, key: PRNGKeyArray) -> Moments:
    """Play a trial on each of some tasks drawn anew; equal keys give all players the same."""
    task_key, play_key = jax.random.split(key)
    keys = jax.random.split(play_key, programs.settings.trials)
    given = minds if player == "decoded" else minds._replace(probe=None)  # one structure, one program
    return programs.play[player](given, programs.tasks(task_key), keys)


def _steps(score: Score) -> pd.DataFrame:
    """Return divergences as rows, by step of the trial."""
    columns = {"bits": score.divergence, "information": score.information}
    return pd.DataFrame({"step": np.arange(len(score.divergence))} | columns).round(DECIMALS)


def _parts(score: Score, parts: int) -> pd.DataFrame:
    """Return returns as rows, by player and part of the trial."""
    rows = [
        (player, part, value)
        for player, reward in score.reward.items()
        for part, value in enumerate(split(reward, parts))
    ]
    return pd.DataFrame(rows, columns=["player", "part", "mean_return"]).round(DECIMALS)


def _labelled(condition: dict[str, str], runs: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all runs, after columns of the condition and the run."""
    table = pd.concat([rows.assign(run=run) for run, rows in enumerate(runs)], ignore_index=True)
    return table.assign(**condition)[[*condition, "run", *runs[0].columns]]
