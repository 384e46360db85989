"""The jobs of this group."""

from athanor.experiments.job import Job

JOBS = (
    Job(
        "overview.coevolution.training",
        ("coevolution_curves.csv", "coevolved.csv"),
        {"coevolution_curves.csv": "courses and agents that evolve together"},
        memory=1500,
    ),
    Job(
        "overview.coevolution.speed",
        ("evolution_speed.csv",),
        {"evolution_speed.csv": "speed of evolution strategies"},
        memory=1500,
        measures_time=True,
    ),
)
