"""Navigation: what is recorded of training, and where trained policies end."""

import numpy as np

from athanor.experiments.navigation.adaptation import all_eight, transfer
from athanor.experiments.navigation.adaptation.config import VARIANTS
from athanor.experiments.navigation.inner_steps.conditions import conditions, length
from made import Made

READINGS = ("released", "written", "corrected")
START = 9.9  # m, either coordinate


def the_metric_is_the_mean_squared_distance_of_the_ends(made: Made) -> None:
    """By run and episode; as released each end is that of one trajectory."""
    given = made.given.navigation
    study = given.inner_steps
    for one in conditions(study, given.ablation):
        place = ("navigation", "inner_steps", "training", *one)
        table, arrays = made.table(*place, "runs"), made.arrays(*place, "training")
        targets = np.array(given.environment.setting(one.setting).targets)
        squared = ((0.1 * arrays["cell"] - targets) ** 2).sum(-1)
        if (one.reading, one.variant) == ("released", "whole"):
            np.testing.assert_allclose(arrays["squared_distance"], squared, atol=1e-3)
        assert np.isfinite(arrays["squared_distance"]).all()
        assert list(table.columns[:4]) == ["reading", "setting", "variant", "inner_steps"]
        by_run = table.pivot(index="seed", columns="episode", values="squared_distance")
        episodes = length(study, one.reading, one.variant, one.steps)
        assert by_run.columns.tolist() == list(range(1, episodes + 1))
        compared = list(range(1, study.episodes + 1))
        np.testing.assert_allclose(by_run[compared], arrays["squared_distance"].mean(2), atol=1e-3)
        assert arrays["entropy"].shape == (by_run.shape[0], study.episodes)


def every_n_begins_alike_and_seeds_differ(made: Made) -> None:
    place = ("navigation", "inner_steps", "training", "released", "release", "whole")
    first, second = (made.arrays(*place, steps, "training")["cell"] for steps in (1, 2))
    np.testing.assert_array_equal(first[:, 0], second[:, 0])
    assert (first[0] != first[1]).any()


def every_target_seed_and_step_has_a_row(made: Made) -> None:
    study = made.given.navigation.first_order
    for reading in READINGS:
        for algorithm in ("maml", "fomaml"):
            place = ("navigation", "first_order", "training", reading, algorithm)
            table = made.table(*place, "final_distances")
            seeds = table["seed"].nunique()
            steps = table.groupby(["targets", "target", "seed"])["step"].apply(list)
            tested = [0] if reading == "released" else [0, 1]  # tested as trained
            assert steps.tolist() == [tested] * (8 + study.held_out) * seeds
            fixed = table.query("targets == 'fixed' and target == 3").iloc[0]
            assert (fixed.x, fixed.y) == (9.5, 4.8)
            assert (table["distance"] ** 2 <= table["squared_distance"] + 1e-3).all()
            assert table[["in_cross", "near"]].stack().between(0, 1).all()
            assert len(made.arrays(*place, "curves")["squared_distance"]) == seeds


def ways_begin_at_the_start_and_lead_to_their_targets(made: Made) -> None:
    given = made.given.navigation
    study, targets = given.first_order, given.environment.release.targets
    for algorithm in ("maml", "fomaml"):
        paths = made.arrays("navigation", "first_order", "training", "corrected", algorithm, "paths")
        seeds, shown = given.learners.corrected.seeds, len(study.shown_targets)
        steps = given.environment.horizon + 1
        assert paths["position"].shape == (seeds, shown, study.shown_trajectories, steps, 2)
        np.testing.assert_allclose(paths["position"][..., 0, :], START, atol=1e-5)
        np.testing.assert_allclose(paths["target"], [targets[number] for number in study.shown_targets])


def every_variant_is_tested_in_the_game_itself(made: Made) -> None:
    """No run ends nearer to a target than the game allows."""
    reachable = made.table("navigation", "reachable").query("setting == 'release' and obstacles == 'medium'")
    nearest = np.sqrt(reachable.set_index("target")["best_squared_distance"])
    for variant in VARIANTS:
        table = made.table("navigation", "adaptation", "all_eight", variant, "all_eight")
        assert list(table.columns) == all_eight.COLUMNS
        assert (table.groupby(["seed", "target"]).size() == 1).all()
        assert len(table) == 8 * made.given.navigation.all_eight.seeds
        assert (table["distance"] >= table["target"].map(nearest) - 1e-4).all()


def a_condition_trains_and_is_tested_on_all(made: Made) -> None:
    study = made.given.navigation.distributions
    tested = study.targets * len(study.distributions) * len(study.obstacles)
    for distribution in study.distributions:
        for observation in study.observations:
            place = ("distributions", "generalisation", distribution, "medium", observation, "ends")
            arrays = made.arrays("navigation", *place)
            assert arrays["distance"].shape == arrays["reward"].shape == (study.seeds, tested, 2)
            assert arrays["training_distance"].shape == (study.seeds, study.episodes)
            assert (arrays["distance"] < 15).all()
            assert (arrays["distance"][0] != arrays["distance"][1]).any()


def shifted_targets_lie_where_no_training_was(made: Made) -> None:
    """Narrow targets lie in the left half, uniform ones in both."""
    given = made.given.navigation
    for steps in (0, *given.transfer.inner_steps):
        table = made.table("navigation", "adaptation", "transfer", steps, "tests")
        assert list(table.columns) == transfer.COLUMNS
        study = given.adaptation
        assert len(table) == 2 * given.transfer.seeds * study.test_targets * (study.test_steps + 1)
        right = table.groupby("targets")["x"].max() > 5.1
        assert right.to_dict() == {"trained": False, "shifted": True}
