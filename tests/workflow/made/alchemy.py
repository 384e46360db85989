"""Alchemy: agents on common episodes, the tests of meta-learners, curves of learning, players that do not learn."""

import numpy as np
import pandas as pd

from athanor.experiments.alchemy.agents.table import AGENTS
from athanor.experiments.alchemy.learners import meta_references
from athanor.experiments.alchemy.learners.meta_learning import TEST_COLUMNS
from athanor.experiments.alchemy.learners.table import META_LEARNERS
from athanor.tasks.alchemy.chemistries import GRAPHS, prior_entropy
from made import Made


def scores(made: Made, agent: str) -> pd.DataFrame:
    return made.table("alchemy", "agents", "play", agent, "scores")


def bits(made: Made, agent: str) -> pd.DataFrame:
    found = made.table("alchemy", "agents", "play", agent, "entropy")
    return found.pivot(index="trial", columns="step", values="value")


def no_agent_exceeds_the_oracle_in_any_trial(made: Made) -> None:
    """The episodes are common: same chemistry and same items, so the bound holds trial by trial."""
    given = made.given.alchemy
    oracle = scores(made, "oracle")
    for agent in AGENTS:
        table = scores(made, agent)
        assert set(table["agent"]) == {agent}
        assert len(table) == given.simulation.episodes * given.environment.trials
        assert (table["score"] <= oracle["score"]).all()


def agents_that_know_more_earn_more(made: Made) -> None:
    means = [scores(made, agent)["score"].mean() for agent in ("random_dips", "posterior_sampling", "oracle")]
    assert means == sorted(means)
    assert scores(made, "qmdp")["score"].mean() > means[0]


def the_posterior_narrows(made: Made) -> None:
    table = scores(made, "qmdp").pivot(index="episode", columns="trial", values="entropy").mean()
    assert table[1] < table[0] < 8.0 < prior_entropy(rotated=False)


def unknown_bits_by_step(made: Made) -> None:
    """A trial starts as the one before it ended; players that dip alone learn; the mean is that of the episodes."""
    game = made.given.alchemy.environment
    for agent in ("rollout", "far_sighted"):
        found = bits(made, agent)
        assert found.shape == (game.trials, game.trial_steps + 1)
        np.testing.assert_allclose(found[0].iloc[1:], found[game.trial_steps].iloc[:-1], rtol=1e-6)
        assert (np.diff(found.to_numpy(), axis=1) < 1e-6).all()
        ends = scores(made, agent).groupby("trial")["entropy"].mean()
        np.testing.assert_allclose(found[game.trial_steps], ends, rtol=1e-5)
    kept = bits(made, "deposit_positive").loc[1].iloc[1 : game.trial_steps]
    assert np.ptp(kept) < 1e-6


def meta_learners_are_tested_by_seed_chemistry_and_step(made: Made) -> None:
    study = made.given.alchemy.meta_learning
    first = made.table("alchemy", "learners", "meta_learning", META_LEARNERS[0], "tests")
    for learner in META_LEARNERS:
        tests = made.table("alchemy", "learners", "meta_learning", learner, "tests")
        assert list(tests.columns) == TEST_COLUMNS
        assert len(tests) == study.seeds * study.test_chemistries * (study.test_steps + 1)
        assert tests.groupby("chemistry")[["graph", "potion_map"]].nunique().to_numpy().max() == 1
        pd.testing.assert_frame_equal(tests.iloc[:, 1:8], first.iloc[:, 1:8])
        curves = made.table("alchemy", "learners", "meta_learning", learner, "curves")
        points = 0 if learner == "untrained" else made.given.alchemy.learners.points
        assert len(curves) == study.seeds * points


def players_that_do_not_learn_are_placed_below_the_oracle(made: Made) -> None:
    study = made.given.alchemy.meta_learning
    table = made.table("alchemy", "meta_references")
    players = (*meta_references.PLAYERS, "oracle")
    assert table.groupby("player").size().to_dict() == dict.fromkeys(players, study.test_chemistries)
    mean = table.groupby("player")["score"].mean()
    assert mean["random"] < mean["random_dips"] < mean["oracle"]


def no_player_beats_the_oracle_on_a_chemistry(made: Made) -> None:
    study = made.given.alchemy.single_chemistry
    table = made.table("alchemy", "single_references")
    rows = len(study.chemistries) * study.reference_episodes
    assert table.groupby("player").size().to_dict() == dict.fromkeys(
        ("oracle", "random", "random_dips"), rows
    )
    scores = table.pivot(index=["place", "episode"], columns="player", values="score")
    mean = scores.groupby("place").mean()
    assert (mean["random"] < mean["random_dips"]).all()
    assert (mean["random_dips"] < mean["oracle"]).all()
    assert (scores["oracle"] >= 0).all() and (
        scores["oracle"] % 1 == 0
    ).all()  # a plan pays 0, 1 or 15 a stone
    edges = GRAPHS.edge_present.sum((1, 2))[[graph for graph, *_ in study.chemistries]]
    assert (table["edges"] == edges[table["place"]]).all()


def curves_have_a_row_per_seed_and_point(made: Made) -> None:
    given = made.given.alchemy
    points, study = given.learners.points, given.single_chemistry
    most = given.environment.stones * given.environment.trials
    for learner in ("vpg", "ppo"):
        for place in range(len(study.chemistries)):
            table = made.table("alchemy", "learners", "single_chemistry", learner, place, "curves")
            assert list(table["seed"]) == np.repeat(range(study.seeds), points).tolist()
            assert set(table["learner"]) == {learner} and set(table["place"]) == {place}
            assert table.groupby("seed")["episode"].apply(list).map(len).eq(points).all()
            assert table["score"].between(-3 * most, 15 * most).all()
    for learner in ("joint", "maml", "fomaml", "recurrent"):
        table = made.table("alchemy", "learners", "family_size", learner, "curves")
        assert set(table["learner"]) == {learner}
        assert list(table["size"].unique()[:-1]) == list(given.family_size.sizes)
        assert len(table) == (len(given.family_size.sizes) + 1) * given.family_size.seeds * points


def a_recurrent_run_reports_every_trial(made: Made) -> None:
    seeds = made.given.alchemy.recurrent.seeds
    for game in ("simple", "full"):
        trials = made.table("alchemy", "learners", "recurrent", game, "trials")
        assert trials.groupby("trial").size().eq(seeds).all()
        assert (
            trials.groupby("seed")["trial"].apply(lambda own: own.tolist() == [*range(1, len(own) + 1)]).all()
        )
        totals = trials.groupby("seed")["score"].sum()
        last = made.table("alchemy", "learners", "recurrent", game, "curves").groupby("seed")["score"].last()
        np.testing.assert_allclose(totals, last, atol=5e-3)
