"""What a larger family of chemistries costs each learner, on the scale of the family itself."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import Float, PRNGKeyArray

from athanor.experiments.alchemy.config_family import FAMILY_LEARNERS, FamilySize
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.references import over_seeds
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.results import read_table

LAST = 0.1  # of training, whose mean score counts as the end
FAMILY = ["size", "seed"]


def run(
    family_size: FamilySize,
    statistics: Statistics,
    key: PRNGKeyArray,
    families: Path,
    runs: tuple[Path, ...],
) -> dict[str, pd.DataFrame]:
    """Return all `family_size_curves`, `family_size` (a row a learner, size and seed) and the quantities.

    A score is that of the episodes of the last tenth of training, after the inner steps where there are any; `share`
    places it between random actions (0) and the oracle (1) of the run's own family.
    """
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    table = pd.concat([read_table(path) for path in runs], ignore_index=True)
    played = read_table(families).pivot(index=FAMILY, columns="player", values="score").reset_index()
    ends = _shares(_ends(table), played)
    intervals = [
        (learner, size, *over_seeds(own["share"].to_numpy(float), statistics, rng))
        for (learner, size), own in ends.groupby(["learner", "size"], sort=False)
    ]
    by_size = pd.DataFrame(intervals, columns=["learner", "size", "value", "low", "high"])
    dips = _share(played["random_dips"], played)[played["size"] == played["size"].max()].mean()
    quantities = [
        *_settings(table, family_size, int(played["size"].max())),
        exactly("family_size_random_dips", dips, ".3f", "", "random dips on the family of all chemistries"),
        *(one for learner in FAMILY_LEARNERS for one in _of_learner(learner, ends, statistics, rng)),
    ]
    return {
        "family_size_curves": table,
        "family_size": ends.merge(by_size, on=["learner", "size"]),
        "family_size_quantities": pd.DataFrame(quantities, columns=COLUMNS),
    }


def _ends(curves: pd.DataFrame) -> pd.DataFrame:
    """Return the score at the end of training by learner, size and seed."""
    named = curves["condition"].str.rsplit("_", n=1, expand=True)
    late = curves.assign(learner=named[0], size=named[1].astype(int))
    late = late[late["episode"] > (1 - LAST) * late.groupby("learner")["episode"].transform("max")]
    return late.groupby(["learner", *FAMILY], sort=False)["score"].mean().round(3).reset_index()


def _shares(ends: pd.DataFrame, played: pd.DataFrame) -> pd.DataFrame:
    """Add where each score lies on the scale of its family."""
    both = ends.merge(played, on=FAMILY)
    return both[list(ends.columns)].assign(share=_share(both["score"], both).round(4))


def _share(score: pd.Series, played: pd.DataFrame) -> pd.Series:
    return (score - played["random"]) / (played["oracle"] - played["random"])


def _settings(curves: pd.DataFrame, study: FamilySize, largest: int) -> list[Quantity]:
    settings = {
        "episodes": (curves["episode"].max(), "episodes", "training episodes of a run"),
        "seeds": (study.seeds, "runs", "training runs of a learner and family"),
        "all": (largest, "chemistries", "chemistries of the largest family"),
    }
    return [
        exactly(f"family_size_{name}", value, "d", unit, text)
        for name, (value, unit, text) in settings.items()
    ]


def _of_learner(
    learner: str, ends: pd.DataFrame, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return the share on one chemistry and on all, their difference, and the slope per doubling."""
    table = ends[ends["learner"] == learner].pivot(index="seed", columns="size", values="share")
    shares: Float[np.ndarray, "seed size"] = table.to_numpy(float)
    one, every = shares[:, 0], shares[:, -1]
    found = {
        "one": (one, "share on a family of one chemistry"),
        "every": (every, "share on the family of all chemistries"),
        "cost": (one - every, "share on one chemistry less that on all"),
        "cost_share": ((one - every) / (1 - every), "the same over what all are below the oracle"),
        "slope": (
            np.polyfit(np.log2(table.columns), shares.T, 1)[0],
            "change of the share per doubling of the family",
        ),
    }
    return [
        estimated(
            f"family_size_{learner}_{name}",
            over_seeds(values, statistics, rng),
            ".4f" if name == "slope" else ".3f",
            "",
            f"{learner}: {text}",
        )
        for name, (values, text) in found.items()
    ]
