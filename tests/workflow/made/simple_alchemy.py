"""Simple Alchemy: bounds that hold by construction on common episodes, and exact beliefs along the way."""

from collections.abc import Iterator

import numpy as np

from athanor.experiments.simple_alchemy.agents import simulate
from athanor.experiments.simple_alchemy.agents.table import played
from athanor.tasks.simple_alchemy.environment import FIRST_DIP
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs, transition_tables
from made import Made

Trajectories = dict[str, np.ndarray]


def _all_played(made: Made) -> Iterator[tuple[str, str, int, Trajectories]]:
    for one in played(made.given.simple_alchemy.compute):
        yield one["family"], one["agent"], one["budget"], trajectories(made, *one.values())


def trajectories(made: Made, *condition: object) -> Trajectories:
    return made.arrays("simple_alchemy", "agents", "simulate", *condition, "trajectories")


def trial_returns(made: Made, arrays: Trajectories) -> np.ndarray:
    reward = arrays["reward"]
    return reward.reshape(len(reward), made.given.simple_alchemy.environment.trials, -1).sum(axis=2)


def no_agent_exceeds_the_oracle_in_any_trial(made: Made) -> None:
    """The episodes are common: same graph and same first stones, so the bound holds trial by trial."""
    for family, _, _, arrays in _all_played(made):
        oracle = trajectories(made, family, "oracle", 0)
        count = len(arrays["reward"])
        for name in ("attribute_of_pair", "edge_present", "start_stone"):
            np.testing.assert_array_equal(arrays[name], oracle[name][:count])
        assert (trial_returns(made, arrays) <= trial_returns(made, oracle)[:count]).all()


def beliefs_are_those_of_brute_force(made: Made) -> None:
    """Filter the flat set of graphs along each trajectory; its size is the count of consistent graphs."""
    steps = made.given.simple_alchemy.environment.trial_steps
    tables = {family: transition_tables(enumerate_graphs(family)) for family in ("three_edges", "all")}
    for family, agent, _, arrays in _all_played(made):
        if (family, agent) in (("three_edges", "random"), ("three_edges", "cem"), ("all", "random")):
            for episode in range(4):
                counts = consistent(
                    tables[family],
                    *(arrays[name][episode] for name in ("stone", "action", "in_cauldron")),
                    steps,
                )
                np.testing.assert_array_equal(arrays["consistent_graphs"][episode], counts)


def consistent(
    tables: np.ndarray, stone: np.ndarray, action: np.ndarray, in_cauldron: np.ndarray, steps: int
) -> list[int]:
    """Return how many graphs are possible before each step."""
    possible, full, counts = np.ones(len(tables), bool), np.ones(6, bool), []
    for step in range(len(stone)):
        counts.append(int(possible.sum()))
        potion = action[step] - FIRST_DIP
        last = (step + 1) % steps == 0
        if 0 <= potion < 6 and full[potion] and not in_cauldron[step]:
            full[potion] = False
            if not last:
                possible &= tables[:, stone[step], potion] == stone[step + 1]
        full |= last
    return counts


def the_posterior_of_the_first_episode(made: Made) -> None:
    for family, _, _, arrays in _all_played(made):
        if family == "three_edges":
            posterior = arrays["posterior"]
            assert posterior.shape == (arrays["reward"].shape[1] + 1, 384)
            np.testing.assert_allclose(posterior.sum(axis=1), 1.0, rtol=1e-5)
            np.testing.assert_array_equal((posterior[:-1] > 0).sum(axis=1), arrays["consistent_graphs"][0])


def nothing_is_done_in_the_cauldron(made: Made) -> None:
    for _, _, _, arrays in _all_played(made):
        assert (arrays["action"][arrays["in_cauldron"]] == 0).all()


def the_better_informed_plan_better(made: Made) -> None:
    """Orders that hold with a wide margin, paired on the same episodes."""
    mean = {
        agent: arrays["reward"].sum(axis=1).mean()
        for family, agent, budget, arrays in _all_played(made)
        if (family, budget) == ("three_edges", 0)
    }
    assert mean["random"] < min(mean["cem"], mean["tree_search"], mean["bayes_optimal"]) < mean["oracle"]


def a_decision_is_timed_for_each_agent_and_budget(made: Made) -> None:
    given = made.given.simple_alchemy
    timed = made.table("simple_alchemy", "decision_times")
    sizes = timed.groupby(["family", "agent", "budget"]).size().to_dict()
    wanted = [tuple(one[name] for name in ("family", "agent", "budget")) for one in played(given.compute)]
    assert sizes == dict.fromkeys(wanted, given.decision_times.decisions)
    assert (timed["seconds"] > 0).all()


def pairs_are_timed_for_each_implementation(made: Made) -> None:
    timed = made.table("simple_alchemy", "cem_speed")
    assert timed.groupby(["implementation", "family"]).size().to_dict() == {
        (implementation, family): made.given.simple_alchemy.cem_speed.pairs
        for implementation in ("jax_factored", "numpy_flat")
        for family in ("three_edges", "all")
    }
    assert (timed["seconds_per_decision"] > 0).all()


def returns_are_those_of_the_trajectories(made: Made) -> None:
    given = made.given.simple_alchemy
    for family, agent, budget, arrays in _all_played(made):
        returns = made.table("simple_alchemy", "agents", "simulate", family, agent, budget, "returns")
        episodes = simulate.episodes_of(given.simulation, family, budget)
        assert list(returns.columns) == simulate.COLUMNS
        assert len(returns) == episodes * given.environment.trials
        assert (set(returns["agent"]), set(returns["budget"])) == ({agent}, {budget})
        assert arrays["reward"].shape == (episodes, given.environment.trials * given.environment.trial_steps)
        np.testing.assert_array_equal(returns["return"], trial_returns(made, arrays).ravel())
        last = arrays["consistent_graphs"][
            :, given.environment.trial_steps - 1 :: given.environment.trial_steps
        ]
        np.testing.assert_array_equal(returns["consistent_graphs"], last.ravel())
