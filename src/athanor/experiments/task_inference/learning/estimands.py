"""What is estimated of the learners, game by game; the unit is the run."""

from collections.abc import Sequence

from athanor.experiments.task_inference.learning.yardstick import NEAR_OPTIMAL
from athanor.reporting.estimands import Contrast, Estimand

GAME = ("family", "setting")
BY_LEARNER = (*GAME, "learner")
HELD_OUT = {"tasks": "held_out"}
SCALE = "0: random, 1: Bayes-optimal"
RANDOM = 0.0  # on that scale: what a run that diverged counts as


POINTS = (("ends", "score", "at the end"), ("areas", "area", "along training"))  # table, value, what it is of


def scores(name: str, described: str) -> tuple[Estimand, ...]:
    """Declare where learners end, and the mean along training, on the scale of their game."""
    return tuple(
        Estimand(
            name=f"{name}_{value}",
            table=table,
            value=value,
            per=(*BY_LEARNER, "tasks"),
            over="run",
            diverged=RANDOM,
            format=".3f",
            description=f"{{family}}, {{setting}}: {described} {when}, {{tasks}} tasks; {SCALE}",
        )
        for table, value, when in POINTS
    )


def advantages(first: str, second: str, families: Sequence[str]) -> tuple[Estimand, ...]:
    """Declare by how much one learner ends above another and lies above it along training, run by run."""
    return tuple(
        Estimand(
            name=f"{first}_over_{second}_{'end' if value == 'score' else 'area'}",
            table=table,
            value=value,
            per=(*GAME, "tasks"),
            where={"family": list(families)},
            over="run",
            contrast=Contrast("learner", first, second),
            diverged=RANDOM,
            format=".3f",
            description=f"{{family}}, {{setting}}, {{tasks}} tasks: {first} less {second} {when}, {SCALE}",
        )
        for table, value, when in POINTS
    )


ESTIMANDS = (
    *scores("learner", "{learner}"),
    Estimand(
        name="runs_diverged",
        table="diverged",
        value="diverged",
        per=BY_LEARNER,
        format="d",
        unit="runs",
        description="{family}, {setting}: runs of {learner} that diverged",
    ),
    Estimand(
        name="runs_diverged_in_all",
        table="all_diverged",
        value="diverged",
        format="d",
        unit="runs",
        description="runs that diverged, of all learners and games",
    ),
    Estimand(
        name="training_steps",
        table="budgets",
        value="steps",
        per=GAME,
        format="d",
        unit="steps",
        description="{family}, {setting}: environment steps of a run",
    ),
    Estimand(
        name="training_trials",
        table="budgets",
        value="trials",
        per=GAME,
        format="d",
        unit="trials",
        description="{family}, {setting}: training trials of a run",
    ),
    Estimand(
        name="trials_to_optimum",
        table="trials_to_optimum",
        value="trials",
        per=BY_LEARNER,
        format="d",
        description=f"{{family}}, {{setting}}: training trials until the runs' mean score of {{learner}} is {NEAR_OPTIMAL}",
    ),
)
PROGRAMS = ("recurrent", "recurrent_ppo", "matrix_product")  # that are timed
SPEED = (
    Estimand(
        name="training_step_us",
        table="training_speed",
        value="microseconds",
        per=("setting", "program"),
        where={"program": list(PROGRAMS[:2])},
        over="pair",
        statistic="median",
        format=".3g",
        unit="µs",
        description="bandit {setting}: median time of a training step, {program}",
    ),
    Estimand(
        name="training_speedup",
        table="training_speed",
        value="microseconds",
        per=("setting",),
        over="pair",
        statistic="ratio_of_medians",
        contrast=Contrast("program", "recurrent_ppo", "recurrent"),
        format=".0f",
        description="bandit {setting}: time of a training step of RecurrentPPO over that of the recurrent agent",
    ),
    Estimand(
        name="training_share_of_peak",
        table="training_speed",
        value="gflops",
        per=("setting",),
        over="pair",
        statistic="ratio_of_medians",
        contrast=Contrast("program", "recurrent", "matrix_product"),
        format=".3f",
        description="bandit {setting}: operations a second in training, as a share of those in a matrix product",
    ),
)
COMPARED = (
    ("belief_network", "recurrent"),
    ("auxiliary_head", "recurrent"),
    ("belief_network", "auxiliary_head"),
    ("exact_belief", "belief_network"),
    ("belief_of_expert", "recurrent"),
    ("belief_of_index", "recurrent"),
    ("belief_outputs", "belief_network"),
    ("belief_gradients", "belief_network"),
    ("belief_memory", "belief_network"),
    ("varibad", "recurrent"),
    ("varibad", "belief_network"),
)
