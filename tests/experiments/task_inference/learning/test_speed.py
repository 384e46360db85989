"""What is timed, what it counts, and what is reported where the peer is not installed."""

from importlib.util import find_spec

import jax
import numpy as np

from athanor.environment import Discrete
from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.learning import speed
from athanor.experiments.task_inference.learning.analysis import timed_programs
from athanor.experiments.task_inference.learning.config import Game, Learning, TrainingSpeed
from athanor.experiments.task_inference.learning.estimands import SPEED
from athanor.experiments.task_inference.not_run import with_not_run
from athanor.learning.networks import gru_actor_critic
from athanor.reporting.estimands import estimates

KEY = jax.random.key(0)
GAME = Game(family="bandit", setting="5x10", updates=2, batch=4, epochs=2, hidden=8)


def test_operations_of_a_step_grow_with_the_epochs() -> None:
    """A product of a matrix and a vector takes two operations an entry, and three times that with its gradients."""
    inputs, hidden, arms = 7, 64, 5
    network = gru_actor_critic(inputs, Discrete(arms), hidden, KEY)
    played = 2 * (3 * hidden * (inputs + hidden) + hidden * (arms + 1))
    once, twice = (speed.operations_of_step(network, inputs, epochs) for epochs in (1, 2))
    assert 1.0 < (once - (twice - once)) / played < 1.1
    assert 2.0 < (twice - once) / played < 3.2


def test_programs_take_turns_and_what_was_not_timed_is_not_run() -> None:
    learning = Learning(games=(GAME,), learners=("recurrent",))
    table = speed.run(learning, TrainingSpeed(settings=("5x10",), pairs=2), KEY)["training_speed"]
    timed = table[table["program"] != "recurrent_ppo"]
    assert timed["program"].to_list() == ["recurrent", "matrix_product"] * 2
    assert timed["pair"].to_list() == [0, 0, 1, 1] and (timed[["microseconds", "gflops"]] > 0).all(axis=None)
    tables = {"training_speed": with_not_run(table, timed_programs(), "pair")}
    found = estimates("task_inference", SPEED, tables, Statistics(), np.random.default_rng(0))
    values = found.set_index("quantity")["value"]
    assert values["task_inference.training_step_us.5x10.recurrent"] > 0
    assert values.filter(like="20x100").isna().all() and len(values.filter(like="20x100")) == 4
    if not find_spec("sb3_contrib"):
        assert np.isnan(values["task_inference.training_speedup.5x10"])
