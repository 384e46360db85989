"""The jobs of this group."""

from athanor.experiments.job import Job
from athanor.experiments.navigation.first_order.conditions import ALGORITHMS, LOCAL_READINGS
from athanor.experiments.navigation.learners.config import READINGS

JOBS = (
    Job(
        "navigation.first_order.training",
        ("final_distances.csv", "curves.npz", "paths.npz"),
        over={"reading": READINGS, "algorithm": ALGORITHMS},
        stream="navigation.first_order",
        memory=3000,
    ),
    Job(
        "navigation.first_order.analysis",
        ("final_distances.csv", "estimates/first_order.csv"),
        {"final_distances.csv": "where MAML and FOMAML end"},
        inputs={"finals": "navigation.first_order.training/final_distances.csv"},
    ),
    Job(
        "navigation.first_order.local_optimality",
        ("ascents.csv",),
        over={"reading": LOCAL_READINGS, "algorithm": ALGORITHMS},
        stream="navigation.first_order",  # the same policies are trained again
        memory=3000,
    ),
    Job(
        "navigation.first_order.local_analysis",
        ("local_optimality.csv", "estimates/local_optimality.csv"),
        {"local_optimality.csv": "where the exact gradient leads trapped policies"},
        inputs={"ascents": "navigation.first_order.local_optimality/ascents.csv"},
    ),
)
