"""The jobs of this group."""

from athanor.experiments.job import Job
from athanor.experiments.overview.adaptation.conditions import LEARNERS

JOBS = (
    Job(
        "overview.adaptation.training",
        ("curves.csv",),
        over={"learner": LEARNERS},
        memory=2000,
    ),
    Job(
        "overview.adaptation.analysis",
        ("adaptation.csv", "published_adaptation.csv", "adapted.csv"),
        {"adaptation.csv": "returns on held-out goals of point navigation, by updates"},
        inputs={
            "curves": "overview.adaptation.training/curves.csv",
            "published": "reference/published/point_navigation.csv",
        },
    ),
)
