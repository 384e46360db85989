"""Collect the part's headline numbers, each with its interval, for the paper, the claims and `athanor verify`."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.navigation.config_game import Discounts, Environment
from athanor.experiments.navigation.config_inner_steps import InnerSteps
from athanor.experiments.navigation.config_learners import Networks, Released
from athanor.experiments.navigation.config_reporting import Published, Statistics
from athanor.experiments.navigation.seed_statistics import MEAN, STATISTICS
from athanor.experiments.navigation.stability import ALL_FRAMES, PUBLISHED_SETTING, frame_names
from athanor.experiments.navigation.summary_runs import Runs, run_quantities
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.reporting.statistics import Estimate
from athanor.results import read_arrays, read_table

AREA = "m²"
PER_STEP = "m² per inner step"


def run(
    environment: Environment,
    discounts: Discounts,
    networks: Networks,
    released: Released,
    inner_steps: InnerSteps,
    published: Published,
    statistics: Statistics,
    key: PRNGKeyArray,
    reachable: Path,
    discount_table: Path,
    stability: Path,
    slopes: Path,
    single_pairs: Path,
    training: tuple[Path, ...],
    groups: tuple[Path, ...],
    figure2: Path,
) -> dict[str, pd.DataFrame]:
    """Return `summary`: a row a quantity; `groups` are the quantities of other groups of experiments."""
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    base = read_table(reachable).query("obstacles == @environment.obstacles").sort_values("target")
    targets = {str(name): rows.reset_index(drop=True) for name, rows in base.groupby("setting")}
    frames, solved = read_table(stability), read_table(discount_table)
    reach = environment.release.reach_squared or 0.0
    quantities = [
        *_settings(networks, released, inner_steps),
        *_published(pd.read_csv(figure2, comment="#"), published),
        *_slopes(read_table(slopes), inner_steps),
        *_single_pairs(read_table(single_pairs)),
        *(
            exactly(f"discount_{place}", discount, "g", "", "discount per step")
            for place, discount in enumerate(discounts.discounts)
        ),
    ]
    for setting in discounts.settings:
        quantities += _staying(setting, solved, targets[setting], reach, discounts, released)
    arrays = [read_arrays(path) for path in training]
    for setting in inner_steps.settings:
        quantities += _targets(setting, targets[setting], reach)
        quantities += _frames(setting, frames, inner_steps)
        trained = sorted(
            (part for part in arrays if part["reading"] == "released" and part["setting"] == setting),
            key=lambda part: int(part["inner_steps"]),
        )
        behind = behind_the_cross(targets[setting], reach).to_numpy()
        runs = Runs(setting, trained, targets[setting], behind)
        quantities += run_quantities(runs, environment.rules(setting), inner_steps, statistics, rng)
    own = pd.DataFrame(quantities, columns=COLUMNS)
    found = pd.concat([own, *map(read_table, groups)], ignore_index=True)
    return {"estimates/navigation": found.assign(quantity="navigation." + found["quantity"])}


def _settings(networks: Networks, released: Released, study: InnerSteps) -> list[Quantity]:
    """Return the settings that the text names."""
    return [
        exactly("hidden", networks.hidden, "d", "units", "units of a hidden layer"),
        exactly("discount", released.discount, "g", "", "discount per step of the released code"),
        exactly("trace", released.trace, "g", "", "lambda of its advantages"),
        exactly(
            "advantage_discount", released.discount * released.trace, ".4f", "", "discount of its advantages"
        ),
        exactly("episodes", study.episodes, "d", "episodes", "training episodes of a run"),
        exactly("frame", study.frame, "d", "episodes", "episodes of a frame"),
        exactly("seeds", study.seeds, "d", "runs", "training runs of each condition"),
        exactly("fewest_steps", min(study.steps), "d", "", "fewest inner steps"),
        exactly("most_steps", max(study.steps), "d", "", "most inner steps"),
    ]


def _published(figure: pd.DataFrame, published: Published) -> list[Quantity]:
    last = figure[figure["frame"] == figure["frame"].max()].set_index("inner_steps")["mean_exact"]
    steps = ", ".join(map(str, published.plateau_steps))
    plateau = last.loc[list(published.plateau_steps)].mean()
    return [exactly("published_plateau", plateau, ".2f", AREA, f"published means of T4, N = {steps}")]


def _targets(setting: str, targets: pd.DataFrame, reach: float) -> list[Quantity]:
    """Return what the exact solution says of a setting's targets."""
    reachable = (targets["best_squared_distance"] <= reach + 1e-6).sum()
    behind = behind_the_cross(targets, reach).sum()
    text = f"setting {setting}"
    return [
        exactly(f"{setting}_targets", len(targets), "d", "targets", text),
        exactly(f"{setting}_targets_reachable", reachable, "d", "targets", f"{text}: within reach in time"),
        exactly(f"{setting}_targets_behind", behind, "d", "targets", f"{text}: not reached by nearer steps"),
        exactly(
            f"{setting}_reachable", targets["best_squared_distance"].mean(), ".3f", AREA, f"{text}: optimum"
        ),
        exactly(
            f"{setting}_best_return", targets["best_return"].mean(), ".0f", AREA, f"{text}: optimal return"
        ),
        exactly(
            f"{setting}_plateau", targets["down_left_squared_distance"].mean(), ".2f", AREA, f"{text}: cross"
        ),
    ]


