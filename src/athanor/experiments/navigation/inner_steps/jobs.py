"""The jobs of this group."""

from athanor.experiments.job import Job, Result
from athanor.experiments.navigation.inner_steps.conditions import conditions

FIGURE_2 = "reference/published/navigation_figure2.csv"
RUNS = "navigation.inner_steps.training/runs.csv"
WHOLE = Result(RUNS, {"variant": "whole"})

JOBS = (
    Job(
        "navigation.inner_steps.training",
        ("runs.csv", "training.npz"),
        over=lambda navigation: [
            one._asdict() for one in conditions(navigation.inner_steps, navigation.ablation)
        ],
        stream="navigation.inner_steps",
    ),
    Job(
        "navigation.inner_steps.stability",
        ("inner_steps.csv", "stability.csv", "stability_slopes.csv", "single_pairs.csv"),
        {
            "stability.csv": "stability by frame",
            "stability_slopes.csv": "slopes over N",
            "single_pairs.csv": "slopes from one pair of runs with each N",
        },
        inputs={"runs": WHOLE, "figure2": FIGURE_2},
    ),
    Job(
        "navigation.inner_steps.long_training",
        ("long_training.csv",),
        inputs={
            "runs": lambda given, navigation: [
                Result(
                    RUNS,
                    {"reading": "released", "variant": "whole", "steps": navigation.inner_steps.long_steps},
                )
            ]
        },
    ),
    Job(
        "navigation.inner_steps.ablation",
        ("ablation.csv", "ablation_seeds.csv"),
        {"ablation.csv": "what the number of inner steps does"},
        inputs={"runs": RUNS},
    ),
    Job(
        "navigation.inner_steps.endings_analysis",
        ("run_ends.csv", "estimates/run_ends.csv"),
        {"run_ends.csv": "what each training run comes to"},
        inputs={"training": "navigation.inner_steps.training/training.npz", "figure2": FIGURE_2},
    ),
    Job(
        "navigation.inner_steps.analysis",
        ("estimates/inner_steps.csv",),
        inputs={"slopes": "navigation/stability_slopes.csv", "effects": "navigation/ablation.csv"},
    ),
)
