"""The jobs of navigation."""

from collections.abc import Sequence

from athanor.experiments.job import Conditions, Job, Result
from athanor.experiments.navigation.config import NavigationConfig
from athanor.experiments.navigation.config_adaptation import ADAPTATION_LEARNERS, VARIANTS
from athanor.experiments.navigation.config_inner_steps import ARMS
from athanor.experiments.navigation.section import READINGS

FIGURE_2 = "reference/published/navigation_figure2.csv"
FIGURE_3B = "reference/published/navigation_figure3b.csv"
GROUPS = (
    "inner_steps",
    "first_order",
    "configurations",
    "single_task",
    "adaptation",
    "all_eight",
    "distributions",
    "timing",
)
WHOLE = {"arm": "whole"}
PARTIAL = {"arm": ARMS[1:]}
DISTRIBUTION = ("distribution", "obstacles", "observation")


def _rows(names: Sequence[str], rows: Sequence[Sequence[str | int]]) -> list[Conditions]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _trained(navigation: NavigationConfig) -> list[Conditions]:
    """Return what is trained by the number of inner steps: whole learners, then those in which it does a part."""
    names = ("reading", "setting", "arm", "steps")
    study = navigation.inner_steps
    whole = [(reading, setting, "whole", steps) for reading, setting, steps in study.conditions]
    partial = [
        (reading, study.settings[0], arm, steps) for reading, arm, steps in navigation.ablation.conditions
    ]
    return _rows(names, [*whole, *partial])


def _configurations(navigation: NavigationConfig) -> list[Conditions]:
    base = navigation.environment
    rows = navigation.configurations.conditions(base.obstacles, base.see_goal)
    return _rows(("reading", "obstacles", "goal"), rows)


def _base(given: Conditions, navigation: NavigationConfig) -> list[Result]:
    del given
    where = dict(zip(DISTRIBUTION, navigation.base_condition, strict=True))
    return [Result("navigation.generalisation/ends.npz", where)]


JOBS = (
    Job("navigation.maps", ("obstacles.csv", "down_left.npz"), {"obstacles.csv": "obstacles of each level"}),
    Job(
        "navigation.reachable",
        ("reachable.csv", "reachable_paths.npz"),
        {"reachable.csv": "exact solution by target"},
        memory=2000,
    ),
    Job("navigation.discounts", ("discounts.csv",), {"discounts.csv": "staying in the cross, by discount"}),
    Job("navigation.inner_steps", ("inner_steps.csv", "training.npz"), over=_trained),
    Job(
        "navigation.stability",
        ("inner_steps.csv", "stability.csv", "stability_slopes.csv", "single_pairs.csv"),
        {
            "stability.csv": "stability by frame",
            "stability_slopes.csv": "slopes over N",
            "single_pairs.csv": "slopes from one pair of runs an N",
        },
        inputs={"runs": Result("navigation.inner_steps/inner_steps.csv", WHOLE), "figure2": FIGURE_2},
    ),
    Job(
        "navigation.long_training",
        ("long_training.csv", "long_ends.csv", "long_slopes.csv"),
        {"long_ends.csv": "last frame of long training", "long_slopes.csv": "slopes over N of long training"},
        inputs={"runs": "navigation.stability/inner_steps.csv"},
    ),
    Job(
        "navigation.ablation",
        ("ablation.csv", "ablation_seeds.csv", "ablation_runs.csv"),
        {"ablation.csv": "what the number of inner steps does"},
        inputs={
            "whole": "navigation.stability/inner_steps.csv",
            "arms": Result("navigation.inner_steps/inner_steps.csv", PARTIAL),
        },
    ),
    Job(
        "navigation.inner_steps_results",
        ("inner_steps_quantities.csv",),
        inputs={
            "slopes": "navigation/stability_slopes.csv",
            "effects": "navigation/ablation.csv",
            "training": "navigation/training.npz",
        },
    ),
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
    Job("navigation.configurations", ("curves.npz",), over=_configurations),
    Job(
        "navigation.configurations_results",
        ("configurations.csv", "configurations_spread.csv", "configurations_quantities.csv"),
        {"configurations_spread.csv": "stability by configuration"},
        inputs={
            "curves": "navigation.configurations/curves.npz",
            "base": Result(
                "navigation.first_order/curves.npz",
                {"reading": ("released", "repaired"), "algorithm": "maml"},
            ),
        },
    ),
    Job("navigation.single_task", ("single_task.csv", "single_task_quantities.csv")),
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
        inputs={
            "discount_table": "navigation/discounts.csv",
            "slopes": "navigation/stability_slopes.csv",
            "training": Result("navigation/training.npz", WHOLE),
            "groups": [f"navigation/{group}_quantities.csv" for group in GROUPS],
            "figure2": FIGURE_2,
        },
    ),
)
