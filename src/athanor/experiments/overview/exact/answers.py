"""Compute the exact answers of every topic, one row each."""

from collections.abc import Iterable

import pandas as pd

from athanor.experiments.overview.exact import (
    bandit,
    bus_grid,
    chains,
    contextual_bandit,
    grid_navi,
    hop_course,
    lqr,
    mazes,
    noisy_grid,
    point_navigation,
    restricted_play,
    room,
    sign_corridor,
)
from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers

TOPICS = (
    bandit,
    grid_navi,
    restricted_play,
    bus_grid,
    sign_corridor,
    noisy_grid,
    chains,
    point_navigation,
    mazes,
    contextual_bandit,
    lqr,
    hop_course,
    room,
)


def run(exact_answers: ExactAnswers) -> dict[str, pd.DataFrame]:
    """Return `exact`: the answers of all topics, by the number of the statement."""
    answers = [answer for topic in TOPICS for answer in topic.answers(exact_answers)]
    return {"exact": table(answers)}


def table(answers: Iterable[Answer]) -> pd.DataFrame:
    """Return one row per answer, those of a statement together; raise ValueError where two have the same name."""
    found = pd.DataFrame(list(answers), columns=list(Answer._fields))
    twice = found[found.duplicated(["row", "family", "setting", "quantity"])]
    if len(twice):
        raise ValueError(f"answer {'.'.join(map(str, twice.iloc[0][:4]))} is given twice, must be once")
    return found.sort_values("row", kind="stable", ignore_index=True)
