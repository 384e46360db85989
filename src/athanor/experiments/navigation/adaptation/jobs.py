"""The jobs of this group."""

from athanor.experiments.job import Job
from athanor.experiments.navigation.adaptation.config import ADAPTATION_LEARNERS, VARIANTS

JOBS = (
    Job(
        "navigation.adaptation.hidden_targets",
        ("tests.csv",),
        over={"learner": ADAPTATION_LEARNERS},
        stream="navigation.adaptation",
    ),
    Job(
        "navigation.adaptation.analysis",
        ("adaptation_oracle.csv", "adaptation_scores.csv", "estimates/adaptation.csv"),
        {"adaptation_scores.csv": "adaptation to hidden targets"},
        inputs={"runs": "navigation.adaptation.hidden_targets/tests.csv"},
        memory=2000,
    ),
    Job(
        "navigation.adaptation.transfer",
        ("tests.csv",),
        over=lambda navigation: [{"steps": steps} for steps in (0, *navigation.transfer.inner_steps)],
        stream="navigation.transfer",
    ),
    Job(
        "navigation.adaptation.transfer_analysis",
        ("transfer.csv", "estimates/transfer.csv"),
        {"transfer.csv": "inner steps and adaptation to shifted targets"},
        inputs={"runs": "navigation.adaptation.transfer/tests.csv"},
        memory=2000,
    ),
    Job(
        "navigation.adaptation.all_eight",
        ("all_eight.csv",),
        over={"variant": VARIANTS},
        stream="navigation.all_eight",
    ),
    Job(
        "navigation.adaptation.all_eight_analysis",
        ("all_eight.csv", "estimates/all_eight.csv"),
        {"all_eight.csv": "all eight targets, by variant"},
        inputs={"runs": "navigation.adaptation.all_eight/all_eight.csv"},
    ),
)
