"""The scale of a game, scores, ends and areas by hand."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.task_inference.learning import yardstick

RETURNS = pd.DataFrame(
    [
        ("coins", "2", 1, "random", 1.0, 1.0, 1.0),
        ("coins", "2", 1, "bayes_optimal", 4.0, 3.0, 5.0),
        ("coins", "2", 1, "oracle", 6.0, 6.0, 6.0),
        ("coins", "2", 2, "random", 9.0, 9.0, 9.0),
    ],
    columns=["family", "setting", "episodes", "agent", "expected_return", "lower", "upper"],
)
ALCHEMY = pd.DataFrame({"trials": [1, 5], "random": [1, 5], "bayes_optimal": [10, 50], "oracle": [12, 60]})
GAMES = pd.DataFrame({"family": ["coins"], "setting": ["2"], "episodes": [1]})
UNKNOWN = pd.DataFrame(columns=["family", "setting", "run", "tasks", "random", "oracle"])
COINS = {"family": "coins", "setting": "2", "learner": "one"}


def curves(returns, tasks="held_out"):
    rows = [
        {**COINS, "run": 0, "steps": 10 * at, "tasks": tasks, "mean_return": one}
        for at, one in enumerate(returns)
    ]
    return pd.DataFrame(rows)


def test_the_scale_is_the_lower_bound_at_the_number_of_episodes_played() -> None:
    scale = yardstick.scales(RETURNS, GAMES, ALCHEMY)
    assert scale.loc[("coins", "2")].to_dict() == {"random": 1.0, "bayes_optimal": 3.0, "oracle": 6.0}
    assert ("simple_alchemy", "5x20") not in scale.index


def test_simple_alchemy_has_a_yardstick_of_its_own() -> None:
    games = pd.concat([GAMES, GAMES.assign(family="simple_alchemy", setting="5x20")])
    scale = yardstick.scales(RETURNS, games, ALCHEMY)
    assert scale.loc[("simple_alchemy", "5x20")].to_list() == [5.0, 50.0, 60.0]


def test_scores_ends_and_areas_by_hand() -> None:
    """Returns 1, 2, 3 on a scale from 1 to 3: scores 0, 1/2, 1, whose mean along the curve is 1/2."""
    points = yardstick.scored(curves([1.0, 2.0, 3.0]), yardstick.scales(RETURNS, GAMES, ALCHEMY), UNKNOWN)
    assert points["score"].to_list() == [0.0, 0.5, 1.0]
    (end,) = yardstick.ends(points).itertuples(index=False)
    assert (end[-2], end.score) == (3.0, 1.0)
    assert yardstick.areas(points)["area"].to_list() == [0.5]


def test_returns_are_corrected_for_the_luck_of_the_tasks() -> None:
    """The optimum, 3, lies at 2/5 between 1 and 6: on tasks worth 2 and 7 it is expected at 4, so luck is 1.

    Of kinds of tasks of which nothing is known, and of other runs, the return counts as it is.
    """
    known = pd.DataFrame([("coins", "2", 0, "held_out", 2.0, 7.0)], columns=UNKNOWN.columns)
    given = pd.concat([curves([4.0]), curves([4.0], tasks="train"), curves([4.0]).assign(run=1)])
    points = yardstick.scored(given, yardstick.scales(RETURNS, GAMES, ALCHEMY), known)
    assert points["score"].to_list() == [1.0, 1.5, 1.5]
    assert points["mean_return"].to_list() == [4.0] * 3
    richer = known.assign(oracle=12.0)  # luck is 3/5 of 1 and 2/5 of 6
    points = yardstick.scored(curves([4.0]), yardstick.scales(RETURNS, GAMES, ALCHEMY), richer)
    assert points["score"].to_list() == pytest.approx([0.0])


def test_a_run_that_diverged_has_neither_end_nor_area() -> None:
    points = yardstick.scored(
        curves([1.0, np.nan, np.nan]), yardstick.scales(RETURNS, GAMES, ALCHEMY), UNKNOWN
    )
    assert yardstick.ends(points)["score"].isna().all()
    assert yardstick.areas(points)["area"].isna().all()


def test_a_game_without_exact_returns_is_named() -> None:
    with pytest.raises(ValueError, match="game is dice 6, must be one with exact returns"):
        yardstick.scored(
            curves([1.0]).assign(family="dice", setting="6"),
            yardstick.scales(RETURNS, GAMES, ALCHEMY),
            UNKNOWN,
        )


def test_trials_until_the_mean_of_the_runs_is_near_the_optimum() -> None:
    """Scores .5 and 1, then 1 and .97, then 1 and .99: means .75, .985 and .995 after 0, 50 and 100 trials."""
    first, second = curves([2.0, 3.0, 3.0]), curves([3.0, 2.94, 2.98])
    scale = yardstick.scales(RETURNS, GAMES, ALCHEMY)
    both = pd.concat([first, second.assign(run=1), curves([3.0, 3.0, 3.0], tasks="train")])
    trials = pd.Series({("coins", "2"): 100})
    (found,) = yardstick.trials_to_optimum(yardstick.scored(both, scale, UNKNOWN), trials)["trials"]
    assert found == 100
    failed = second.assign(run=1, mean_return=[3.0, np.nan, np.nan])
    (never,) = yardstick.trials_to_optimum(
        yardstick.scored(pd.concat([first, failed]), scale, UNKNOWN), trials
    )["trials"]
    assert np.isinf(never)
