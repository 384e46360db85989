"""A family and a learner are a module each: both pass through training, results and estimates."""

import sys
from dataclasses import dataclass
from typing import NamedTuple, get_args

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from athanor.environment import Box, Discrete, Transition
from athanor.experiments.config import Statistics
from athanor.experiments.registry import registered as names_in
from athanor.experiments.task_inference.config import TaskInferenceConfig
from athanor.experiments.task_inference.exact.config import ExpectedReturns, Referred
from athanor.experiments.task_inference.learning import analysis, families, learners, references, training
from athanor.experiments.task_inference.learning.config import FamilyName, Game, LearnerName, Learning
from athanor.experiments.task_inference.learning.families import Family, Supervised, binned, family_of
from athanor.experiments.task_inference.learning.learners import Problem, Recipe, learner_of, seen
from athanor.learning.descriptions import Class, Description
from athanor.learning.learner import Learner, Log
from athanor.learning.networks import Acted
from athanor.learning.policy_gradient import total_reward
from athanor.learning.recurrent import Played
from athanor.learning.rollout import rollout
from athanor.results import Origin, making, write_table

KEY = jax.random.key(0)
PULLS = 4
# Two arms, one pays: random play earns half of the pulls, the optimum all but half a pull.
EXACT = [("random", PULLS / 2), ("bayes_optimal", PULLS - 0.5), ("oracle", float(PULLS))]


