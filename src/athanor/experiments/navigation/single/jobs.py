"""The jobs of this group."""

from athanor.experiments.job import Job, Result
from athanor.experiments.navigation.single.conditions import READINGS, conditions

JOBS = (
    Job(
        "navigation.single.configurations",
        ("curves.npz",),
        over=lambda navigation: conditions(
            navigation.configurations, navigation.environment.obstacles, navigation.environment.see_goal
        ),
        stream="navigation.configurations",
    ),
    Job("navigation.single.single_task", ("single_task.csv",), stream="navigation.single_task"),
    Job(
        "navigation.single.analysis",
        ("configurations.csv", "configurations_spread.csv", "estimates/single.csv"),
        {"configurations_spread.csv": "stability by configuration"},
        inputs={
            "curves": "navigation.single.configurations/curves.npz",
            "base": Result(
                "navigation.first_order.training/curves.npz", {"reading": READINGS, "algorithm": "maml"}
            ),
            "tasks": "navigation/single_task.csv",
        },
    ),
)
