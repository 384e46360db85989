"""Memories pass through training and analysis; differences are run by run, and what was not run has no value."""

import jax
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.config import TaskInferenceConfig
from athanor.experiments.task_inference.learning.config import Learning
from athanor.experiments.task_inference.learning.learners import learner_of, problem_of, seen
from athanor.experiments.task_inference.memories import analysis, training
from athanor.experiments.task_inference.memories.config import Memories, Remembered
from athanor.learning.memories import MEMORIES
from athanor.results import Origin, making, write_table

KEY = jax.random.key(0)
BANDIT = {"family": "bandit", "setting": "5x10"}
SCALE = {"random": 5.0, "bayes_optimal": 7.0, "oracle": 8.0}


@pytest.fixture(autouse=True, scope="module")
def compile_quickly():
    """Compile without optimisations: the programs run for a moment."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


def curve(learner, ends):
    """Return two points of each run: random play, then as given."""
    rows = [
        {"learner": learner, "run": run, "steps": steps, "tasks": tasks, "mean_return": earned}
        for run, end in enumerate(ends)
        for steps, earned in ((0, 5.0), (10, end))
        for tasks in ("train", "held_out")
    ]
    return pd.DataFrame(rows).assign(**BANDIT)


def sizes(learner, numbers):
    return pd.DataFrame([{**BANDIT, "learner": learner, "numbers": numbers, "of_recurrent": 100}])


@pytest.fixture
def found(tmp_path):
    """Estimates of a study in which no temporal convolution was run, and no other game."""
    files = {
        "lstm": curve("lstm", [6.0, 7.0]),
        "attention": curve("attention", [5.0, np.nan]),
        "learners": pd.concat([curve("recurrent", [5.5, 6.0]), curve("multitask", [5.0, 5.0])]),
        "scales": pd.DataFrame([{**BANDIT, **SCALE}]),
        "references": pd.DataFrame([{**BANDIT, "run": 0, "tasks": "train", "random": 6.0, "oracle": 9.0}]),
        "first": sizes("lstm", 95),
        "second": sizes("attention", 102),
    }
    with making(Origin()):
        for name, table in files.items():
            write_table(tmp_path / f"{name}.csv", table)
    path = {name: tmp_path / f"{name}.csv" for name in files}
    return analysis.run(
        Statistics(bootstrap_samples=100),
        Memories(games=(Remembered(**BANDIT),), learners=("lstm", "attention")),
        np.random.default_rng(0),
        (path["lstm"], path["attention"]),
        (path["first"], path["second"]),
        path["learners"],
        path["scales"],
        path["references"],
    )


def test_estimates_by_hand(found):
    """Scores 0.5 and 1 of the LSTM, 0.25 and 0.5 of the unit; a run that diverged counts as random play.

    The tasks that the first run trains on are worth 1 more.
    """
    value = found["estimates/memories"].set_index("quantity")["value"]
    expected = {
        "memory_score.bandit.5x10.lstm.held_out": 0.75,
        "memory_score.bandit.5x10.lstm.train": 0.5,
        "memory_score.bandit.5x10.recurrent.held_out": 0.375,
        "memory_score.bandit.5x10.attention.held_out": 0.0,
        "memory_area.bandit.5x10.lstm.held_out": 0.375,
        "lstm_over_recurrent_end.bandit.5x10.held_out": 0.375,
        "attention_over_recurrent_end.bandit.5x10.train": -0.375,
        "memory_runs_diverged": 1,
        "memory_size_difference": 5.0,
    }
    for name, number in expected.items():
        assert value[f"task_inference.{name}"] == pytest.approx(number), name
    assert set(found["memories"]["learner"]) == {"recurrent", "lstm", "attention"}
    assert found["memories"].query("learner == 'lstm' and steps == 10")["score"].tolist() == [
        0.0,
        0.5,
        1.0,
        1.0,
    ]


def test_the_least_has_no_value_where_a_memory_was_not_run(found):
    value = found["estimates/memories"].set_index("quantity")["value"]
    for name in (
        "least_memory_over_recurrent.bandit.5x10.held_out",
        "temporal_convolution_over_recurrent_end.bandit.5x10.held_out",
        "memory_score.grid_navi.5x5_15.lstm.held_out",
        "least_memory_over_recurrent.simple_alchemy.5x20.held_out",
    ):
        assert np.isnan(value[f"task_inference.{name}"]), name


def test_differences_are_of_runs_with_the_same_tasks():
    last = pd.DataFrame(
        [
            {**BANDIT, "learner": learner, "run": run, "tasks": "held_out", "return": 0.0, "score": score}
            for learner, scores in (("lstm", [0.5, np.nan]), ("recurrent", [0.25, 0.5]))
            for run, score in enumerate(scores)
        ]
    )
    assert analysis.differences(last)["difference"].tolist() == [0.25, -0.5]


@pytest.mark.parametrize("game", Memories().games, ids=lambda game: game.family)
def test_every_memory_sees_a_whole_trial_and_is_as_large_as_the_recurrent_learner(game):
    given = problem_of(Learning(), Learning().game(game.family, game.setting))
    recurrent = training.numbers_of(learner_of("recurrent", given))
    for name in MEMORIES:
        params = jax.eval_shape(training.learner_with(name, given).init, KEY).params
        numbers = sum(leaf.size for leaf in jax.tree.leaves(params))
        assert abs(numbers - recurrent) <= 0.1 * recurrent
        if name == "attention":
            assert params.encoder.positions.shape[1] == seen(given, "history").steps


def test_a_memory_is_trained_on_the_tasks_of_the_learners_of_its_game():
    game = Learning().games[0].model_copy(update={"updates": 1, "batch": 2, "epochs": 1, "hidden": 8})
    learning = Learning(
        runs=2,
        training_tasks=2,
        held_out_tasks=2,
        points=1,
        repeats=1,
        games=(game,),
        learners=("recurrent",),
    )
    found = training.run(learning, KEY, "bandit", "5x10", "lstm")
    assert found["curves"]["steps"].unique().tolist() == [0, 20]
    assert np.isfinite(found["curves"]["mean_return"]).all() and len(found["curves"]) == 2 * 2 * 2
    (own,) = found["sizes"].itertuples()
    assert 0 < own.numbers != own.of_recurrent


def test_what_is_unknown_or_not_trained_is_named():
    with pytest.raises(ValueError, match="learner is 'gru', must be one of lstm, attention, temporal_convol"):
        training.learner_with("gru", problem_of(Learning(), Learning().games[0]))
    with pytest.raises(ValidationError, match="learners names lstm twice, must name each once"):
        Memories(learners=("lstm", "lstm"))
    games = (Remembered(family="bandit", setting="2x100"),)
    with pytest.raises(ValidationError, match=r"memories needs bandit 2x100, must be one of learning.games"):
        TaskInferenceConfig(memories=Memories(games=games))
    whole = TaskInferenceConfig().model_dump()
    whole["learning"]["learners"] = ("exact_belief", "belief_network")
    whole["inference_and_control"]["learners"] = ("belief_network",)
    with pytest.raises(
        ValidationError, match=r"memories needs recurrent, must be one of learning.learners: exact"
    ):
        TaskInferenceConfig(**whole)
