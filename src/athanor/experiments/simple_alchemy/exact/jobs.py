"""The jobs of this group."""

from athanor.experiments.job import Job

JOBS = (
    Job(
        "simple_alchemy.exact.solution",
        ("exact_returns.csv", "yardstick.csv", "belief_sets.csv", "policy.npz"),
        {
            "exact_returns.csv": "exact returns",
            "yardstick.csv": "yardstick",
            "belief_sets.csv": "belief sets",
        },
        memory=2000,
        priority=1,  # most of the rest waits for it
    ),
    Job(
        "simple_alchemy.exact.invariance",
        ("entropy_floor.csv", "one_trial_limit.csv", "start_classes.csv", "floor_by_start.npz"),
        {
            "entropy_floor.csv": "entropy that remains",
            "one_trial_limit.csv": "entropy after one trial",
            "start_classes.csv": "graphs told apart by the first stone",
        },
    ),
    Job("simple_alchemy.exact.analysis", ("estimates/exact.csv",)),
)
