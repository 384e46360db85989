"""Collect the part's headline numbers, each with its interval, for the paper, the claims and `athanor verify`."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.simple_alchemy.config import (
    Cem,
    Environment,
    Exact,
    Published,
    Statistics,
    TreeSearch,
)
from athanor.experiments.simple_alchemy.summary_agents import agent_quantities, speed_quantities
from athanor.reporting.quantities import COLUMNS, Quantity, exactly
from athanor.reporting.statistics import normalised_score
from athanor.results import read_table
from athanor.tasks.simple_alchemy.environment import REWARD_MODES


def run(
    environment: Environment,
    exact: Exact,
    cem: Cem,
    tree_search: TreeSearch,
    published: Published,
    statistics: Statistics,
    key: PRNGKeyArray,
    graph_counts: Path,
    distance_values: Path,
    factorisation_test: Path,
    belief_sets: Path,
    exact_returns: Path,
    yardstick: Path,
    entropy_floor: Path,
    one_trial_limit: Path,
    simulations: tuple[Path, ...],
    times: Path,
    speed: Path,
) -> dict[str, pd.DataFrame]:
    """Return `summary`: a row a quantity."""
    scale = read_table(yardstick)
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    played = pd.concat([read_table(path) for path in simulations])
    quantities = [
        *_settings(environment, cem, tree_search),
        *_graphs(read_table(graph_counts), published),
        *_distances(read_table(distance_values)),
        *_factorisation(read_table(factorisation_test)),
        *_beliefs(read_table(belief_sets)),
        *_exact_table(exact, read_table(exact_returns)),
        *_yardstick(scale),
        *_floors(read_table(entropy_floor), read_table(one_trial_limit)),
        *agent_quantities(played, scale.iloc[-1], published, statistics, rng),
        *speed_quantities(read_table(times), read_table(speed), statistics, rng),
    ]
    named = [quantity._replace(name=f"simple_alchemy.{quantity.name}") for quantity in quantities]
    return {"summary": pd.DataFrame(named, columns=COLUMNS)}


def _settings(environment: Environment, cem: Cem, tree_search: TreeSearch) -> list[Quantity]:
    """Return the settings that the text names."""
    planners = {"cem": cem, "tree_search": tree_search}
    return [
        *(
            exactly(f"{planner}_{name}", value, "d", "", f"{planner}: {name}")
            for planner, section in planners.items()
            for name, value in section
            if isinstance(value, int)
        ),
        exactly("trials", environment.trials, "d", "trials", "trials in an episode"),
        exactly("trial_steps", environment.trial_steps, "d", "steps", "steps in a trial"),
        exactly("steps", environment.trials * environment.trial_steps, "d", "steps", "steps in an episode"),
    ]


def _graphs(counts: pd.DataFrame, published: Published) -> list[Quantity]:
    by_family = counts.set_index("family")
    rows = [
        exactly(f"{name}_{family}", by_family.loc[family, column], "d", "graphs", f"{text}, family {family}")
        for family in by_family.index
        for name, column, text in (
            ("graphs", "graphs", "causal graphs"),
            ("distinct_tables", "distinct_transition_tables", "distinct transition tables"),
        )
    ]
    graphs = int(by_family.loc["all", "graphs"])
    ratio = published.alchemy_chemistries / graphs
    return [
        *rows,
        exactly("edge_selections", graphs // 6, "d", "", "edge selections: graphs over permutations"),
        exactly("alchemy_chemistries_per_graph", ratio, ".1f", "", "chemistries of Alchemy over graphs here"),
    ]


def _distances(distances: pd.DataFrame) -> list[Quantity]:
    pairs, commonest = int(distances["pairs"].sum()), int(distances["pairs"].max())
    per_distance = pairs / len(distances)
    return [
        exactly("graph_pairs", pairs, "d", "pairs", "pairs of different graphs"),
        exactly("distinct_distances", len(distances), "d", "", "distinct distances between graphs"),
        exactly(
            "pairs_per_distinct_distance", per_distance, ".0f", "pairs", "pairs for each distinct distance"
        ),
        exactly("pairs_at_commonest_distance", commonest, "d", "pairs", "pairs at the commonest distance"),
        exactly(
            "share_of_pairs_at_commonest_distance", commonest / pairs, ".3f", "", "their share of all pairs"
        ),
        exactly(
            "fewest_cells_differing", distances["cells_differing"].min(), "d", "cells", "between two graphs"
        ),
        exactly(
            "most_cells_differing", distances["cells_differing"].max(), "d", "cells", "between two graphs"
        ),
    ]


def _factorisation(test: pd.DataFrame) -> list[Quantity]:
    failing = test[test["attribute"] == "any"].set_index("family")["graphs_failing"]
    text = "graphs on which an attribute's next value needs other attributes"
    return [
        exactly("graphs_violating_factorisation", failing["three_edges"], "d", "graphs", text),
        exactly("graphs_violating_factorisation_all", failing["all"], "d", "graphs", f"{text}, family all"),
    ]


def _beliefs(sizes: pd.DataFrame) -> list[Quantity]:
    texts = {
        "reachable_beliefs": "beliefs that experiments can reach",
        "canonical_beliefs": "the same up to relabelling",
        "states_a_trial": "states (canonical belief, vertex, full potions) of a trial",
        "links": "links between canonical beliefs",
    }
    counts = sizes.set_index("quantity")["count"]
    return [exactly(name, counts[name], "d", "", text) for name, text in texts.items()]


def _exact_table(exact: Exact, returns: pd.DataFrame) -> list[Quantity]:
    """Return the paper's table of exact returns; discounts are named by their place in config.yaml."""
    index = returns.set_index(["reward", "discount", "agent", "trials"])["expected_return"]
    last = returns["trials"].max()
    rows = [
        exactly(f"discount_{place}", discount, "g", "", "discount per step")
        for place, discount in enumerate(exact.discounts)
    ]
    for reward in REWARD_MODES:
        digits = ".2f" if reward == "per_step" else ".3f"
        for place, discount in enumerate(exact.discounts):
            for agent in ("bayes_optimal", "oracle"):
                for episode, trials in (("one_trial", 1), ("episode", last)):
                    name = f"{agent}_{episode}_{reward}_{place}"
                    text = f"exact return: {agent}, {trials} trials, {reward}, discount {discount}"
                    rows.append(exactly(name, index[reward, discount, agent, trials], digits, "", text))
    return rows


