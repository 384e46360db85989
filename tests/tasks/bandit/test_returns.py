"""Rows by setting, and a bracket that must hold an optimum that is known."""

import jax
import pytest

from athanor.tasks.bandit.environment import Bandit
from athanor.tasks.bandit.exact import exact_values
from athanor.tasks.bandit.returns import SETTINGS, bracketed_returns, exact_returns

KEY = jax.random.key(0)


def test_an_exact_setting() -> None:
    rows = {row.agent: row for row in exact_returns("2x10", KEY)}
    assert set(rows) == {"oracle", "random", "bayes_optimal", "greedy", "thompson", "gittins"}
    assert all(row.lower == row.expected_return == row.upper and row.episodes == 1 for row in rows.values())
    assert rows["oracle"].expected_return == pytest.approx(20 / 3)
    assert rows["random"].expected_return == 5.0


def test_a_bracket_holds_the_optimum() -> None:
    episodes = {"greedy": 200, "thompson": 50, "gittins": 2000}
    rows = {row.agent: row for row in bracketed_returns(Bandit(5, 10), episodes, KEY)}
    exact = exact_values(5, 10)
    optimum = rows["bayes_optimal"]
    assert optimum.lower <= exact["bayes_optimal"] <= optimum.upper
    assert optimum.lower <= optimum.expected_return <= optimum.upper < optimum.lower + 0.1
    for agent in episodes:  # half a 95 % interval is 1.96 standard errors; allow 4
        row = rows[agent]
        assert row.lower < row.expected_return < row.upper
        assert row.expected_return == pytest.approx(
            exact[agent], abs=(row.upper - row.lower) * 4 / (2 * 1.96)
        )


def test_settings() -> None:
    assert len(SETTINGS) == 19
    assert SETTINGS["20x100"] == Bandit(20, 100)
    assert SETTINGS["dependent_0.25_100"] == Bandit(2, 100, dependent=True, low=0.25)
    assert SETTINGS["dependent_uniform_100"] == Bandit(2, 100, dependent=True)
    with pytest.raises(ValueError, match="setting is '3x7', must be one of 2x10, 3x10"):
        exact_returns("3x7", KEY)
