"""The jobs of this group."""

from athanor.experiments.job import Job
from athanor.experiments.task_inference.learning.jobs import FAMILY, LEARNER

JOBS = (
    Job(
        "task_inference.memories.training",
        ("curves.csv", "sizes.csv"),
        over=lambda task_inference: [
            {"family": family, "setting": setting, "learner": learner}
            for family, setting, learner in task_inference.memories.cells()
        ],
        modules=(FAMILY, LEARNER.format(learner="recurrent")),
        stream="task_inference.learning.training",  # the runs of a game have the tasks of its learners
        memory=2000,
    ),
    Job(
        "task_inference.memories.analysis",
        ("memories.csv", "estimates/memories.csv"),
        {"memories.csv": "learning curves of memories"},
        inputs={
            "curves": "task_inference.memories.training/curves.csv",
            "sizes": "task_inference.memories.training/sizes.csv",
            "learners": "task_inference/learning_curves.csv",
            "scales": "task_inference/learning_scales.csv",
            "references": "task_inference/task_references.csv",
        },
    ),
)
