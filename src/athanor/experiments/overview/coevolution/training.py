"""Let courses and agents evolve together, and train for the hardest course that each run solved in other ways."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pandas as pd
from jaxtyping import Float, Int, PRNGKeyArray, PyTree

from athanor.experiments.overview.coevolution.alternatives import SYSTEMS, Targets, program, trained
from athanor.experiments.overview.coevolution.config import Coevolution
from athanor.experiments.overview.coevolution.runner import (
    COURSES,
    FINISHED,
    SETTING,
    Drawn,
    hardness,
    new_agent,
    score,
)
from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.progress import progress
from athanor.learning.evolution import Evolution
from athanor.learning.poet import Poet
from athanor.learning.poet_search import Search, search

PARTS = ("gap", "hurdle", "roughness")
POET, WITHOUT = "poet", "poet_without_transfers"


class Searched(NamedTuple):
    """A whole search: what each run had solved after each round."""

    hardest: Float[np.ndarray, "run round"]  # hardness of the hardest course solved so far
    evaluations: Int[np.ndarray, "run round"]
    targets: Targets  # the hardest course, the first of equals
    last: Search


def run(coevolution: Coevolution, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `coevolution_curves`, by run and round, and `coevolved`: what each run reaches in the end.

    All ways of training have as many episodes as POET had in the same run.
    """
    settings = coevolution
    evolution = Evolution(settings.population, settings.deviation)
    optimiser, keys = optax.adam(settings.rate), jax.random.split(key, 4)
    poet = poet_of(settings)
    first = jax.vmap(partial(new_agent, settings.hidden))(jax.random.split(keys[0], settings.runs))
    whole = partial(search, evolution=evolution, optimiser=optimiser, courses=COURSES, first=first)
    rounds = islice(whole(poet, key=keys[1]), settings.rounds)
    with_transfers = followed(progress(rounds, settings.rounds, "POET: rounds"))
    most = with_transfers.targets.evaluations
    alone = followed(until(whole(replace(poet, transfers=False), key=keys[2]), most), most)
    shared = program(settings, evolution, optimiser)
    trials = {
        system: trained(shared, system, with_transfers.targets, jax.random.fold_in(keys[3], number))
        for number, system in enumerate(SYSTEMS)
    }
    curves = [search_rows(POET, with_transfers), search_rows(WITHOUT, alone)]
    curves += [trial_rows(system, shared.block, found) for system, found in trials.items()]
    rows = [*search_numbers(POET, with_transfers), *search_numbers(WITHOUT, alone)]
    rows += verdicts(alone, with_transfers.targets, trials)
    return {
        "coevolution_curves": pd.concat(curves, ignore_index=True),
        "coevolved": pd.DataFrame(rows, columns=list(Learned._fields)),
    }


def poet_of(settings: Coevolution) -> Poet:
    """Return POET's settings; only pairs whose course is solved have children."""
    return Poet(
        settings.capacity,
        settings.generations,
        FINISHED,
        settings.hard,
        settings.easy,
        settings.children,
        settings.admitted,
        settings.neighbours,
    )


def until(rounds: Iterator[Search], evaluations: Int[np.ndarray, "run"]) -> Iterator[Search]:
    """Yield rounds until each run had so many evaluations."""
    for state in rounds:
        yield state
        if (state.evaluations >= evaluations).all():
            return


def followed(rounds: Iterator[Search], most: Int[np.ndarray, "run"] | None = None) -> Searched:
    """Return what is solved round by round; what a run solves past its `most` evaluations does not count."""
    hardest, evaluations = [], []
    best: Targets | None = None
    reached = np.array([])
    for state in rounds:
        counts = True if most is None else state.evaluations <= most
        found, place = solved(state, counts)
        course, difficulty = _picked(state, place)
        if best is None:
            best, reached = Targets(course, difficulty, state.evaluations), found
        better = found > reached
        best = best._replace(course=_where(better, course, best.course))
        best = best._replace(difficulty=_where(better, difficulty, best.difficulty))
        reached = np.maximum(reached, found)
        hardest.append(reached)
        evaluations.append(state.evaluations)
        last = state
    if best is None:
        raise ValueError("rounds is 0, must be at least 1")
    targets = best._replace(evaluations=last.evaluations)
    return Searched(np.array(hardest).T, np.array(evaluations).T, targets, last)


