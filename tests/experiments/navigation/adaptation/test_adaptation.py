"""Tests of adaptation to hidden targets: what is tested and how it is scored."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.adaptation import analysis, hidden_targets
from athanor.experiments.navigation.adaptation.config import ADAPTATION_LEARNERS, Adaptation
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Corrected, Learners, Networks
from athanor.experiments.navigation.learners.methods import corrected_method
from athanor.experiments.navigation.learners.runs import fresh, train
from athanor.results import Origin, making, write_table
from athanor.tasks.navigation import exact
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import target_cells

STUDY = Adaptation(
    trajectories=2, inner_steps=1, episodes=2, seeds=2, test_targets=3, test_steps=2, compared_step=1
)


def test_untrained_policies_are_tested_by_seed_target_and_step() -> None:
    sections = (Environment(horizon=12), Learners(networks=Networks(hidden=8)), STUDY)
    table = hidden_targets.run(*sections, jax.random.key(3), "random")["tests"]
    assert len(table) == 2 * 3 * 3
    assert table.groupby("target")[["x", "y"]].nunique().to_numpy().max() == 1
    assert (table["reward"] < 0).all()
    # Twelve steps lead 1.7 m at most.
    least = np.hypot(9.9 - table["x"], 9.9 - table["y"]) - 0.12 * np.sqrt(200)
    assert (table["distance"] >= least - 1e-4).all()
    with pytest.raises(ValueError, match="learner is oracle, must be one of maml, emaml"):
        hidden_targets.run(*sections, jax.random.key(3), "oracle")


def test_emaml_trains_other_weights_than_maml() -> None:
    env = navigation(rules_of(Environment(horizon=12), "clean", see_goal=False))
    settings, sizes = Corrected(trajectories=2, episodes=2, inner_rate=0.1), Networks(hidden=8)

    def trained(method):
        runs, _ = train(method.learner, fresh(env, 4), 2, 2, jax.random.key(5), "test")
        return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(runs.state.params)])

    maml, emaml = (
        trained(corrected_method(env, sizes, settings, "maml", 2, sampling=weight)) for weight in (0.0, 1.0)
    )
    assert np.isfinite(emaml).all()
    assert np.abs(emaml - maml).max() > 1e-4


def test_emaml_is_compared_with_maml_run_by_run_and_target_by_target(tmp_path) -> None:
    rewards = dict.fromkeys(ADAPTATION_LEARNERS, (-5000.0, -4000.0, -3000.0))
    rewards["emaml"] = (-5000.0, -4500.0, -3000.0)
    estimates = scores_of(tmp_path, rewards)["estimates/adaptation"].set_index("quantity")
    scale = estimates.loc["navigation.adaptation_oracle_return", "value"] + 4950
    assert estimates.loc["navigation.adaptation_advantage.maml.emaml", "value"] == pytest.approx(500 / scale)


def scores_of(tmp_path, rewards):
    """Analyse tests whose mean reward is given by learner and step, the two seeds 100 apart."""
    rows = [
        (learner, seed, target, x, y, step, reward + 100 * seed, reward / -1000)
        for learner, steps in rewards.items()
        for step, reward in enumerate(steps)
        for seed in range(2)
        for target, (x, y) in enumerate([(9.0, 9.0), (2.5, 2.4)])
    ]
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "runs.csv", pd.DataFrame(rows, columns=hidden_targets.COLUMNS))
    sections = (Environment(), STUDY, Statistics(bootstrap_samples=200))
    return analysis.run(*sections, np.random.default_rng(0), (tmp_path / "runs.csv",))


def test_scores_lie_between_untrained_policies_and_the_oracle(tmp_path) -> None:
    rewards = dict.fromkeys(ADAPTATION_LEARNERS, (-5050.0, -4050.0, -3050.0))
    rewards["maml"] = (-3050.0, -2050.0, -2050.0)
    found = scores_of(tmp_path, rewards)
    rules = rules_of(Environment(), "clean", see_goal=False)
    best = exact.solve(rules, target_cells(rules, ((9.0, 9.0), (2.5, 2.4)))).value
    np.testing.assert_allclose(found["adaptation_oracle"]["reward"], best, atol=1e-3)
    assert found["adaptation_oracle"]["distance"].between(0, 0.15).all()
    estimates = found["estimates/adaptation"].set_index("quantity")["value"]
    assert estimates.index.is_unique
    scale = best.mean() + 5000
    expected = {
        "adaptation_untrained_return": -5000,
        "adaptation_oracle_return": best.mean(),
        "adaptation_score.random.before": 0.0,
        "adaptation_gain.maml": 1000 / scale,
        "adaptation_score.maml.after_one": 3000 / scale,
        "adaptation_advantage.maml.joint": 2000 / scale,
        "adaptation_advantage.joint.random": 0.0,
        "adaptation_distance.maml.after_compared": 2.05,
        "adaptation_approach.maml": 1.0,
    }
    assert {name: estimates[f"navigation.{name}"] for name in expected} == pytest.approx(expected, abs=1e-4)


def test_a_diverged_run_is_counted(tmp_path) -> None:
    rewards = dict.fromkeys(ADAPTATION_LEARNERS, (-5000.0, -4000.0, -3000.0))
    scores_of(tmp_path, rewards)
    table = pd.read_csv(tmp_path / "runs.csv")
    table.loc[(table["learner"] == "reptile") & (table["seed"] == 1), ["reward", "distance"]] = np.nan
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "runs.csv", table)
    sections = (Environment(), STUDY, Statistics(bootstrap_samples=200))
    found = analysis.run(*sections, np.random.default_rng(0), (tmp_path / "runs.csv",))
    estimates = found["estimates/adaptation"].set_index("quantity")
    assert estimates.loc["navigation.adaptation_diverged.reptile", "value"] == 1
    assert estimates.loc["navigation.adaptation_distance.reptile.after_compared", "value"] == pytest.approx(
        4.0
    )
    assert np.isnan(estimates.loc["navigation.adaptation_distance.reptile.after_compared", "low"])
    # A score counts as that of an untrained policy: the gain is half that of a learner with the same other run.
    gains = [estimates.loc[f"navigation.adaptation_gain.{name}", "value"] for name in ("reptile", "joint")]
    assert gains[0] == pytest.approx(gains[1] / 2)
