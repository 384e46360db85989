"""The headline numbers of the simulated agents and of their speed."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from athanor.experiments.simple_alchemy.config import Published, Statistics
from athanor.reporting.quantities import Quantity, estimated, exactly
from athanor.reporting.statistics import (
    Estimate,
    bootstrap,
    mean,
    normalised_score,
    proportion,
    ratio_of_medians,
)

Mean = Callable[[np.ndarray], Estimate]


def agent_quantities(
    played: pd.DataFrame,
    scale: pd.Series,
    published: Published,
    statistics: Statistics,
    rng: np.random.Generator,
) -> list[Quantity]:
    """Return the agents' returns, scores and differences, and what the post says of its one run."""
    estimate = partial(
        mean, rng=rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples
    )
    small, whole = (played[played["family"] == family] for family in ("three_edges", "all"))
    totals = small.groupby(["agent", "episode"])["return"].sum().unstack("agent")
    whole_totals = whole.groupby(["agent", "episode"])["return"].sum().unstack("agent")
    return [
        exactly("episodes", len(totals), "d", "episodes", "simulated for each agent, 384 graphs"),
        exactly(
            "episodes_all", len(whole_totals), "d", "episodes", "simulated for each agent, 20,250 graphs"
        ),
        *_returns(totals, whole_totals, scale, estimate),
        *_agreement(totals, scale),
        *_differences(totals, estimate),
        *_trials(small, statistics, estimate),
        *_post_run(small, totals, published, statistics, rng, estimate),
        *_family_size(totals, whole_totals, statistics, rng),
    ]


def _returns(totals: pd.DataFrame, whole: pd.DataFrame, scale: pd.Series, estimate: Mean) -> list[Quantity]:
    """Return each agent's mean return of an episode, and its place on the yardstick."""
    rows = []
    for agent in totals.columns:
        found = estimate(totals[agent].to_numpy())
        score = Estimate(*normalised_score(np.array(found), scale["random"], scale["bayes_optimal"]))
        rows += [
            estimated(f"return_{agent}", found, ".1f", "steps", f"mean return of an episode: {agent}"),
            estimated(f"score_{agent}", score, ".3f", "", f"on the yardstick: {agent}"),
        ]
    return rows + [
        estimated(
            f"return_{agent}_all", estimate(whole[agent].to_numpy()), ".1f", "steps", f"{agent}, all graphs"
        )
        for agent in whole.columns
    ]


def _agreement(totals: pd.DataFrame, scale: pd.Series) -> list[Quantity]:
    """Hold the simulation against the exact values, in standard errors."""
    errors = totals.sem()
    excess = (totals.mean() - scale["bayes_optimal"]) / errors
    unit = "standard errors"
    return [
        *(
            exactly(
                f"{agent}_deviation", (totals.mean()[agent] - scale[agent]) / errors[agent], ".2f", unit, text
            )
            for agent, text in ((name, f"simulated mean less exact value: {name}") for name in scale.index)
            if agent in totals
        ),
        exactly(
            "largest_excess",
            excess.drop("oracle", errors="ignore").max(),
            ".2f",
            unit,
            "largest excess of an agent's mean over the Bayes-optimal value",
        ),
    ]


def _differences(totals: pd.DataFrame, estimate: Mean) -> list[Quantity]:
    """Return differences on the same episodes, a pair an episode."""
    pairs = {
        "value_of_later_trials": ("bayes_optimal", "greedy"),
        "bayes_optimal_over_cem": ("bayes_optimal", "cem"),
        "bayes_optimal_over_tree_search": ("bayes_optimal", "tree_search"),
        "cem_over_greedy": ("cem", "greedy"),
        "cem_over_posterior_sampling": ("cem", "posterior_sampling"),
    }
    return [
        estimated(
            name, estimate((totals[a] - totals[b]).to_numpy()), ".2f", "steps", f"{a} less {b}, same episodes"
        )
        for name, (a, b) in pairs.items()
        if {a, b} <= set(totals.columns)
    ]


def _trials(small: pd.DataFrame, statistics: Statistics, estimate: Mean) -> list[Quantity]:
    """Return how often trials are paid, and how many graphs stay consistent at the episode's end."""
    rows = []
    for agent, played in small.groupby("agent"):
        paid = (played.set_index(["episode", "trial"])["return"] > 0).unstack("trial").to_numpy()
        left = played[played["trial"] == played["trial"].max()]["consistent_graphs"].to_numpy(float)
        every = estimate(paid.mean(axis=1))
        bits = estimate(np.log2(left))
        rows += [
            estimated(f"trials_completed_share_{agent}", every, ".3f", "", f"share of trials paid: {agent}"),
            _share(
                f"first_trial_completed_share_{agent}", paid[:, 0], statistics, f"first trials paid: {agent}"
            ),
            _share(
                f"last_trial_completed_share_{agent}", paid[:, -1], statistics, f"last trials paid: {agent}"
            ),
            _share(
                f"second_trial_completed_share_{agent}",
                paid[:, 1],
                statistics,
                f"second trials paid: {agent}",
            ),
            estimated(f"final_bits_{agent}", bits, ".2f", "bits", f"entropy at the end: {agent}"),
        ]
    return rows


