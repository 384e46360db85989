"""Tests of the table of expected returns: settings, keys, and what not knowing the task costs."""

from importlib import import_module

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.exact import analysis, first_hits, returns
from athanor.experiments.task_inference.exact.config import SETTINGS, ExpectedReturns, Referred
from athanor.results import Origin, making, write_table

SMALL = ExpectedReturns(
    families=(
        Referred(family="bandit", settings=("2x10",)),
        Referred(family="numpad", settings=("2x2x3_10",)),
        Referred(family="sparse_navigation", settings=("0.2_20",)),
    )
)
KEY = jax.random.key(0)


def test_the_configuration_names_the_settings_of_the_families() -> None:
    for family, settings in SETTINGS.items():
        assert set(settings) == set(import_module(f"athanor.tasks.{family}.returns").SETTINGS)
        assert ExpectedReturns().settings(family) == settings


@pytest.mark.parametrize(
    ("families", "message"),
    [
        ([{"family": "chess", "settings": ["8x8"]}], "family is chess, must be one of bandit, grid_navi"),
        ([{"family": "bandit", "settings": ["1x1"]}], "settings of bandit has 1x1, must be of 2x10, 3x10"),
        ([{"family": "bandit", "settings": []}], "at least 1 item"),
        (
            [{"family": "bandit", "settings": [name]} for name in ("2x10", "3x10")],
            "families names bandit twice",
        ),
    ],
)
def test_what_is_not_known_is_named(families, message) -> None:
    with pytest.raises(ValidationError, match=message):
        ExpectedReturns(families=families)


def test_rows_have_bounds_around_the_value() -> None:
    table = returns.run(SMALL, KEY, "numpad")["returns"]
    assert list(table.columns) == returns.COLUMNS
    assert set(table["setting"]) == {"2x2x3_10"}
    assert (table["lower"] <= table["expected_return"]).all()
    assert (table["expected_return"] <= table["upper"]).all()
    value = table.set_index("agent")["expected_return"]
    assert value["bayes_optimal"] == pytest.approx(5.125) and value["oracle"] == pytest.approx(9.75)


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(ValueError, match=r"family is chess, must be one of .*: bandit, numpad, sparse"):
        returns.run(SMALL, KEY, "chess")


def test_the_price_of_not_knowing(tmp_path) -> None:
    with making(Origin("test")):
        for family in ("bandit", "numpad"):
            write_table(tmp_path / f"{family}.csv", returns.run(SMALL, KEY, family)["returns"])
        write_table(tmp_path / "hits.csv", first_hits.run(SMALL, KEY)["first_hits"])
    paths = (tmp_path / "bandit.csv", tmp_path / "numpad.csv")
    settings = (Statistics(bootstrap_samples=200), np.random.default_rng(0))
    found = analysis.run(*settings, paths, tmp_path / "hits.csv")
    value = found["estimates/exact"].set_index("quantity")["value"]
    assert value["task_inference.price_of_not_knowing.numpad.2x2x3_10.1"] == pytest.approx(9.75 - 5.125)
    assert value["task_inference.exact_return.bandit.2x10.1.bayes_optimal"] == pytest.approx(6.021786)
    assert value["task_inference.hit_by.0.2_20.oracle.1"] == 1.0
    assert len(found["exact_returns"]["family"].unique()) == 2
