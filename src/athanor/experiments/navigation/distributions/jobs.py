"""The jobs of this group."""

from typing import Any

from athanor.experiments.job import Conditions, Job, Result
from athanor.experiments.navigation.distributions.conditions import CONDITION, base_condition, conditions

ENDS = "navigation.distributions.generalisation/ends.npz"


def _base(given: Conditions, navigation: Any) -> list[Result]:
    """Return the runs of the base condition."""
    del given
    return [Result(ENDS, dict(zip(CONDITION, base_condition(navigation.environment), strict=True)))]


JOBS = (
    Job(
        "navigation.distributions.held_out",
        ("held_out.csv",),
        {"held_out.csv": "held-out targets"},
        stream="navigation.held_out",
        memory=2000,
    ),
    Job(
        "navigation.distributions.generalisation",
        ("ends.npz",),
        over=lambda navigation: [
            dict(zip(CONDITION, row, strict=True)) for row in conditions(navigation.distributions)
        ],
        stream="navigation.generalisation",
        memory=2000,
    ),
    Job(
        "navigation.distributions.difficulty",
        ("difficulty.csv", "difficulty_classifier.csv"),
        {"difficulty.csv": "difficulty by target"},
        inputs={"ends": _base},
    ),
    Job(
        "navigation.distributions.predictability",
        ("difficulty_prediction.csv",),
        {"difficulty_prediction.csv": "prediction of difficulty"},
        inputs={"ends": _base},
        stream="navigation.difficulty",
    ),
    Job(
        "navigation.distributions.curriculum",
        ("ends.npz",),
        over=lambda navigation: [{"order": order} for order in navigation.curriculum.orders],
        inputs={"classifier_table": "navigation/difficulty_classifier.csv"},
        stream="navigation.curriculum",
        memory=2000,
    ),
    Job(
        "navigation.distributions.analysis",
        ("generalisation.csv", "estimates/distributions.csv"),
        inputs={
            "trained": ENDS,
            "predictions": "navigation/difficulty_prediction.csv",
            "targets": "navigation/difficulty.csv",
        },
    ),
    Job(
        "navigation.distributions.curriculum_analysis",
        ("curriculum.csv", "curriculum_training.csv", "estimates/curriculum.csv"),
        {"curriculum.csv": "orders of tasks"},
        inputs={"ordered": "navigation.distributions.curriculum/ends.npz"},
    ),
)
