"""The jobs of this group."""

from athanor.experiments.job import Job

FIGURE_3B = "reference/published/navigation_figure3b.csv"

JOBS = (
    Job(
        "navigation.timing.episodes",
        ("timing.csv", "core_speed.csv"),
        {"timing.csv": "seconds an episode", "core_speed.csv": "speed of the core"},
        stream="navigation.timing",
        memory=4000,
        measures_time=True,
    ),
    Job(
        "navigation.timing.published",
        ("timing_published.csv", "estimates/timing_published.csv"),
        inputs={"figure3b": FIGURE_3B},
    ),
    Job(
        "navigation.timing.analysis",
        ("timing_shares.csv", "estimates/timing.csv"),
        {"timing_shares.csv": "what FOMAML saves"},
        inputs={"times": "navigation/timing.csv"},
    ),
)
