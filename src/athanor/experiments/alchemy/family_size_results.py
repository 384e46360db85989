"""What a larger family of chemistries costs each learner."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.alchemy.config_family import FAMILY_LEARNERS, FamilySize
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.references import over_seeds
from athanor.experiments.alchemy.scores import WHOLE
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.results import read_table

LAST = 0.1  # of training, whose mean score counts as the end


def run(
    family_size: FamilySize,
    statistics: Statistics,
    key: PRNGKeyArray,
    mean_scores: Path,
    runs: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return all `family_size_curves`, `family_size` (a row a learner, size and seed) and the quantities.

    A score is that of the episodes of the last tenth of training, after the inner steps where there are any.
    """
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    table = pd.concat([read_table(path) for path in runs], ignore_index=True)
    named = table["condition"].str.rsplit("_", n=1, expand=True)
    late = table.assign(learner=named[0], size=named[1].astype(int))
    late = late[late["episode"] > (1 - LAST) * late["episode"].max()]
    ends = late.groupby(["learner", "size", "seed"], sort=False)["score"].mean().round(3).reset_index()
    means = read_table(mean_scores).astype({"trial": str}).set_index(["agent", "trial"])["value"]
    oracle = float(means["oracle", WHOLE])
    sizes = sorted(map(int, ends["size"].unique()))
    quantities = [
        exactly(
            "family_size_episodes", table["episode"].max(), "d", "episodes", "training episodes of a run"
        ),
        exactly("family_size_seeds", family_size.seeds, "d", "runs", "training runs of a learner and family"),
        exactly("family_size_all", sizes[-1], "d", "chemistries", "chemistries of the largest family"),
    ]
    for learner in FAMILY_LEARNERS:
        rows = ends[ends["learner"] == learner]
        scores = rows.pivot(index="seed", columns="size", values="score").to_numpy(float)
        quantities += _of_learner(learner, scores, sizes, oracle, statistics, rng)
    intervals = [
        (learner, size, *over_seeds(own["score"].to_numpy(float), statistics, rng))
        for (learner, size), own in ends.groupby(["learner", "size"], sort=False)
    ]
    by_size = pd.DataFrame(intervals, columns=["learner", "size", "value", "low", "high"])
    return {
        "family_size_curves": table,
        "family_size": ends.merge(by_size, on=["learner", "size"]),
        "family_size_quantities": pd.DataFrame(quantities, columns=COLUMNS),
    }


def _of_learner(
    learner: str,
    scores: Float[np.ndarray, "seed size"],
    sizes: list[int],
    oracle: float,
    statistics: Statistics,
    rng: np.random.Generator,
) -> list[Quantity]:
    """Return the scores on one chemistry and on all, their difference, and the slope per doubling."""
    slope = np.polyfit(np.log2(sizes), scores.T, 1)[0]
    cost = scores[:, 0] - scores[:, -1]
    found = {
        "one": (scores[:, 0], ".1f", "score on a family of one chemistry"),
        "all": (scores[:, -1], ".1f", "score on the family of all chemistries"),
        "cost": (cost, ".1f", "score on one chemistry less that on all"),
        "cost_share": (cost / (oracle - scores[:, -1]), ".3f", "the same over what all are below the oracle"),
        "slope": (slope, ".2f", "change of the score per doubling of the family"),
    }
    return [
        estimated(
            f"family_size_{learner}_{name}",
            over_seeds(values, statistics, rng),
            spec,
            "",
            f"{learner}: {text}",
        )
        for name, (values, spec, text) in found.items()
    ]