def solved(
    state: Search, counts: np.ndarray | bool
) -> tuple[Float[np.ndarray, "run"], Int[np.ndarray, "run"]]:
    """Return the hardness of the hardest course that each run has solved in a round, 0 for none, and its place."""
    pairs = state.pairs
    done = pairs.there & (pairs.score >= FINISHED) & np.reshape(counts, (-1, 1))
    found = np.where(done, hardness(pairs.difficulty), 0.0)
    return found.max(axis=1), found.argmax(axis=1)


def _picked(state: Search, place: Int[np.ndarray, "run"]) -> tuple[Drawn, Int[np.ndarray, "run part"]]:
    run = np.arange(len(place))
    return jax.tree.map(lambda leaf: leaf[run, place], (state.pairs.course, state.pairs.difficulty))


def _where(run: np.ndarray, new: PyTree, old: PyTree) -> PyTree:
    """Return new leaves for some runs."""
    return jax.tree.map(lambda a, b: np.where(run.reshape(-1, *[1] * (a.ndim - 1)), a, b), new, old)


def search_rows(system: str, found: Searched) -> pd.DataFrame:
    """Return the hardness solved along a search."""
    run, _ = (axis.ravel() for axis in np.indices(found.hardest.shape))
    columns = {"run": run, "evaluations": found.evaluations.ravel(), "value": found.hardest.ravel()}
    return pd.DataFrame(columns).assign(system=system, quantity="hardness")


def trial_rows(system: str, block: int, found: Float[np.ndarray, "run round"]) -> pd.DataFrame:
    """Return the greatest share of the target run so far, along training for it."""
    best = np.fmax.accumulate(found, axis=1)
    run, number = (axis.ravel() for axis in np.indices(found.shape))
    table = pd.DataFrame({"run": run, "evaluations": (number + 1) * block, "value": best.ravel()})
    return table[~np.isnan(found.ravel())].assign(system=system, quantity="share")


def search_numbers(system: str, found: Searched) -> list[Learned]:
    """Return what each run of a search solved, after how many episodes, and how many agents moved."""
    rows = []
    for number, curve in enumerate(found.hardest):
        parts = dict(zip(PARTS, found.targets.difficulty[number], strict=True))
        first = found.evaluations[number, int(curve.argmax())]
        moved = dict(zip(("moved_directly", "moved_proposed"), found.last.moved[number], strict=True))
        values = {"hardness": curve[-1], **parts, "evaluations": found.evaluations[number, -1]}
        values |= {"solved_after": first, "admitted": len(found.last.seen[number]) - 1, **moved}
        rows += [_row(system, number, name, value) for name, value in values.items()]
    return rows


def verdicts(
    alone: Searched, targets: Targets, trials: dict[str, Float[np.ndarray, "run round"]]
) -> list[Learned]:
    """Return how much of POET's hardest course each other way runs at best, and whether it is solved."""
    agents = alone.last.pairs.agent.params
    every = jax.jit(jax.vmap(jax.vmap(score, (0, None))))(agents, jax.tree.map(jnp.asarray, targets.course))
    reached = {WITHOUT: np.where(alone.last.pairs.there, every, 0.0).max(axis=1)}
    reached |= {system: np.nanmax(found, axis=1) for system, found in trials.items()}
    rows = []
    for system, best in reached.items():
        for number, value in enumerate(best):
            rows.append(_row(system, number, "share_of_target", value))
            rows.append(_row(system, number, "solves_target", value >= FINISHED))
    neither = np.maximum(reached["from_scratch"], reached["curriculum"]) < FINISHED
    rows += [_row(POET, number, "unsolved_by_both", value) for number, value in enumerate(neither)]
    rows += [
        _row(POET, number, "unsolved_by_restarts", value < FINISHED)
        for number, value in enumerate(reached["restarts"])
    ]
    return rows


def _row(system: str, number: int, quantity: str, value: Any) -> Learned:
    return Learned(19, system, "hop_course", SETTING, number, quantity, float(value))
