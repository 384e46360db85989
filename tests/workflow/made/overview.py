"""The overview: adaptation in point navigation, and exploration in the bus grid."""

import numpy as np
import pandas as pd

from athanor.experiments.overview.adaptation import training as adaptation
from athanor.experiments.overview.adaptation.conditions import LEARNERS
from athanor.experiments.overview.coevolution.runner import FINISHED
from athanor.experiments.overview.exploration import training as exploration
from athanor.experiments.overview.learned.row import Learned
from made import Made


def returns(made: Made, learner: str) -> pd.Series:
    table = made.table("overview", "adaptation", "training", learner, "curves")
    return table.set_index(["run", "goal", "updates"])["return"]


def a_return_for_each_run_goal_and_number_of_updates(made: Made) -> None:
    study = made.given.overview.adaptation
    for learner in LEARNERS:
        table = made.table("overview", "adaptation", "training", learner, "curves")
        assert list(table.columns) == adaptation.COLUMNS
        assert set(table["learner"]) == {learner}
        assert len(table) == study.runs * study.held_out * (study.shown_updates + 1)
        assert np.isfinite(table["return"]).all()


def nobody_earns_more_than_the_oracle_on_the_same_goals(made: Made) -> None:
    oracle = returns(made, "oracle")
    for learner in LEARNERS:
        own = returns(made, learner)
        assert (own <= oracle.loc[own.index] + 1e-3).all()
    assert (oracle.unstack().nunique(axis=1) == 1).all()


def training_changes_what_is_earned_and_runs_differ(made: Made) -> None:
    random, maml = returns(made, "random"), returns(made, "maml")
    assert (random != maml).any()
    assert (random.loc[0] != random.loc[1]).any()


def curves_lie_between_the_worst_and_the_best(made: Made) -> None:
    study = made.given.overview.decoupled_exploration
    for cell in study.cells:
        place = ("overview", "exploration", "training", cell.learner, cell.setting, "curves")
        table = made.table(*place)
        assert list(table.columns) == exploration.COLUMNS
        assert table.groupby("run").size().eq(study.points + 1).all() and table["run"].nunique() == study.runs
        assert (table.groupby("run")["steps"].first() == 0).all()
        assert table["return"].between(-2.0001, 0.8001).all()


def discounts_move_and_are_described(made: Made) -> None:
    study = made.given.overview.meta_gradients
    table = made.table("overview", "meta_gradients")
    assert list(table.columns) == list(Learned._fields)
    value = table.set_index(["system", "run", "quantity"])["value"]
    assert len(value) == 2 * study.runs * (9 + 2)
    assert value["full", 0, "gamma_1"] != study.initial != value["truncated", 0, "gamma_1"]
    assert value["full", 0, "gamma_0"] != value["full", 1, "gamma_0"]


def all_ways_of_training_are_compared_at_equal_evaluations(made: Made) -> None:
    curves, rows = made.table("overview", "coevolution_curves"), made.table("overview", "coevolved")
    assert list(rows.columns) == list(Learned._fields) and set(rows["row"]) == {19}
    numbers = rows.set_index(["system", "quantity", "run"])["value"]
    systems = {"poet", "poet_without_transfers", "from_scratch", "restarts", "curriculum"}
    assert set(curves["system"]) == systems
    for number in range(made.given.overview.coevolution.runs):
        most = numbers["poet", "evaluations", number]
        direct = curves[(curves["quantity"] == "share") & (curves["run"] == number)]
        assert (direct["evaluations"] <= most).all()
        assert numbers["poet", "solved_after", number] <= most
        neither = max(numbers[system, "solves_target", number] for system in ("from_scratch", "curriculum"))
        assert numbers["poet", "unsolved_by_both", number] == 1 - neither
        restarted = numbers["restarts", "share_of_target", number]
        assert numbers["poet", "unsolved_by_restarts", number] == (restarted < FINISHED)
    rising = curves.groupby(["system", "run"])["value"].apply(lambda value: value.is_monotonic_increasing)
    assert rising.all() and curves["value"].between(0, 1).all()
