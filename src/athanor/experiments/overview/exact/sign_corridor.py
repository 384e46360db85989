"""The sign corridor (row 8): how far posterior sampling falls short, by the number of goals and their distance."""

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.sign_corridor.closed_form import (
    expected_steps_of_optimum,
    expected_steps_of_sampling,
    optimum,
    posterior_sampling,
)
from athanor.tasks.sign_corridor.environment import SignCorridor


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return, for every number of goals and distance, returns and expected steps of both, and their ratios."""
    sizes = settings.sign_corridor
    return [
        Answer(8, "sign_corridor", f"K{goals}_D{distance}", quantity, value)
        for goals in sizes.goals
        for distance in sizes.distances
        for quantity, value in _values(SignCorridor(goals, distance, distance + 2), sizes.episodes).items()
    ]


def _values(rules: SignCorridor, episodes: int) -> dict[str, float]:
    """Return the answers where an episode leaves just the time to read the sign first."""
    best_steps, sampled_steps = expected_steps_of_optimum(rules), expected_steps_of_sampling(rules)
    return {
        "optimum": optimum(rules),
        "sampling": posterior_sampling(rules),
        "ratio": posterior_sampling(rules) / optimum(rules),
        "ratio_of_trial": posterior_sampling(rules, episodes) / optimum(rules, episodes),
        "steps_of_optimum": best_steps,
        "steps_of_sampling": sampled_steps,
        "ratio_of_steps": sampled_steps / best_steps,
    }
