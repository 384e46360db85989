"""Mazes and deep sea (rows 15 and 16): the best play, and how far the best of several returns lies above its value."""

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.deep_sea import environment as deep_sea
from athanor.tasks.deep_sea import exact as deep_sea_exact
from athanor.tasks.maze import environment as maze
from athanor.tasks.maze import exact as maze_exact

DIGITS = 12  # of a difference of values near 1; the rest is rounding, and over-estimates are not negative


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return values, and the expected over-estimate of a table of best returns after some visits."""
    found = []
    for setting, rules in maze.SETTINGS.items():
        passages = maze_exact.sampled_walls(rules, settings.mazes.seed)
        best = float(maze_exact.optimum(rules, passages).values[-1, 0].max())
        found.append(Answer(15, "maze", setting, "optimal", best))
        found += [
            Answer(
                15,
                "maze",
                setting,
                f"over_estimate.{visits}",
                abs(round(maze_exact.over_estimate(rules, passages, visits), DIGITS)),
            )
            for visits in settings.mazes.visits
        ]
    for setting, sea in deep_sea.SETTINGS.items():
        found.append(Answer(15, "deep_sea", setting, "optimal", deep_sea_exact.optimal(sea)))
        found.append(Answer(15, "deep_sea", setting, "random", deep_sea_exact.random(sea)))
    return found
