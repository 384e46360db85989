"""Regulation with a random gain of the input (row 18): static gains, the best use of memory, and the oracle."""

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.lqr import exact
from athanor.tasks.lqr.environment import SETTINGS, Lqr


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return gains and expected costs."""
    del settings  # no size to choose
    return [
        Answer(18, "lqr", setting, quantity, value)
        for setting, rules in SETTINGS.items()
        for quantity, value in _of(rules).items()
    ]


def _of(rules: Lqr) -> dict[str, float]:
    robust, nominal = exact.robust_gain(rules), exact.nominal_gain(rules)
    return {
        "robust_gain": robust,
        "robust_cost": exact.randomised_cost(rules, robust),
        "nominal_gain": nominal,
        "nominal_cost": exact.randomised_cost(rules, nominal),
        "memory_cost": exact.memory_cost(rules),
        "oracle_cost": exact.oracle_cost(rules),
    }
