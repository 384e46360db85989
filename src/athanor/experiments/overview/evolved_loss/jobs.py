"""The jobs of this group."""

from athanor.experiments.job import Job

JOBS = (
    Job(
        "overview.evolved_loss.training",
        ("evolved_loss_generations.csv", "evolved_loss.csv"),
        {"evolved_loss_generations.csv": "fitness of evolving losses, alone and guided"},
        memory=1500,
    ),
)
