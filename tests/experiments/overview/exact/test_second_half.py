"""The answers of the second half's topics: names that do not collide, and values in the order that restrictions have."""

import math
import re

import pytest

from athanor.experiments.overview.exact import hop_course, lqr, mazes, point_navigation, restricted_play, room
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.bandit.environment import Bandit


@pytest.fixture(scope="module")
def found():
    """Return the answers by (row, family, setting, quantity), with a bandit that is searched quickly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restricted_play, "SEARCHED", Bandit(2, 6))
        topics = (restricted_play, point_navigation, mazes, lqr, hop_course, room)
        answers = [answer for topic in topics for answer in topic.answers(ExactAnswers())]
    values = {answer[:4]: answer.value for answer in answers}
    assert len(values) == len(answers)
    return values


def test_names_are_addresses_and_values_are_numbers(found):
    for (row, *names), value in found.items():
        assert row in range(1, 22) and math.isfinite(value)
        assert all(re.fullmatch(r"[\w.-]+", name, re.ASCII) for name in names)


def test_each_row_has_its_answers(found):
    assert {row for row, *_ in found} == {2, 14, 15, 18, 19, 20}


def test_restrictions_cost_something_or_nothing(found):
    bandit = {name: value for (_, _, setting, name), value in found.items() if setting == "2x6"}
    assert bandit["without_reward"] < bandit["win_stay_lose_shift"] < bandit["without_memory"]
    assert bandit["without_memory"] < bandit["unrestricted"] == bandit["without_action"]
    grid = {name: value for (_, family, _, name), value in found.items() if family == "grid_navi"}
    assert grid["without_reward"] < grid["without_memory"] == grid["unrestricted"]


def test_only_the_stochastic_maze_is_over_estimated(found):
    maze = {(setting, name): value for (_, family, setting, name), value in found.items() if family == "maze"}
    assert maze["deterministic", "over_estimate.100"] == pytest.approx(0, abs=1e-12)
    over = [maze["stochastic", f"over_estimate.{visits}"] for visits in (1, 2, 5, 10, 100)]
    assert over[0] == pytest.approx(0, abs=1e-12) and over == sorted(over) and over[1] > 0.01
    assert maze["stochastic", "optimal"] < maze["deterministic", "optimal"]