@pytest.fixture(autouse=True, scope="module")
def compile_quickly():
    """Compile without optimisations: the programs run for a moment."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


@dataclass(frozen=True)
class Coins:
    """One of two arms pays."""

    steps: int = PULLS
    observation = Box((0.0,), (1.0,))
    action = Discrete(2)

    def sample_task(self, key):
        return jax.random.bernoulli(key).astype(jnp.int32)

    def reset(self, task, key):
        return jnp.int32(0)

    def step(self, task, state, action, key):
        return state + 1, Transition((action == task).astype(jnp.float32), state + 1 >= self.steps)

    def observe(self, task, state):
        return state.astype(jnp.float32)[None] / self.steps


@dataclass(frozen=True)
class CoinsWithExpert(Coins):
    """The same, with an expert that knows the arm."""

    def expert(self, task, state):
        assert state.shape == ()  # of the game, not of the trial around it
        return task


def which_arm(rules):
    del rules
    return Supervised(Description((Class(2),)), lambda task: jax.nn.one_hot(task, 2))


class Nothing(NamedTuple):
    """What random play has learnt."""

    params: jax.Array


def random_play(problem):
    """Return a learner that learns nothing."""
    trial = seen(problem, "history")

    def act(params, memory, observation, key):
        return Acted(jax.random.randint(key, (), 0, 2), memory, jnp.float32(0.0))

    def collect(state, tasks, key):
        keys = jax.random.split(key, len(tasks))
        played = jax.vmap(lambda task, key: rollout(trial, act, state, (), task, key))(tasks, keys)
        return Played(played, jax.vmap(total_reward)(tasks, played))

    def update(state, batch, key):
        zero = jnp.float32(0.0)
        return state, Log(zero, zero, zero, zero, batch.measure[:, None])

    return Learner(lambda key: Nothing(jnp.float32(0.0)), act, collect, update)


COINS, KNOWN_COINS = (Family({"two_arms": rules}, which_arm) for rules in (Coins(), CoinsWithExpert()))
RANDOM_PLAY = Recipe(random_play)


@pytest.fixture
def add_module(monkeypatch, tmp_path):
    """Return a function that adds a module to a registry, which takes what it defines from here."""

    def add(registry, name, line):
        (tmp_path / f"{name}.py").write_text(f"from {__name__} import {line}\n")
        monkeypatch.setattr(registry, "__path__", [*registry.__path__, str(tmp_path)])
        monkeypatch.delitem(sys.modules, f"{registry.__name__}.{name}", raising=False)

    return add


@pytest.fixture
def registered(add_module):
    add_module(families, "coins", "COINS as FAMILY")
    add_module(learners, "random_play", "RANDOM_PLAY as LEARNER")
    game = Game(
        family="bandit",
        setting="5x10",
        updates=60,
        batch=64,
        epochs=4,
        hidden=16,
        rate=0.01,
        gae_lambda=0.9,
    ).model_copy(update={"family": "coins", "setting": "two_arms"})
    return Learning(
        runs=2,
        training_tasks=64,
        held_out_tasks=64,
        points=2,
        repeats=2,
        games=(game,),
    ).model_copy(update={"learners": ("random_play",)})


def test_a_new_family_and_a_new_learner_reach_the_estimates(registered, tmp_path):
    learning = registered.model_copy(update={"learners": ("random_play", "belief_network")})
    trained = [training.run(learning, KEY, "coins", "two_arms", learner) for learner in learning.learners]
    assert trained[1]["networks"]["head.linear.weight"].shape == (2, 16, 2)
    tables = [each["curves"] for each in trained]
    assert list(tables[0].columns) == training.COLUMNS
    assert tables[0]["steps"].unique().tolist() == [0, 30 * 64 * PULLS, 60 * 64 * PULLS]
    rows = [("coins", "two_arms", 1, agent, value, value, value) for agent, value in EXACT]
    columns = ["family", "setting", "episodes", "agent", "expected_return", "lower", "upper"]
    files = {"exact": pd.DataFrame(rows, columns=columns), "alchemy": pd.DataFrame({"trials": []})}
    files["references"] = references.run(learning, KEY, "coins", "two_arms")["references"]
    assert files["references"].empty  # not known task by task
    timed = [("5x10", "recurrent", pair, 30.0, 25.0) for pair in (0, 1)]
    files["speed"] = pd.DataFrame(timed, columns=["setting", "program", "pair", "microseconds", "gflops"])
    files |= {f"curves{number}": table for number, table in enumerate(tables)}
    with making(Origin()):
        for name, table in files.items():
            write_table(tmp_path / f"{name}.csv", table)
    found = analysis.run(
        Statistics(bootstrap_samples=100),
        learning,
        np.random.default_rng(0),
        tmp_path / "exact.csv",
        tmp_path / "alchemy.csv",
        (tmp_path / "curves0.csv", tmp_path / "curves1.csv"),
        (tmp_path / "references.csv",),
        tmp_path / "speed.csv",
    )
    estimates = found["estimates/learning"].set_index("quantity")["value"]
    score = "task_inference.learner_score.coins.two_arms"
    assert len(found["yardstick"]) == 2 * 2 * 2
    assert abs(estimates[f"{score}.random_play.held_out"]) < 4 * 1 / np.sqrt(2 * 2 * 64) / 1.5
    assert 0.75 < estimates[f"{score}.belief_network.held_out"] <= 1 + 3 * 0.5 / np.sqrt(2 * 2 * 64) / 1.5
    assert estimates["task_inference.runs_diverged.coins.two_arms.belief_network"] == 0
    assert np.isnan(estimates["task_inference.learner_score.bandit.5x10.recurrent.held_out"])  # not run
    assert estimates["task_inference.training_trials.coins.two_arms"] == 60 * 64


@pytest.mark.parametrize("learner", ["belief_of_expert", "belief_of_index"])
def test_a_belief_can_learn_from_an_expert_or_from_the_number_of_the_task(registered, learner, add_module):
    """Either tells the arm that pays as soon as one was pulled; what was learnt serves tasks that have no number."""
    add_module(families, "coins", "KNOWN_COINS as FAMILY")
    found = training.run(registered, KEY, "coins", "two_arms", learner)
    ends = found["curves"].query("tasks == 'held_out' and steps > 0").groupby("run")["mean_return"].last()
    error = 1.0 / np.sqrt(2 * 64)
    assert (ends > PULLS / 2 + 0.75 * 1.5 - 3 * error).all()
    outputs = {"belief_of_expert": 2, "belief_of_index": 64}[learner]
    assert {(2, 16, outputs)} <= {leaf.shape for leaf in found["networks"].values()}


def test_a_supervision_that_a_game_lacks_is_refused(registered):
    with pytest.raises(
        ValueError, match="learner learns from an expert, must be another for coins, which has none"
    ):
        training.run(registered, KEY, "coins", "two_arms", "belief_of_expert")
    game = registered.games[0].model_copy(update={"relabelled": True})
    relabelled = registered.model_copy(update={"games": (game,)})
    with pytest.raises(
        ValueError, match="relabelled is true for coins, must be false for a learner told by number"
    ):
        training.run(relabelled, KEY, "coins", "two_arms", "belief_of_index")


def test_all_learners_of_a_game_have_the_same_tasks(registered):
    """What random play earns of a task depends on it alone; equal keys give equal tasks and equal play."""
    first, again = (
        training.run(registered, KEY, "coins", "two_arms", "random_play")["curves"] for _ in range(2)
    )
    assert first.equals(again)
    other = training.run(registered, jax.random.key(1), "coins", "two_arms", "random_play")["curves"]
    assert not first.equals(other)


@pytest.mark.parametrize(
    ("family", "setting", "learner", "message"),
    [
        ("dice", "6", "random_play", "game is dice 6, must be one of learning.games"),
        (
            "coins",
            "two_arms",
            "oracle",
            "learner is 'oracle', must be one of auxiliary_head, belief_gradients",
        ),
    ],
)
def test_what_is_unknown_is_named(registered, family, setting, learner, message):
    with pytest.raises(ValueError, match=message):
        training.run(registered, KEY, family, setting, learner)


def test_a_family_without_relabelling_refuses_it(registered):
    game = registered.games[0].model_copy(update={"relabelled": True})
    with pytest.raises(ValueError, match="relabelled is true for coins, must be false"):
        training.run(
            registered.model_copy(update={"games": (game,)}), KEY, "coins", "two_arms", "random_play"
        )


@pytest.mark.parametrize("key", ["games", "learners"])
def test_names_are_given_once(key):
    twice = getattr(Learning(), key)[:1] * 2
    with pytest.raises(ValidationError, match=f"{key} names .* twice, must name each once"):
        Learning(**{key: twice})
    game = Learning().games[0].model_copy(update={"further": ("recurrent",)})
    with pytest.raises(ValidationError, match="further of bandit names recurrent twice, must name each once"):
        Learning(games=(game,))


def test_a_game_needs_its_exact_return():
    with pytest.raises(
        ValidationError,
        match=r"bandit with setting 5x10, must be one of expected_returns.families: bandit with 2x10",
    ):
        TaskInferenceConfig(
            expected_returns=ExpectedReturns(families=(Referred(family="bandit", settings=("2x10",)),))
        )


def test_the_names_that_a_configuration_may_give_are_the_registered_ones():
    assert get_args(FamilyName) == names_in(families.__path__) and "bandit" in get_args(FamilyName)
    assert get_args(LearnerName) == names_in(learners.__path__) and "recurrent" in get_args(LearnerName)


def test_every_game_and_learner_of_the_study_can_be_built():
    study = Learning()
    for game in study.games:
        rules, told = family_of(game.family).rules(game.setting), family_of(game.family).supervised
        task = rules.sample_task(KEY)
        description, describe = told(rules)
        h = describe(task)
        assert h.shape == (description.size,)
        assert np.isfinite(description.loss(jnp.zeros(description.parameters), h))
        problem = Problem(rules, told(rules), game, study)
        for learner in (*study.learners, *game.further):
            assert learner_of(learner, problem).collect is not None


def test_classes_of_a_description_are_bins_of_equal_width():
    np.testing.assert_array_equal(binned(jnp.array([0.0, 0.24, 0.25, 0.99, 1.0]), 4), [0, 0, 1, 3, 3])


@pytest.mark.parametrize("family", ["grid_navi", "semicircle", "noisy_target", "numpad"])
def test_what_is_told_of_a_task_are_zeros_and_a_one_for_each_class(family):
    setting = next(game.setting for game in Learning().games if game.family == family)
    found = family_of(family)
    rules = found.rules(setting)
    description, describe = found.supervised(rules)
    h = jax.vmap(lambda key: describe(rules.sample_task(key)))(jax.random.split(KEY, 50))
    assert set(np.unique(h)) == {0.0, 1.0}
    assert (h.sum(axis=1) == len(description.segments)).all()


def test_pairs_of_colours_in_another_order_are_another_graph_of_the_family():
    """All six orders come up, and the edges stay with their attributes."""
    rules = family_of("simple_alchemy").rules("5x20")
    task = rules.sample_task(KEY)
    keys = jax.random.split(KEY, 100)
    relabelled = jax.vmap(family_of("simple_alchemy").relabel, (None, 0))(task, keys)
    assert len({tuple(order) for order in relabelled.attribute_of_pair.tolist()}) == 6
    assert (relabelled.edge_present == task.edge_present).all()
