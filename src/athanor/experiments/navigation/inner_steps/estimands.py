"""What is estimated of training by the number of inner steps, in words and formats."""

from athanor.reporting.estimands import Estimand

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
ESTIMANDS = (
    Estimand(
        name="steps",
        table="steps",
        per=("compared", "which"),
        format="d",
        description="{which} inner steps compared in {compared}",
    ),
    Estimand(
        name="ablation_trajectories",
        table="trajectories",
        format="d",
        description="trajectories of a gradient with one inner step, as many in total as with the most steps",
    ),
    Estimand(
        name="published_plateau",
        table="published_plateau",
        format=".2f",
        unit=AREA,
        description="published means of the last frame, mean over those N that seem to be at the plateau",
    ),
    *(
        Estimand(
            name=name,
            table="runs",
            value=name,
            per=CONDITION,
            over="seed",
            format=spec,
            unit=unit,
            description=f"{{reading}}, {{setting}}, {{variant}}, all N: {text}",
        )
        for name, spec, unit, text in RUNS
    ),
    *(
        Estimand(
            name=name,
            table="counts",
            value=name,
            per=CONDITION,
            format=spec,
            unit=unit,
            description=f"{{reading}}, {{setting}}, {{variant}}: {text}",
        )
        for name, spec, unit, text in COUNTS
    ),
    Estimand(
        name="end_mean_with",
        table="ends",
        per=("reading", "setting", "training", "which"),
        interval=("low", "high"),
        format=".1f",
        unit=AREA,
        description="{reading}, {setting}, {training} training: squared distance in the last frame, {which} inner steps",
    ),
    Estimand(
        name="slope",
        table="slopes",
        per=("reading", "setting", "frame", "statistic"),
        interval=("low", "high"),
        format=".2f",
        unit=PER_STEP,
        description="{reading}, {setting}: slope over N of {statistic}, frame: {frame}",
    ),
    Estimand(
        name="published_slope",
        table="published_slopes",
        value="published",
        per=("frame", "statistic"),
        format=".2f",
        unit=PER_STEP,
        description="published: slope over N of {statistic}, frame: {frame}",
    ),
    Estimand(
        name="single_pair_slope",
        table="single_pairs",
        per=("setting",),
        interval=("low", "high"),
        format=".2f",
        unit=PER_STEP,
        description="{setting}: spread of the slope from one pair of runs with each N",
    ),
    Estimand(
        name="single_pair_share",
        table="single_pairs",
        value="share",
        per=("setting",),
        format=".3f",
        description="{setting}: share of the slopes from one pair of runs with each N that are as steep as published",
    ),
    Estimand(
        name="effect",
        table="effects",
        per=("reading", "component", "statistic"),
        interval=("low", "high"),
        format=".1f",
        unit=AREA,
        description="{reading}: effect of {component} on {statistic}, most inner steps against fewest",
    ),
)
