"""The jobs of this group."""

from athanor.experiments.job import Job

JOBS = (
    Job(
        "overview.exploration.training",
        ("curves.csv",),
        over=lambda overview: [cell.model_dump() for cell in overview.decoupled_exploration.cells],
        memory=2000,
    ),
    Job(
        "overview.exploration.analysis",
        ("bus_grid.csv", "decoupled.csv"),
        {"bus_grid.csv": "learning curves on the bus grid"},
        inputs={"curves": "overview.exploration.training/curves.csv"},
    ),
)
