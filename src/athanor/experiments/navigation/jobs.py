"""The jobs of navigation."""

from collections.abc import Sequence

from athanor.experiments.job import Conditions, Job, Result
from athanor.experiments.navigation.config import NavigationConfig
from athanor.experiments.navigation.config_adaptation import ADAPTATION_LEARNERS, VARIANTS
from athanor.experiments.navigation.learners.config import READINGS

FIGURE_3B = "reference/published/navigation_figure3b.csv"
GROUPS = (
    "first_order",
    "adaptation",
    "all_eight",
    "distributions",
    "timing",
)
DISTRIBUTION = ("distribution", "obstacles", "observation")


def _rows(names: Sequence[str], rows: Sequence[Sequence[str | int]]) -> list[Conditions]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _base(given: Conditions, navigation: NavigationConfig) -> list[Result]:
    del given
    where = dict(zip(DISTRIBUTION, navigation.base_condition, strict=True))
    return [Result("navigation.generalisation/ends.npz", where)]


JOBS = (
    Job(
        "navigation.first_order",
        ("final_distances.csv", "curves.npz", "paths.npz"),
        over={"reading": READINGS, "algorithm": ("maml", "fomaml")},
        memory=3000,
    ),
    Job(
        "navigation.first_order_results",
        ("final_distances.csv", "first_order_quantities.csv"),
        {"final_distances.csv": "where MAML and FOMAML end"},
        inputs={"finals": "navigation.first_order/final_distances.csv"},
    ),
    Job("navigation.adaptation", ("adaptation.csv",), over={"learner": ADAPTATION_LEARNERS}),
    Job(
        "navigation.adaptation_results",
        ("adaptation.csv", "adaptation_oracle.csv", "adaptation_scores.csv", "adaptation_quantities.csv"),
        {"adaptation_scores.csv": "adaptation to hidden targets"},
        inputs={"runs": "navigation.adaptation/adaptation.csv"},
        memory=2000,
    ),
    Job("navigation.all_eight", ("all_eight.csv",), over={"variant": VARIANTS}),
    Job(
        "navigation.all_eight_results",
        ("all_eight.csv", "all_eight_quantities.csv"),
        {"all_eight.csv": "all eight targets, by variant"},
        inputs={"runs": "navigation.all_eight/all_eight.csv"},
    ),
    Job("navigation.held_out", ("held_out.csv",), {"held_out.csv": "held-out targets"}, memory=2000),
    Job(
        "navigation.generalisation",
        ("ends.npz",),
        over=lambda navigation: _rows(DISTRIBUTION, navigation.distributions.conditions),
        memory=2000,
    ),
    Job(
        "navigation.difficulty",
        ("difficulty.csv", "difficulty_prediction.csv", "difficulty_classifier.csv"),
        {
            "difficulty.csv": "difficulty by target",
            "difficulty_prediction.csv": "prediction of difficulty",
        },
        inputs={"ends": _base},
    ),
    Job(
        "navigation.curriculum",
        ("ends.npz",),
        over=lambda navigation: _rows(("order",), [(order,) for order in navigation.curriculum.orders]),
        inputs={"classifier_table": "navigation/difficulty_classifier.csv"},
        memory=2000,
    ),
    Job(
        "navigation.distributions_results",
        ("generalisation.csv", "curriculum.csv", "curriculum_training.csv", "distributions_quantities.csv"),
        {"curriculum.csv": "orders of tasks"},
        inputs={
            "trained": "navigation.generalisation/ends.npz",
            "ordered": "navigation.curriculum/ends.npz",
            "predictions": "navigation/difficulty_prediction.csv",
            "targets": "navigation/difficulty.csv",
        },
    ),
    Job(
        "navigation.timing",
        ("timing.csv", "core_speed.csv"),
        {"timing.csv": "seconds an episode", "core_speed.csv": "speed of the core"},
        memory=4000,
        measures_time=True,
    ),
    Job(
        "navigation.timing_results",
        ("timing_shares.csv", "timing_published.csv", "timing_quantities.csv"),
        {"timing_shares.csv": "what FOMAML saves"},
        inputs={"times": "navigation/timing.csv", "figure3b": FIGURE_3B},
        memory=2000,
    ),
    Job(
        "navigation.summary",
        ("estimates/navigation.csv",),
        inputs={"groups": [f"navigation/{group}_quantities.csv" for group in GROUPS]},
    ),
)
