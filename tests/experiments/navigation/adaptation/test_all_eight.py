"""Tests of what it takes to reach all eight targets: the variants, the curriculum and the counts."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.adaptation import all_eight_analysis
from athanor.experiments.navigation.adaptation.all_eight import changed, growing
from athanor.experiments.navigation.adaptation.conditions import changes_of, length
from athanor.experiments.navigation.adaptation.config import VARIANTS, AllEight
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Corrected
from athanor.results import Origin, making, write_table

STUDY = AllEight(episodes=2, seeds=2)


def test_a_variant_changes_one_thing() -> None:
    base = Corrected()
    assert changed(base, STUDY, changes_of(STUDY, "base"), 2) == base.model_copy(update={"episodes": 2})
    longer = changed(base, STUDY, changes_of(STUDY, "discount"), 2)
    assert (longer.discount, longer.gae_lambda, longer.entropy) == (
        STUDY.discount,
        STUDY.gae_lambda,
        base.entropy,
    )
    assert changed(base, STUDY, changes_of(STUDY, "exploration"), 2).entropy == STUDY.entropy
    assert changes_of(STUDY, "combination") == changes_of(STUDY, "long") == STUDY.combined
    assert length(STUDY, "combination") < length(STUDY, "long")
    with pytest.raises(ValueError, match="variant is none, must be one of base, discount"):
        changes_of(STUDY, "none")


def test_the_curriculum_grows_from_the_easiest_target_to_all() -> None:
    sample = growing(jnp.arange(4) * 10, np.array([2, 0, 3, 1]), 8)
    batches = [sample(jax.random.key(0), jnp.int32(episode)).tolist() for episode in (0, 1, 2, 4, 6, 50)]
    assert batches[0] == batches[1] == [20, 20, 20, 20]
    assert batches[2:4] == [[20, 0, 20, 0], [20, 0, 30, 20]]
    assert batches[4] == batches[5] == [20, 0, 30, 10]


def test_targets_count_as_reached_near_the_reachable_optimum(tmp_path) -> None:
    exact = pd.DataFrame({"setting": "release", "obstacles": "medium", "target": range(8)})
    exact = exact.assign(best_squared_distance=0.01, myopic_distance=0.1, moves=50.0)
    exact.loc[[2, 6], ["myopic_distance", "moves"]] = [(3.6, 93.0), (4.8, 99.0)]
    ends = np.full((2, 8), 0.3)
    ends[0, 6] = 4.8  # behind the cross
    ends[1, 2] = np.nan
    seed, target = np.indices(ends.shape).reshape(2, -1)
    runs = pd.concat(
        pd.DataFrame({"variant": name, "seed": seed, "target": target, "x": 1.0, "y": 1.0}).assign(
            distance=ends.ravel()
        )
        for name in VARIANTS
    )
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "runs.csv", runs)
        write_table(tmp_path / "reachable.csv", exact)
    sections = (Environment(), STUDY, Statistics(bootstrap_samples=200))
    paths = ((tmp_path / "runs.csv",), tmp_path / "reachable.csv")
    found = all_eight_analysis.run(*sections, np.random.default_rng(0), *paths)
    estimates = found["estimates/all_eight"].set_index("quantity")["value"]
    assert estimates.index.is_unique
    expected = {
        "all_eight_targets.base": 7,
        "all_eight_solved.base": 2,
        "all_eight_all.base": 0,
        "all_eight_diverged.base": 1,
        "all_eight_reaching.base.1": 1,
        "all_eight_reaching.base.2": 1,
        "all_eight_distance.base.2": 2.55,
        "moves_of_episode": 99,  # of 100 steps the last moves nothing
        "fewest_moves_behind.1": 93,
        "fewest_moves_behind.2": 99,
    }
    assert {name: estimates[f"navigation.{name}"] for name in expected} == pytest.approx(expected)
    assert (found["all_eight"]["reachable_distance"] == 0.1).all()
