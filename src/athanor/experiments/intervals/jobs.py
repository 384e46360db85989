"""The jobs of this part."""

from athanor.experiments.job import Job

JOBS = (
    Job("intervals.coverage", ("covered.csv",), memory=1000),
    Job(
        "intervals.analysis",
        ("coverage.csv", "estimates/coverage.csv"),
        {"coverage.csv": "how often intervals contain what they estimate"},
    ),
)
