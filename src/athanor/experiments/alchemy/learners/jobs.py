"""The jobs of this group."""

from athanor.experiments.alchemy.learners.table import (
    CONSTANT_LEARNERS,
    FAMILY_LEARNERS,
    GAMES,
    META_LEARNERS,
    SINGLE_LEARNERS,
)
from athanor.experiments.job import Job, Result

YARDSTICK = "simple_alchemy/yardstick.csv"
PLANNED: dict[str, str | int] = {
    "family": "three_edges",
    "agent": "cem",
    "budget": 0,
}  # the planner that learners are compared with
SINGLE = "alchemy.learners.single_chemistry/curves.csv"
META, TESTS = "alchemy.learners.meta_learning/curves.csv", "alchemy.learners.meta_learning/tests.csv"
RECURRENT = "alchemy.learners.recurrent/curves.csv"
FAMILIES = "alchemy.learners.family_size/curves.csv"

JOBS = (
    Job(
        "alchemy.learners.published",
        ("published_learners.csv",),
        inputs={"poster": "reference/published/alchemy_poster.csv"},
    ),
    Job(
        "alchemy.learners.single_chemistry",
        ("curves.csv",),
        over=lambda alchemy: [
            {"learner": learner, "place": place}
            for learner in SINGLE_LEARNERS
            for place in range(len(alchemy.single_chemistry.chemistries))
        ],
        stream="alchemy.single_chemistry",
    ),
    Job(
        "alchemy.learners.single_references",
        ("single_references.csv",),
        stream="alchemy.single_chemistry_results",
    ),
    Job(
        "alchemy.learners.meta_learning",
        ("curves.csv", "tests.csv"),
        over={"learner": META_LEARNERS},
        stream="alchemy.meta_learning",
    ),
    Job(
        "alchemy.learners.meta_references",
        ("meta_references.csv",),
        inputs={"tests": Result(TESTS, {"learner": "untrained"})},
        stream="alchemy.meta_learning_results",
    ),
    Job(
        "alchemy.learners.training_time",
        ("training_time.csv",),
        stream="alchemy.training_time",
        memory=3000,  # PyTorch keeps every step of an episode until it is differentiated
        measures_time=True,
    ),
    Job(
        "alchemy.learners.recurrent",
        ("curves.csv", "trials.csv"),
        over={"game": GAMES},
        inputs={"yardstick": YARDSTICK},
        stream="alchemy.recurrent",
    ),
    Job("alchemy.learners.families", ("orders.npz", "families.csv"), stream="alchemy.families"),
    Job(
        "alchemy.learners.family_size",
        ("curves.csv",),
        over={"learner": FAMILY_LEARNERS},
        stream="alchemy.family_size",
    ),
    Job(
        "alchemy.learners.constant_rate",
        ("curves.csv",),
        over={"learner": CONSTANT_LEARNERS},
        stream="alchemy.constant_rate",
    ),
    Job(
        "alchemy.learners.rate_analysis",
        ("late_changes.csv", "estimates/constant_rate.csv"),
        {"late_changes.csv": "late training with a falling and with a constant rate"},
        inputs={
            "constant": "alchemy.learners.constant_rate/curves.csv",
            "single": Result(SINGLE, {"learner": "ppo"}),
            "meta": Result(META, {"learner": "maml"}),
        },
    ),
    Job(
        "alchemy.learners.learning_curves",
        ("learning_curves.csv",),
        {"learning_curves.csv": "learning curves"},
        inputs={"single": SINGLE, "meta": META, "recurrent_runs": RECURRENT, "families": FAMILIES},
    ),
    Job(
        "alchemy.learners.single_analysis",
        ("single_chemistry.csv", "estimates/single_chemistry.csv"),
        {"single_chemistry.csv": "players on single chemistries"},
        inputs={"runs": SINGLE},
    ),
    Job(
        "alchemy.learners.meta_analysis",
        ("fine_tuning.csv", "fine_tuning_scores.csv", "estimates/meta_learning.csv"),
        {"fine_tuning_scores.csv": "adaptation to held-out chemistries"},
        inputs={"curves": META, "tests": TESTS},
    ),
    Job("alchemy.learners.training_time_analysis", ("estimates/training_time.csv",)),
    Job(
        "alchemy.learners.recurrent_analysis",
        ("recurrent_trials.csv", "estimates/recurrent.csv"),
        inputs={
            "yardstick": YARDSTICK,
            "trials": "alchemy.learners.recurrent/trials.csv",
            "curves": RECURRENT,
            "planned": Result("simple_alchemy.agents.simulate/returns.csv", PLANNED),
        },
    ),
    Job(
        "alchemy.learners.family_analysis",
        ("family_size.csv", "estimates/family_size.csv"),
        {"family_size.csv": "score by size of the family"},
        inputs={"runs": FAMILIES},
    ),
)
