"""The jobs of this group."""

from athanor.experiments.job import Job

JOBS = (
    Job(
        "navigation.game.maps",
        ("obstacles.csv", "down_left.npz"),
        {"obstacles.csv": "obstacles of each level"},
    ),
    Job(
        "navigation.game.reachable",
        ("reachable.csv", "reachable_paths.npz"),
        {"reachable.csv": "exact solution by target"},
        memory=2000,
    ),
    Job(
        "navigation.game.discounts",
        ("discounts.csv",),
        {"discounts.csv": "staying in the cross, by discount"},
    ),
    Job(
        "navigation.game.analysis",
        ("estimates/game.csv",),
        inputs={"solved": "navigation/discounts.csv"},
    ),
)
