"""Tests of what is learnt: columns, slopes by hand, discounts that move, and the table of all systems."""

import jax
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from athanor.experiments.config import Statistics
from athanor.experiments.overview.learned import analysis, meta_gradients, revealing_action
from athanor.experiments.overview.learned.config import MetaGradients, RevealingAction
from athanor.experiments.overview.learned.row import Learned
from athanor.results import Origin, making, write_table

TRIALS = RevealingAction(actions=(4, 8), tasks=2, runs=2)
TUNED = MetaGradients(updates=40, actors=4, runs=2)


def test_the_slope_by_hand():
    assert revealing_action.slope((2, 4, 8), [12.0, 48.0, 192.0]) == pytest.approx(2)
    assert np.isnan(revealing_action.slope((2, 4), [12.0, np.nan]))


def test_trials_of_each_size_and_a_slope_for_each_run():
    table = revealing_action.run(TRIALS, np.random.default_rng(0))["revealing_action"]
    assert list(table.columns) == list(Learned._fields)
    assert len(table) == 2 * 2 * (2 + 1)
    of = table.set_index(["system", "run", "condition"])["value"]
    for system in ("decoupled", "end_to_end"):
        first, second = of[system, 0, "A4"], of[system, 0, "A8"]
        assert of[system, 0, "all"] == pytest.approx(np.log2(second / first))


def test_the_exact_discounts_are_at_no_distance():
    best = meta_gradients.best_by_state(meta_gradients.GAME, 0.1)
    values = meta_gradients.described(best, 0.1, full=False)
    assert values["distance_to_exact"] == 0
    full = meta_gradients.described(best, 0.1, full=True)
    assert full["distance_to_exact"] > 0.1 and full["error"] == values["error"]


def least_single_error():
    """Return the least mean error of a thousand discounts of all states."""
    game = meta_gradients.GAME
    tried = (np.full(game.length, discount) for discount in np.linspace(0.0, 1.0, 1001))
    return min(meta_gradients.errors(game, one, meta_gradients.long_run(0.1)).mean() for one in tried)


def made_up():
    """Return a table whose numbers are the same in both runs."""
    rows = [
        *((15, "mfec", "maze", "slip0", measure, 1.0) for measure in ("return", "score")),
        (15, "q_learning", "maze", "slip0", "return", 0.25),
        (16, "nec", "maze", "slip0", "score", 0.5),
        (15, "mfec", "maze", "half_stored", "error", 1.0),
        (16, "nec", "maze", "half_stored", "error", 0.5),
        *((20, "diayn", "room", f"K{count}", "share", 2.0 / count) for count in (3, 4)),
        (20, "diayn", "room", "K8_temperature1", "share", 0.0),
        (17, "episodic_lstm", "contextual_bandit", "10x10", "exposure_3", 7.0),
        (17, "lstm_kept", "contextual_bandit", "10x10", "exposure_3", 3.0),
        (19, "poet", "hop_course", "6_20", "hardness", 0.9),
        (19, "poet_without_transfers", "hop_course", "6_20", "hardness", 0.7),
        (19, "poet", "hop_course", "6_20", "unsolved_by_both", 1.0),
        (9, "reward", "noisy_grid", "flicker0.5", "noise", 0.5),
    ]
    both = [Learned(*row[:4], run, *row[4:]) for row in rows for run in (0, 1)]
    return pd.DataFrame(both, columns=list(Learned._fields))


def timed():
    """Return times of three pairs, with medians of 3 and 150."""
    names = [("compiled", value) for value in (3.0, 2.0, 4.0)] + [
        ("numpy_loop", value) for value in (900.0, 150.0, 100.0)
    ]
    table = pd.DataFrame(names, columns=["implementation", "microseconds"])
    return table.assign(pair=[0, 1, 2, 0, 1, 2])


def test_all_systems_are_in_one_table(tmp_path) -> None:
    with making(Origin("test")):
        write_table(
            tmp_path / "a.csv", revealing_action.run(TRIALS, np.random.default_rng(0))["revealing_action"]
        )
        write_table(tmp_path / "b.csv", meta_gradients.run(TUNED, jax.random.key(0))["meta_gradients"])
        write_table(tmp_path / "c.csv", made_up())
        write_table(tmp_path / "speed.csv", timed())
    settings = TUNED, Statistics(bootstrap_samples=200), np.random.default_rng(0)
    found = analysis.run(*settings, tuple(tmp_path / f"{name}.csv" for name in "abc"), tmp_path / "speed.csv")
    assert set(found["learned"]["row"]) == {9, 10, 11, 15, 16, 17, 19, 20}
    value = found["estimates/learned"].set_index("quantity")["value"]
    assert "overview.learned.10.decoupled.revealing_action.all.slope" in value
    error = value["overview.learned.11.full.chains.alpha0.1.error"]
    assert value["overview.meta_gradient_over_single.full"] == pytest.approx(
        error - least_single_error(), abs=1e-6
    )
    compared = {
        "mfec_over_q_learning.maze.slip0": 1.0 - 0.25,
        "nec_over_mfec.maze.slip0": 0.5 - 1.0,
        "held_out_error.maze": 0.5 - 1.0,
        "least_skill_share.diayn": 0.5,
        "episodic_over_kept.exposure_3": 4.0,
        "transfers_over_none.hop_course": 0.9 - 0.7,
        "evolution_speedup": 150.0 / 3.0,
    }
    for name, expected in compared.items():
        assert value[f"overview.{name}"] == pytest.approx(expected)
    # Of two equal runs: (0.05 / 2)^(1 / 2) is the least share that two of two leave, and what they leave of half a share.
    least = 0.025**0.5
    ends = found["estimates/learned"].set_index("quantity")[["low", "high"]]
    event = ends.loc["overview.learned.19.poet.hop_course.6_20.unsolved_by_both"]
    share = ends.loc["overview.learned.9.reward.noisy_grid.flicker0.5.noise"]
    assert event.to_list() == pytest.approx([least, 1.0])
    assert share.to_list() == pytest.approx([0.5 - 0.5 * (1 - least), 0.5 + 0.5 * (1 - least)])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"actions": (4, 8), "tasks": 5}, "actions has 4, must be at least tasks = 5 each"),
        ({"actions": (8, 8)}, "actions names 8 twice, must name each once"),
    ],
)
def test_impossible_sizes_are_named(settings, message):
    with pytest.raises(ValidationError, match=message):
        RevealingAction(**settings)
