"""Bernoulli bandits: contextual policies, meta-learnt ones with memory, and one for all tasks (row 1); shifted arms (row 5)."""

import jax

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.bandit.environment import Bandit
from athanor.tasks.bandit.exact import shifted_values
from athanor.tasks.bandit.returns import SETTINGS, exact_returns

ALPHA, BETA = 2.0, 1.0  # of shifted arms

# Without memory, and without the last action and reward in view, no arm is better than another: all earn what random
# pulls do.
_ROLES = {"contextual": "oracle", "meta": "bayes_optimal", "memoryless": "random"}


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return the optimum of each kind of policy, and what is earned on arms from another distribution."""
    found = []
    for setting in settings.bandit.settings:
        rows = exact_returns(setting, jax.random.key(0))  # nothing is simulated in these settings
        earned = {row.agent: row.expected_return for row in rows}
        found += [Answer(1, "bandit", setting, role, earned[agent]) for role, agent in _ROLES.items()]
        found += [
            Answer(5, "bandit", f"{setting}_shifted", quantity, value)
            for quantity, value in shifted(SETTINGS[setting]).items()
        ]
    return found


def shifted(rules: Bandit) -> dict[str, float]:
    """Return what is earned where arms pay with probabilities from Beta(2, 1).

    The best of n such arms has the distribution function x^(2 n), and so a mean of 2 n / (2 n + 1).
    """
    best = 2 * rules.arms / (2 * rules.arms + 1)
    known = {"oracle": rules.pulls * best, "random": rules.pulls * ALPHA / (ALPHA + BETA)}
    return known | shifted_values(rules.arms, rules.pulls, ALPHA, BETA)
