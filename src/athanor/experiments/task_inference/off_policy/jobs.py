"""The jobs of this group."""

from athanor.experiments.job import Job

JOBS = (
    Job(
        "task_inference.off_policy.learning",
        ("curves.csv",),
        over=lambda task_inference: [
            {"family": family, **one.model_dump()}
            for family in task_inference.off_policy.families
            for one in task_inference.off_policy.learners
        ],
        memory=2000,
    ),
    Job(
        "task_inference.off_policy.bottleneck",
        ("curves.csv",),
        over=lambda task_inference: [
            {"place": place} for place in range(len(task_inference.off_policy.betas))
        ],
        fixed={"learner": "svg", "agent": "B"},
        memory=2000,
    ),
    Job(
        "task_inference.off_policy.speed",
        ("cheetah_speed.csv",),
        {"cheetah_speed.csv": "seconds a step of the cheetah"},
        fixed={"family": "cheetah_velocity", "learner": "ppo", "agent": "A"},
        memory=2000,
        measures_time=True,
    ),
    Job(
        "task_inference.off_policy.analysis",
        ("off_policy.csv", "bottleneck.csv", "estimates/off_policy.csv"),
        {
            "off_policy.csv": "off-policy and on-policy learning curves",
            "bottleneck.csv": "learning curves with a bottleneck",
        },
        inputs={
            "curves": "task_inference.off_policy.learning/curves.csv",
            "bottlenecks": "task_inference.off_policy.bottleneck/curves.csv",
            "returns": "task_inference/exact_returns.csv",
        },
    ),
)
