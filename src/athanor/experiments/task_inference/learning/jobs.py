"""The jobs of this group."""

from athanor.experiments.job import Job

FAMILY = "athanor.experiments.task_inference.learning.families.{family}"
LEARNER = "athanor.experiments.task_inference.learning.learners.{learner}"

JOBS = (
    Job(
        "task_inference.learning.training",
        ("curves.csv", "networks.npz"),
        over=lambda task_inference: [
            {"family": family, "setting": setting, "learner": learner}
            for family, setting, learner in task_inference.learning.cells()
        ],
        modules=(FAMILY, LEARNER),
        memory=2000,
    ),
    Job(
        "task_inference.learning.references",
        ("references.csv",),
        over=lambda task_inference: [
            {"family": game.family, "setting": game.setting} for game in task_inference.learning.games
        ],
        modules=(FAMILY,),
        fixed={"learner": "oracle"},  # whichever learners there are
        stream="task_inference.learning.training",  # the tasks are those of its runs
    ),
    Job(
        "task_inference.learning.speed",
        ("training_speed.csv",),
        {"training_speed.csv": "seconds a step of training"},
        modules=(FAMILY, LEARNER),
        fixed={"family": "bandit", "learner": "recurrent"},
        memory=2000,
        measures_time=True,
    ),
    Job(
        "task_inference.learning.analysis",
        (
            "learning_curves.csv",
            "learning_scales.csv",
            "task_references.csv",
            "yardstick.csv",
            "estimates/learning.csv",
        ),
        {
            "learning_curves.csv": "learning curves",
            "learning_scales.csv": "what can be earned where learners train",
            "yardstick.csv": "learners on the yardstick",
        },
        inputs={
            "curves": "task_inference.learning.training/curves.csv",
            "references": "task_inference.learning.references/references.csv",
            "alchemy": "simple_alchemy/yardstick.csv",
        },
    ),
)
