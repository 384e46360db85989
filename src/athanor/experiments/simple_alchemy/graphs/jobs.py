"""The jobs of this group."""

from athanor.experiments.job import Job

JOBS = (
    Job("simple_alchemy.graphs.counts", ("graph_counts.csv",), {"graph_counts.csv": "causal graphs"}),
    Job(
        "simple_alchemy.graphs.distances",
        ("graph_distances.npz", "distance_values.csv"),
        {"distance_values.csv": "distances between graphs"},
    ),
    Job(
        "simple_alchemy.graphs.network",
        ("transition_network.csv", "factorisation_test.csv", "independence_test.csv"),
        {
            "transition_network.csv": "arrows of the two-time-slice network",
            "factorisation_test.csv": "test of the factorisation",
            "independence_test.csv": "test of every missing arrow",
        },
    ),
    Job("simple_alchemy.graphs.analysis", ("estimates/graphs.csv",)),
)
