"""What is estimated of training by the number of inner steps, in words and formats."""

from typing import Any

from athanor.reporting.estimands import of_columns

CONDITION = ("reading", "setting", "variant")
AREA, PER_STEP = "m²", "m² per inner step"
# Of runs, over all N: name, format, unit, description.
RUNS = (
    ("end_mean", ".1f", AREA, "squared distance in the last frame"),
    ("at_plateau", ".2f", "", "share of runs whose last frame is at the plateau"),
    ("near", ".3f", "", "share of the last frame's rollouts that end within half a metre"),
    ("near_behind", ".3f", "", "the same, targets behind the cross"),
    ("in_cross", ".3f", "", "share of the last frame's rollouts that end in the cross"),
    ("in_cross_behind", ".3f", "", "the same, targets behind it"),
    ("in_cross_before", ".3f", "", "the same, the other targets"),
    ("outside", ".3f", "", "share of the last frame's rollouts that end outside the square"),
    ("first_entropy", ".3f", "nats", "entropy after adaptation, first episode"),
    ("end_entropy", ".2f", "nats", "entropy after adaptation, last frame"),
    ("deterministic_first", ".2f", "", "share of runs below 0.01 nats in the first episode"),
    ("no_gradient", ".3f", "", "share of episodes whose gradient is exactly 0"),
    ("stopped", ".2f", "", "share of runs whose gradient is exactly 0 in the whole last frame"),
)
# Of a condition: name, format, unit, description.
COUNTS = (
    ("runs", "d", "runs", "training runs"),
    ("diverged", "d", "runs", "training runs that diverged"),
    ("end_median", ".1f", AREA, "median over runs of the squared distance in the last frame"),
    ("first_gradient", ".0e", "", "norm of the first episode's gradient, median over runs"),
    ("largest_gradient", ".0e", "", "largest norm of a gradient"),
    ("same_until", ".0f", "episodes", "first episodes that are equal for all N, median over seeds"),
)
# Without keys, and of tables that hold one number for each combination of keys.
SINGLE = (
    (
        "ablation_trajectories",
        "d",
        "",
        "trajectories of a gradient with one inner step that are as many as with most",
    ),
    (
        "published_plateau",
        ".2f",
        AREA,
        "published means of the last frame, mean over those N that are at the plateau",
    ),
)
END_WITH = (("end_mean_with", ".1f", AREA, "squared distance in the last frame"),)
SLOPE = (("slope", ".2f", PER_STEP, "slope over N"),)
PUBLISHED_SLOPE = (("published_slope", ".2f", PER_STEP, "published slope over N"),)
PAIR_SLOPE = (
    ("single_pair_slope", ".2f", PER_STEP, "spread of the slope from one pair of runs with each N"),
)
PAIR_SHARE = (("single_pair_share", ".3f", "", "share of these slopes that are as steep as published"),)
EFFECT = (("effect", ".1f", AREA, "most inner steps less fewest"),)
ENDS: dict[str, Any] = {"value": "value", "interval": ("low", "high")}  # of tables that carry their interval
FRAME = ("frame", "statistic")
ESTIMANDS = (
    *of_columns("steps", ("compared", "which"), (("steps", "d", "", "inner steps compared"),), value="value"),
    *of_columns("single", (), SINGLE),
    *of_columns("runs", CONDITION, RUNS, over="seed"),
    *of_columns("counts", CONDITION, COUNTS),
    *of_columns("ends", ("reading", "setting", "training", "which"), END_WITH, **ENDS),
    *of_columns("slopes", ("reading", "setting", *FRAME), SLOPE, **ENDS),
    *of_columns("published_slopes", FRAME, PUBLISHED_SLOPE, value="published"),
    *of_columns("single_pairs", ("setting",), PAIR_SLOPE, **ENDS),
    *of_columns("single_pairs", ("setting",), PAIR_SHARE, value="share"),
    *of_columns("effects", ("reading", "component", "statistic"), EFFECT, **ENDS),
)
