"""The jobs of this group."""

from athanor.experiments.job import Job

JOBS = (
    Job(
        "overview.exact.answers",
        ("exact.csv",),
        {"exact.csv": "exact answers to the overview's statements"},
        memory=2000,
    ),
    Job("overview.exact.analysis", ("estimates/exact.csv",), inputs={"answers": "overview/exact"}),
)
