"""What is timed with PyTorch and without, and what the times come to."""

from importlib.util import find_spec

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.alchemy.learners import training_time, training_time_analysis
from athanor.experiments.alchemy.learners.config import Learners, MetaLearning, TrainingTime
from athanor.experiments.config import Statistics
from athanor.results import Origin, making, write_table

GAME = Environment(stones=1, potions=2, trials=2, trial_steps=3)
COMPILED = {"maml": [0.0036, 0.0036, 0.0036], "random": [0.001, 0.001, 0.001]}  # s an episode


def estimated(tmp_path, seconds):
    """Return the estimates from seconds an episode, by program and turn."""
    rows = [(name, turn, time) for name, times in seconds.items() for turn, time in enumerate(times)]
    with making(Origin(folder=tmp_path)):
        table = pd.DataFrame(rows, columns=["program", "turn", "seconds_per_episode"])
        write_table(tmp_path / "times", table)
    settings = (GAME, MetaLearning(), Statistics(bootstrap_samples=200), np.random.default_rng(0))
    found = training_time_analysis.run(*settings, tmp_path / "times")["estimates/training_time"]
    return found.set_index("quantity")["value"].rename(lambda name: name.removeprefix("alchemy."))


def test_times_by_hand(tmp_path) -> None:
    """An episode of 2 trials of 3 steps takes 3.6 ms, and in PyTorch a hundred times that."""
    value = estimated(tmp_path, COMPILED | {"maml_eager": [0.18, 0.36, 0.54]})
    assert value["training_hours.maml"] == pytest.approx(0.1)
    assert value["training_million_hours.maml"] == pytest.approx(1.0)
    assert value["training_speedup.maml"] == pytest.approx(260.0)
    assert value["training_steps.maml"] == pytest.approx(6 / 3600)
    assert value["training_hours.maml_eager"] == pytest.approx(10.0)
    assert value["training_eager_ratio"] == pytest.approx(100.0)
    assert value["torch_measured"] == 1


def test_without_pytorch_its_estimates_are_there_and_undefined(tmp_path) -> None:
    value = estimated(tmp_path, COMPILED)
    assert value["torch_measured"] == 0
    of_torch = value[value.index.str.contains("eager")]
    assert len(of_torch) == 6 and of_torch.isna().all()
    assert value.drop(of_torch.index).notna().all()


@pytest.mark.parametrize("installed", [True, False], ids=["with", "without"])
def test_pytorch_takes_turns_where_it_is_installed(monkeypatch, installed) -> None:
    if installed and not find_spec("torch"):
        pytest.skip("PyTorch is not installed")
    monkeypatch.setattr(training_time, "find_spec", lambda name: installed or None)
    sections = (Learners(hidden=4, trajectories=2), MetaLearning(tasks=1), TrainingTime(updates=1, turns=2))
    table = training_time.run(GAME, *sections, jax.random.key(0))["training_time"]
    assert (
        table["program"].to_list() == ["maml", "fomaml", "joint", "random", *["maml_eager"] * installed] * 2
    )
    assert (table["seconds_per_episode"] > 0).all()
