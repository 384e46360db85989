"""What was learnt on single chemistries, between random actions and each chemistry's oracle."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_learners import Learners
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.config_single import SINGLE_LEARNERS, SingleChemistry
from athanor.experiments.alchemy.references import oracle_scores, over_seeds, played_scores
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.reporting.statistics import mean
from athanor.results import read_table
from athanor.tasks.alchemy.chemistries import GRAPHS
from athanor.tasks.alchemy.environment import Chemistry, alchemy

PLAYERS = ("random", "random_dips")
LAST = 0.1  # of training, whose mean score counts as the end
LATE = 0.25  # of training, over which the late gain is taken
BySeed = Float[np.ndarray, "place seed point"]


def run(
    environment: Environment,
    learners: Learners,
    single_chemistry: SingleChemistry,
    statistics: Statistics,
    key: PRNGKeyArray,
    runs: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return all `single_chemistry_curves`, the `single_chemistry` references by chemistry, and the quantities."""
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    table = pd.concat([read_table(path) for path in runs], ignore_index=True)
    env, study = alchemy(environment.rules()), single_chemistry
    graph, potion_map, stone_map = jnp.array(study.chemistries).T
    tasks = Chemistry(graph, potion_map, stone_map, jnp.zeros_like(graph))
    keys = jax.random.split(key, 1 + len(PLAYERS))
    scores = {"oracle": oracle_scores(env, tasks, study.reference_episodes, keys[0])}
    for name, own in zip(PLAYERS, keys[1:], strict=True):
        scores[name] = played_scores(env, name, tasks, study.reference_episodes, own)
    curves: dict[str, BySeed] = {
        name: _by_seed(table, name, len(study.chemistries)) for name in SINGLE_LEARNERS
    }
    references = _references(scores, study, statistics, rng)
    quantities = [
        exactly(
            "single_chemistry_episodes",
            table["episode"].max(),
            "d",
            "episodes",
            "training episodes on a chemistry",
        ),
        exactly("single_chemistry_seeds", study.seeds, "d", "runs", "training runs on a chemistry"),
        exactly(
            "single_chemistry_count", len(study.chemistries), "d", "chemistries", "chemistries learnt singly"
        ),
        exactly(
            "learners_hidden", learners.hidden, "d", "units", "units of a hidden layer of Alchemy's learners"
        ),
        *_by_chemistry(references, curves, statistics, rng),
        *_over_chemistries(references, curves, statistics, rng),
    ]
    return {
        "single_chemistry_curves": table,
        "single_chemistry": references,
        "single_chemistry_quantities": pd.DataFrame(quantities, columns=COLUMNS),
    }


def _by_seed(table: pd.DataFrame, learner: str, places: int) -> BySeed:
    """Return a learner's curves; every chemistry has as many seeds and points."""
    rows = [table[table["condition"] == f"{learner}_{place}"] for place in range(places)]
    return np.stack(
        [own.pivot(index="seed", columns="episode", values="score").to_numpy(float) for own in rows]
    )


def _references(
    scores: dict[str, Float[np.ndarray, "place episode"]],
    study: SingleChemistry,
    statistics: Statistics,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return a row a chemistry and player."""
    edges = GRAPHS.edge_present.sum((1, 2))
    rows = []
    for place, (graph, potion_map, stone_map) in enumerate(study.chemistries):
        for player, values in scores.items():
            found = mean(
                values[place], rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples
            )
            numbers = (place, graph, potion_map, stone_map, int(edges[graph]))
            rows.append((*numbers, player, *found))
    columns = ["place", "graph", "potion_map", "stone_map", "edges", "player", "value", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _ends(curves: BySeed) -> Float[np.ndarray, "place seed"]:
    return curves[:, :, -_points(curves, LAST) :].mean(2)


def _points(curves: BySeed, share: float) -> int:
    return max(round(share * curves.shape[2]), 1)


def _by_chemistry(
    references: pd.DataFrame, curves: dict[str, BySeed], statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return where each learner ends on each chemistry, beside the players that do not learn."""
    found = []
    for row in references.itertuples():
        text = f"mean score of {row.player} on chemistry {row.place}"
        found.append(exactly(f"single_chemistry_{row.player}_{row.place}", row.value, ".1f", "", text))
    edges = references.groupby("place")["edges"].first()
    found += [
        exactly(f"single_chemistry_edges_{place}", count, "d", "edges", f"edges of chemistry {place}")
        for place, count in edges.items()
    ]
    for learner, own in curves.items():
        for place, ends in enumerate(_ends(own)):
            text = f"score of {learner} at the end of training on chemistry {place}"
            estimate = over_seeds(ends, statistics, rng)
            found.append(estimated(f"single_chemistry_{learner}_{place}", estimate, ".1f", "", text))
    return found


def _over_chemistries(
    references: pd.DataFrame, curves: dict[str, BySeed], statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return means over the chemistries, seed by seed."""
    base = {
        name: own.sort_values("place")["value"].to_numpy(float)[:, None]
        for name, own in references.groupby("player")
    }
    found = []
    for learner, own in curves.items():
        ends, late = _ends(own), _points(own, LATE)
        score = (ends - base["random"]) / (base["oracle"] - base["random"])
        gain, recent = ends - own[:, :, 0], ends - own[:, :, -late - 1]
        rows = (
            ("score", score, ".3f", "score at the end; 0: random actions, 1: the oracle of the chemistry"),
            ("gain", gain, ".1f", "score gained from the first point of the curve to the end"),
            (
                "late_share",
                recent / gain,
                ".3f",
                f"share of the gain that falls in the last {100 * LATE:.0f} % of training",
            ),
            ("over_dips", ends - base["random_dips"], ".1f", "score at the end less that of random dips"),
        )
        for name, values, spec, text in rows:
            estimate = over_seeds(values.mean(0), statistics, rng)
            found.append(
                estimated(
                    f"single_chemistry_{learner}_{name}",
                    estimate,
                    spec,
                    "",
                    f"{learner}, one chemistry: {text}",
                )
            )
    difference = over_seeds((_ends(curves["ppo"]) - _ends(curves["vpg"])).mean(0), statistics, rng)
    text = "score of PPO less that of the policy gradient, one chemistry"
    found.append(estimated("single_chemistry_ppo_over_vpg", difference, ".1f", "", text))
    return found
