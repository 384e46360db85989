"""A learner passes from its stored networks to rows; equal features are equal play; a run that diverged has no values."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.experiments.task_inference.inference_and_control import probing
from athanor.experiments.task_inference.inference_and_control.config import InferenceAndControl
from athanor.experiments.task_inference.inference_and_control.decodings import decoding_of
from athanor.experiments.task_inference.inference_and_control.play import Minds, play, watched
from athanor.experiments.task_inference.learning.config import Game, Learning
from athanor.experiments.task_inference.learning.families import family_of
from athanor.experiments.task_inference.learning.learners import Problem, learner_of
from athanor.learning.probe import Probe
from athanor.learning.stored import named
from athanor.results import Origin, making, write_arrays
from athanor.tasks.bandit.environment import Bandit

KEY = jax.random.key(0)
GAME = Game(family="bandit", setting="2x10", updates=1, batch=2, hidden=4)
LEARNING = Learning(runs=2, games=(GAME,))
SETTINGS = InferenceAndControl(trials=6, repeats=2, hidden=4, updates=3, batch=4)


@pytest.fixture(autouse=True, scope="module")
def compile_quickly():
    """Compile without optimisations: the programs run for a moment."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


def drawn(learner, rules, key):
    """Return networks before any training."""
    told = family_of("bandit").supervised(rules)
    return learner_of(learner, Problem(rules, told, GAME, LEARNING)).init(key).params


def test_stored_networks_are_scored_run_by_run(tmp_path):
    rules = family_of("bandit").rules("2x10")
    with making(Origin()):
        for learner in ("belief_network", "exact_belief"):
            runs = [named(drawn(learner, rules, key)) for key in jax.random.split(KEY, 2)]
            both = {name: np.stack([run[name] for run in runs]) for name in runs[0]}
            if learner == "belief_network":
                both["value.bias"][1] = np.nan
            write_arrays(tmp_path / f"{learner}.npz", both)
    files = (tmp_path / f"{learner}.npz" for learner in ("belief_network", "exact_belief"))
    found = probing.run(LEARNING, SETTINGS, KEY, *files, "bandit", "2x10", "belief_network")
    divergences, returns = found["divergences"], found["returns"]
    assert list(divergences) == ["family", "setting", "learner", "run", "step", "bits", "information"]
    first = divergences[divergences["run"] == 0]
    assert first["step"].tolist() == list(range(10))
    assert first["information"].iloc[0] == 0 and (first["information"].diff()[1:] > 0).all()
    assert (first["bits"] > 0).all()
    assert divergences.loc[divergences["run"] == 1, ["bits", "information"]].isna().all(axis=None)
    totals = returns.groupby(["run", "player"])["mean_return"].sum(min_count=1)
    assert totals[0].between(0, 10).all() and totals[1].isna().all()
    assert returns.groupby(["run", "player"])["part"].nunique().eq(2).all()


def test_fed_the_exact_features_the_exact_belief_agent_loses_exactly_nothing():
    rules = Bandit(2, 4)
    decoding = decoding_of("bandit", rules)._replace(features=lambda posterior, known: known)
    minds = Minds(drawn("recurrent", rules, KEY), drawn("exact_belief", rules, KEY), Probe(4, 3, 4, KEY))
    game = watched(rules, 1, decoding)
    keys = jax.random.split(KEY, 64)
    tasks = jax.vmap(rules.sample_task)(keys)
    exact, decoded = (
        jax.jit(lambda minds, who=who: play(game, who, minds, tasks, keys))(minds)
        for who in ("exact", "decoded")
    )
    np.testing.assert_array_equal(exact.reward, decoded.reward)
    np.testing.assert_array_equal(exact.memory, decoded.memory)
    # The posterior counts what was paid: pulls make up the rest.
    counts = np.asarray(exact.posterior[:, -1])
    np.testing.assert_array_equal(counts[:, :2].sum(axis=1) - 2, exact.reward[:, :-1].sum(axis=1))
    assert (counts.sum(axis=1) == 4 + 3).all()


def test_a_memory_is_the_state_before_each_action():
    """What is remembered before the first action does not depend on luck; later it does."""
    rules = Bandit(2, 4)
    game = watched(rules, 1, decoding_of("bandit", rules))
    minds = Minds(drawn("belief_network", rules, KEY), drawn("exact_belief", rules, KEY))
    keys = jax.random.split(KEY, 8)
    moments = jax.jit(lambda: play(game, "own", minds, jax.vmap(rules.sample_task)(keys), keys))()
    assert moments.memory.shape == (8, 4, 4)
    assert (moments.memory[:, 0] == moments.memory[:1, 0]).all()
    assert (jnp.std(moments.memory[:, -1], axis=0) > 0).any()
