"""The jobs of this group."""

from athanor.experiments.job import Job
from athanor.experiments.task_inference.learning.jobs import FAMILY, LEARNER

AGENTS = ("belief_network", "pearl")

JOBS = (
    Job(
        "task_inference.behaviour.search",
        ("episodes.csv", "paths.npz"),
        over={"agent": AGENTS},
        modules=(FAMILY, LEARNER),
        fixed={"family": "sparse_navigation", "learner": "belief_network"},
        memory=2000,
    ),
    Job(
        "task_inference.behaviour.analysis",
        ("behaviour.csv", "estimates/behaviour.csv"),
        {"behaviour.csv": "how sparse targets are searched for"},
        inputs={
            "searches": "task_inference.behaviour.search/episodes.csv",
            "returns": "task_inference/exact_returns.csv",
            "first_hits": "task_inference.exact.first_hits/first_hits.csv",
        },
    ),
)
