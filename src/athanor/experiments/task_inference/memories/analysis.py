"""Compare memories with the gated recurrent unit on the scale of their game, run by run."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.learning.estimands import GAME, RANDOM, advantages
from athanor.experiments.task_inference.learning.yardstick import CELL, RUN, areas, ends, scored
from athanor.experiments.task_inference.memories.config import Memories
from athanor.experiments.task_inference.memories.estimands import ESTIMANDS
from athanor.experiments.task_inference.not_run import TASKS, with_not_run
from athanor.reporting.estimands import estimates
from athanor.results import read_table

RECURRENT = "recurrent"  # the learner with a gated recurrent unit


def run(
    statistics: Statistics,
    memories: Memories,
    rng: np.random.Generator,
    curves: tuple[Path, ...],
    sizes: tuple[Path, ...],
    learners: Path,
    scales: Path,
    references: Path,
) -> dict[str, pd.DataFrame]:
    """Return `memories`, the learning curves with scores, and the estimates."""
    together = _together(memories, curves, learners)
    points = scored(together, read_table(scales).set_index(list(GAME)), read_table(references))
    last, cells = ends(points), reported_cells(memories).merge(TASKS, how="cross")
    others = cells[cells["learner"] != RECURRENT]
    tables = {
        "ends": with_not_run(last, cells),
        "areas": with_not_run(areas(points), cells),
        "differences": with_not_run(differences(last), others),
        "diverged": pd.DataFrame({"diverged": [_diverged(last)]}),
        "sizes": pd.DataFrame({"per_cent": [greatest_difference(_joined(sizes))]}),
    }
    families = list(dict.fromkeys(cells["family"]))
    compared = (
        estimand
        for learner in dict.fromkeys(others["learner"])
        for estimand in advantages(learner, RECURRENT, families)
    )
    found = estimates("task_inference", (*ESTIMANDS, *compared), tables, statistics, rng)
    return {"memories": points.assign(score=points["score"].round(4)), "estimates/memories": found}


def reported_cells(memories: Memories) -> pd.DataFrame:
    """Return the games and learners that are reported: those of the whole study that are left out were not run."""
    listed = [*Memories().cells(), *memories.cells()]
    recurrent = [(family, setting, RECURRENT) for family, setting, _ in listed]
    return pd.DataFrame(list(dict.fromkeys([*recurrent, *listed])), columns=CELL)


def differences(last: pd.DataFrame) -> pd.DataFrame:
    """Return by how much each run of a memory ends above that of the gated recurrent unit with the same tasks."""
    score = last.assign(score=last["score"].fillna(RANDOM)).set_index(RUN)["score"]
    wide = score.unstack("learner")
    wide = wide.drop(columns=RECURRENT).sub(wide[RECURRENT], axis=0)
    return wide.stack().rename("difference").dropna().reset_index()


def greatest_difference(sizes: pd.DataFrame) -> float:
    """Return the greatest difference of a network's size from the recurrent one's, in per cent of that."""
    return float((100.0 * (sizes["numbers"] / sizes["of_recurrent"] - 1.0)).abs().max())


def _diverged(last: pd.DataFrame) -> int:
    """Count the runs of memories that have no return at the end."""
    counted = last[(last["tasks"] == "held_out") & (last["learner"] != RECURRENT)]
    return int(counted["return"].isna().sum())


def _together(memories: Memories, curves: tuple[Path, ...], learners: Path) -> pd.DataFrame:
    """Return the curves of the memories and of the gated recurrent unit on their games."""
    known, games = read_table(learners), {(game.family, game.setting) for game in memories.games}
    own = np.array([game in games for game in known[list(GAME)].itertuples(index=False, name=None)])
    return pd.concat([known[own & (known["learner"] == RECURRENT)], _joined(curves)], ignore_index=True)


def _joined(paths: tuple[Path, ...]) -> pd.DataFrame:
    return pd.concat([read_table(path) for path in paths], ignore_index=True)