def behind_the_cross(targets: pd.DataFrame, reach: float) -> "pd.Series[bool]":
    """Tell which targets a walk that always steps nearer does not reach."""
    return targets["myopic_distance"] ** 2 > reach + 1e-6


def _frames(setting: str, frames: pd.DataFrame, study: InnerSteps) -> list[Quantity]:
    """Return the mean squared distance in the last frame by N."""
    wanted = (frames["reading"] == "released") & (frames["setting"] == setting)
    wanted &= (frames["frame"] == frame_names(study)[-1]) & (frames["statistic"] == MEAN)
    chosen = frames[wanted].set_index("inner_steps")
    names = {f"n{steps}": steps for steps in study.steps}
    names |= {"fewest": min(study.steps), "most": max(study.steps)}
    return [
        estimated(f"{setting}_last_mean_{name}", _estimate(chosen.loc[steps]), ".1f", AREA, f"N = {steps}")
        for name, steps in names.items()
    ]


def _slopes(slopes: pd.DataFrame, study: InnerSteps) -> list[Quantity]:
    """Return the slopes over N: of the statistics, mean over frames, and of the last frame's mean."""
    wanted = {f"slope_{name}": (ALL_FRAMES, name) for name in (MEAN, *STATISTICS)}
    wanted["slope_last_mean"] = (frame_names(study)[-1], MEAN)
    table = slopes[slopes["reading"] == "released"].set_index(["setting", "frame", "statistic"])
    quantities = []
    for setting in study.settings:
        for name, place in wanted.items():
            row, text = table.loc[(setting, *place)], f"slope over N of {place[1]}, frames: {place[0]}"
            quantities.append(estimated(f"{setting}_{name}", _estimate(row), ".2f", PER_STEP, text))
            if setting == PUBLISHED_SETTING and np.isfinite(row["published"]):
                quantities.append(exactly(f"published_{name}", row["published"], ".2f", PER_STEP, text))
    return quantities


def _single_pairs(table: pd.DataFrame) -> list[Quantity]:
    """Return the slopes of the published statistic from one pair of runs for each N."""
    quantities = []
    for row in table.itertuples():
        text = f"{row.setting}: one pair of runs an N"
        slopes = Estimate(row.median, row.low, row.high)
        quantities += [
            estimated(
                f"{row.setting}_single_pair_slope", slopes, ".2f", PER_STEP, f"{text}, spread of slopes"
            ),
            exactly(
                f"{row.setting}_single_pair_share", row.share, ".3f", "", f"{text}, as steep as published"
            ),
        ]
    return quantities


def _staying(
    setting: str,
    table: pd.DataFrame,
    targets: pd.DataFrame,
    reach: float,
    discounts: Discounts,
    released: Released,
) -> list[Quantity]:
    """Return for how many targets it is best to end in the cross; discounts are named by their place."""
    behind = targets.loc[behind_the_cross(targets, reach), "target"]
    quantities = []
    for place, discount in enumerate(discounts.discounts):
        rows = table[(table["setting"] == setting) & np.isclose(table["discount"], discount)]
        hidden = rows[rows["target"].isin(behind)]
        loss = max(100 * (hidden["stay_return"] / hidden["best_return"] - 1).max(), 0.0)  # not −1e−16
        staying, text = rows["ends_in_obstacle"].sum(), f"{setting}, discount {discount:g}"
        names = [f"{setting}_staying_{place}"]
        if np.isclose(discount, released.discount * released.trace, rtol=1e-9):
            names.append(f"{setting}_staying_as_released")
        for name in names:
            best, worst = f"{text}: best to end in the cross", f"{text}: largest loss by it, targets behind"
            quantities.append(exactly(name, staying, "d", "targets", best))
            quantities.append(exactly(f"{name}_loss", loss, ".2f", "%", worst))
    return quantities


def _estimate(row: pd.Series) -> Estimate:
    return Estimate(float(row["value"]), float(row["low"]), float(row["high"]))
