"""What the timed calls of experiment `speed` say: rates, ratios, and what the posterior adds to a step."""

from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.config_speed import Speed
from athanor.reporting.quantities import Quantity, estimated, exactly
from athanor.reporting.statistics import Estimate, bootstrap, ratio_of_medians

Times = Float[np.ndarray, " turn"]
RATES = {  # name -> program, scale, unit, text
    "speed_game": ("game", 1e-6, "million steps/s", "the game, random actions"),
    "speed_game_observed": ("game_observed", 1e-6, "million steps/s", "the same, observed"),
    "speed_plain": ("plain", 1e-3, "thousand steps/s", "the rules in plain Python"),
    "speed_plain_observed": ("plain_observed", 1e-3, "thousand steps/s", "the same, observed"),
}
DURATIONS = {
    "oracle_milliseconds": ("oracle", 1e3, "ms", "the oracle's plans of an episode"),
}
ADDED = {  # name -> program, the same without it, text
    "update_microseconds": ("game_believed", "game", "what the posterior adds to a step"),
    "draw_microseconds": ("draw", "start", "a chemistry drawn from the posterior at an episode's start"),
}
RATIOS = {
    "speed_over_plain": ("plain", "game", "speed of the game over the rules in plain Python"),
    "speed_over_plain_observed": ("plain_observed", "game_observed", "the same, observed"),
}


def quantities(
    table: pd.DataFrame, speed: Speed, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return medians over the turns, with percentile intervals."""
    each = table.assign(each=table["seconds"] / table["amount"])
    seconds = {name: rows["each"].to_numpy(float) for name, rows in each.groupby("program")}
    level: dict[str, Any] = {"confidence": statistics.confidence, "resamples": statistics.bootstrap_samples}

    def median(values: Times) -> Estimate:
        return bootstrap([values], np.median, rng, method="percentile", **level)

    measured = [
        (name, median(scale / seconds[program]), unit, text)
        for name, (program, scale, unit, text) in RATES.items()
    ]
    measured += [
        (name, median(scale * seconds[program]), unit, text)
        for name, (program, scale, unit, text) in DURATIONS.items()
    ]
    measured += [
        (name, ratio_of_medians(seconds[above], seconds[below], rng, **level), "", text)
        for name, (above, below, text) in RATIOS.items()
    ]
    measured += [
        (name, median(1e6 * (seconds[program] - seconds[without])), "µs", text)
        for name, (program, without, text) in ADDED.items()
    ]
    for name, published in (
        ("speed_over_published", speed.published_steps),
        ("speed_over_published_without_resets", speed.published_no_resets),
    ):
        text = "speed of the game over that published for the public environment"
        measured.append((name, median(1 / seconds["game_observed"] / published), "", text))
    return [
        *(estimated(name, found, _digits(found), unit, text) for name, found, unit, text in measured),
        exactly("published_steps", speed.published_steps, ",.0f", "steps/s", "the public environment"),
        exactly(
            "published_no_resets",
            speed.published_no_resets,
            ",.0f",
            "steps/s",
            "the public environment, resets left out",
        ),
    ]


def _digits(found: Estimate) -> str:
    """Return a format with three significant digits, or none after the point for what is large."""
    return ".0f" if abs(found.value) >= 100 else ".3g"