def _post_run(
    small: pd.DataFrame,
    totals: pd.DataFrame,
    published: Published,
    statistics: Statistics,
    rng: np.random.Generator,
    estimate: Mean,
) -> list[Quantity]:
    """Return what the post shows of one run, over all episodes."""
    cem = small[small["agent"] == "cem"].set_index(["episode", "trial"])
    missed = (cem["return"] == 0).unstack("trial").to_numpy()
    misses = missed.sum(axis=1)
    left = cem["consistent_graphs"].unstack("trial").to_numpy(float)[:, -1]
    resample = partial(
        bootstrap,
        rng=rng,
        confidence=statistics.confidence,
        resamples=statistics.bootstrap_samples,
        method="percentile",
    )
    second = resample([missed[:, 1].astype(float), misses.astype(float)], _ratio_of_sums)
    median = resample([left], np.median)
    rows = [
        estimated("final_graphs_cem", median, ".0f", "graphs", "median left at the end: cem"),
        estimated("missed_trials_second_share_cem", second, ".3f", "", "second trials among those missed"),
        _share("final_graphs_at_most_two_cem", left <= 2, statistics, "episodes that end with two or one"),
        _share("final_graphs_one_cem", left == 1, statistics, "episodes that end with one graph"),
        _share("episodes_missing_only_one_trial_cem", misses == 1, statistics, "episodes"),
        _share("episodes_missing_no_trial_cem", misses == 0, statistics, "episodes"),
    ]
    runs = {"oracle": published.oracle_rewarded_steps, "cem": published.bayes_rewarded_steps}
    for agent, steps in runs.items():
        returns = totals[agent].to_numpy()
        below = estimate((returns < steps) + 0.5 * (returns == steps))
        rows += [
            exactly(f"{agent}_run_published", steps, "d", "steps", f"paid in the post's run: {agent}"),
            estimated(f"{agent}_run_percentile", below, ".3f", "", "episodes paid on fewer steps than that"),
        ]
    return rows


def _share(name: str, flags: np.ndarray, statistics: Statistics, description: str) -> Quantity:
    """Return the share of the episodes in which something is true."""
    found = proportion(int(flags.sum()), len(flags), confidence=statistics.confidence)
    return estimated(name, found, ".3f", "", description)


def _family_size(
    totals: pd.DataFrame, whole: pd.DataFrame, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Compare the share of the oracle's return that CEM reaches on both families (unpaired episodes)."""
    shares = [_resampled_share(table, statistics.bootstrap_samples, rng) for table in (totals, whole)]
    value = _share_of_oracle(totals) - _share_of_oracle(whole)
    tail = (1 - statistics.confidence) / 2
    low, high = np.quantile(shares[0] - shares[1], [tail, 1 - tail])
    drop = Estimate(value, float(low), float(high))
    return [
        exactly(
            "cem_oracle_share",
            _share_of_oracle(totals),
            ".3f",
            "",
            "CEM's return over the oracle's, 384 graphs",
        ),
        exactly("cem_oracle_share_all", _share_of_oracle(whole), ".3f", "", "the same, 20,250 graphs"),
        estimated("cem_oracle_share_drop_384_to_20250", drop, ".3f", "", "the first less the second"),
    ]


def speed_quantities(
    decision_times: pd.DataFrame, cem_speed: pd.DataFrame, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return seconds a decision, and the ratios between implementations, in interleaved pairs."""
    alone = decision_times.groupby(["family", "agent"])["seconds"].median() * 1000
    paired = cem_speed.groupby(["implementation", "family"])["seconds_per_decision"].median() * 1000
    pairs = cem_speed.pivot(index="pair", columns=["implementation", "family"], values="seconds_per_decision")
    ratio = partial(
        ratio_of_medians, rng=rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples
    )
    ratios = {
        "cem_speedup_over_numpy": (("numpy_flat", "three_edges"), ("jax_factored", "three_edges")),
        "cem_speed_ratio_384_to_20250": (("jax_factored", "all"), ("jax_factored", "three_edges")),
        "flat_belief_ratio": (("numpy_flat", "all"), ("numpy_flat", "three_edges")),
    }
    return [
        *(
            exactly(
                f"decision_ms_{agent}_{family}", value, ".3g", "ms", f"median decision: {agent}, {family}"
            )
            for (family, agent), value in alone.items()
        ),
        *(
            exactly(
                f"cem_speed_ms_{name}_{family}", value, ".1f", "ms", f"median CEM decision: {name}, {family}"
            )
            for (name, family), value in paired.items()
        ),
        *(
            estimated(
                name,
                ratio(pairs[above].to_numpy(), pairs[below].to_numpy()),
                ".1f",
                "",
                f"{above} over {below}",
            )
            for name, (above, below) in ratios.items()
        ),
    ]


def _ratio_of_sums(above: np.ndarray, below: np.ndarray, axis: int = -1) -> np.ndarray:
    total = below.sum(axis=axis)
    return np.divide(above.sum(axis=axis), total, out=np.zeros_like(total), where=total > 0)


def _share_of_oracle(totals: pd.DataFrame) -> float:
    return float(totals["cem"].mean() / totals["oracle"].mean())


def _resampled_share(totals: pd.DataFrame, resamples: int, rng: np.random.Generator) -> np.ndarray:
    rows = rng.integers(len(totals), size=(resamples, len(totals)))
    return totals["cem"].to_numpy()[rows].mean(axis=1) / totals["oracle"].to_numpy()[rows].mean(axis=1)
