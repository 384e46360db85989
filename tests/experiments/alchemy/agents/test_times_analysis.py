"""Tests of what is made of times: rates and ratios by hand."""

import pandas as pd
import pytest

from athanor.experiments.alchemy.agents import times_analysis


def test_rates_and_ratios_by_hand() -> None:
    """A step of the game takes 1 µs, observed 2, with the posterior 4; a plain one 50, observed 100."""
    each = {
        "game": 1,
        "game_observed": 2,
        "game_believed": 4,
        "plain": 50,
        "plain_observed": 100,
        "oracle": 7,
        "start": 1,
        "draw": 3,
    }
    rows = [(name, turn, 10, 10 * each[name] * 1e-6) for name in each for turn in range(3)]
    table = pd.DataFrame(rows, columns=["program", "turn", "amount", "seconds"])
    value = times_analysis.by_turn(table).iloc[0]
    assert value["game"] == pytest.approx(1.0)
    assert value["plain"] == pytest.approx(20.0)
    assert value["update"] == pytest.approx(3.0)
    assert value["draw"] == pytest.approx(2.0)
    assert value["oracle"] == pytest.approx(0.007)
