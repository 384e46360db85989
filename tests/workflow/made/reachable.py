"""Navigation's game solved for the fixed targets."""

import numpy as np

from made import Made


def the_published_plateaus(made: Made) -> None:
    table = made.table("navigation", "reachable")
    plateau = table.groupby(["setting", "obstacles"])["down_left_squared_distance"].mean()
    assert abs(plateau["release", "medium"] - 21.54) < 0.005
    assert abs(plateau["figure2", "medium"] - 19.94) < 0.005


def no_policy_beats_the_optimum(made: Made) -> None:
    table = made.table("navigation", "reachable")
    assert len(table) == 3 * 4 * 8
    assert (table.best_return >= table.return_at_best_distance).all()
    assert (table.best_return >= table.down_left_return).all()
    assert (table.best_squared_distance <= table.squared_distance_at_best_return).all()
    assert (table.best_squared_distance <= table.myopic_distance**2 + 1e-4).all()


def more_obstacles_are_worth_no_more(made: Made) -> None:
    table = made.table("navigation", "reachable")
    returns = table.fillna({"obstacles": "none"}).pivot(
        index=["setting", "target"], columns="obstacles", values="best_return"
    )
    assert (returns["none"] >= returns["easy"]).all()
    assert (returns["easy"] >= returns["medium"]).all()
    assert (returns["none"] >= returns["hard"]).all()


def paths_start_at_the_start_and_end_where_the_table_says(made: Made) -> None:
    table = made.table("navigation", "reachable").fillna({"obstacles": "none"})
    paths = made.arrays("navigation", "reachable_paths")
    for (setting, obstacles), rows in table.groupby(["setting", "obstacles"]):
        path = paths[f"{setting}_{obstacles}"]
        assert path.shape == (8, 101, 2)
        np.testing.assert_allclose(path[:, 0], 9.9, rtol=1e-6)
        squared = ((path[:, -1] - rows[["x", "y"]].to_numpy()) ** 2).sum(1)
        np.testing.assert_allclose(squared, rows.squared_distance_at_best_return, atol=1e-3)