def _yardstick(scale: pd.DataFrame) -> list[Quantity]:
    first, episode = scale.iloc[0], scale.iloc[-1]
    score = float(normalised_score(episode["oracle"], episode["random"], episode["bayes_optimal"]))
    rows = [
        exactly(
            f"{agent}_value", episode[agent], ".2f", "steps", f"exact expected return of an episode: {agent}"
        )
        for agent in ("random", "bayes_optimal", "oracle")
    ]
    prices = {"price_of_not_knowing": episode, "price_in_one_trial": first}
    return [
        *rows,
        exactly("oracle_score", score, ".3f", "", "the oracle on the yardstick"),
        *(
            exactly(name, row["oracle"] - row["bayes_optimal"], ".2f", "steps", "oracle less Bayes-optimal")
            for name, row in prices.items()
        ),
    ]


def _floors(floor: pd.DataFrame, limit: pd.DataFrame) -> list[Quantity]:
    """Return what no behaviour can learn, in the family that the agents are compared on and in the whole one."""
    rows = []
    for family, suffix in (("three_edges", ""), ("all", "_all")):
        chosen = floor[floor["family"] == family].set_index("trials")
        last = chosen.iloc[-1]
        one = limit.set_index("family").loc[family]
        rows += [
            exactly(
                f"floor_bits_one_trial{suffix}",
                chosen.loc[1, "expected_bits"],
                ".3f",
                "bits",
                "floor, 1 trial",
            ),
            exactly(
                f"final_floor_bits{suffix}",
                last["expected_bits"],
                ".5f",
                "bits",
                "floor at the episode's end",
            ),
            exactly(
                f"final_floor_graphs{suffix}",
                last["expected_graphs"],
                ".5f",
                "graphs",
                "floor, as graphs left",
            ),
            exactly(f"prior_bits{suffix}", one["prior_bits"], ".2f", "bits", "entropy of the prior"),
            exactly(
                f"least_bits_after_one_trial{suffix}",
                one["least_expected_bits"],
                ".2f",
                "bits",
                "least expected entropy that one trial of pure exploration can leave",
            ),
        ]
    return rows
