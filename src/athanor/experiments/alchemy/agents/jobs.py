"""The jobs of this group."""

from athanor.experiments.alchemy.agents.table import AGENTS
from athanor.experiments.job import Job

SCORES = "alchemy.agents.scores/scores.csv"

JOBS = (
    Job("alchemy.agents.play", ("scores.csv", "entropy.csv"), over={"agent": AGENTS}, stream="alchemy.play"),
    Job("alchemy.agents.prior_scores", ("oracle_means.csv",), stream="alchemy.prior_scores"),
    Job(
        "alchemy.agents.exact_search",
        ("exact_search.csv", "first_decisions.csv"),
        stream="alchemy.exact_search",
        memory=2000,
        measures_time=True,
    ),
    Job(
        "alchemy.agents.speed",
        ("speed.csv",),
        {"speed.csv": "times of game, oracle and posterior"},
        stream="alchemy.speed",
        measures_time=True,
    ),
    Job(
        "alchemy.agents.episode_times",
        ("episode_times.csv",),
        {"episode_times.csv": "times of an episode"},
        stream="alchemy.episode_times",
        measures_time=True,
    ),
    Job(
        "alchemy.agents.scores",
        ("scores.csv", "mean_scores.csv", "losses.csv", "entropy.csv"),
        {"mean_scores.csv": "mean scores by trial", "losses.csv": "losses to the oracle by trial"},
        inputs={"played": "alchemy.agents.play/scores.csv", "unknown": "alchemy.agents.play/entropy.csv"},
    ),
    Job(
        "alchemy.agents.analysis",
        ("exact_sizes.csv", "estimates/agents.csv"),
        {"exact_sizes.csv": "exact search by size of a trial"},
        inputs={"scores": SCORES},
    ),
    Job("alchemy.agents.times_analysis", ("estimates/times.csv",)),
)
