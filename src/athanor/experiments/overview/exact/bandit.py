"""Bernoulli bandits (row 1): contextual policies, meta-learnt ones with memory, and one policy for all tasks."""

import jax

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.bandit.returns import exact_returns

# Without memory, and without the last action and reward in view, no arm is better than another: all earn what random
# pulls do.
_ROLES = {"contextual": "oracle", "meta": "bayes_optimal", "memoryless": "random"}


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return the optimum of each kind of policy."""
    found = []
    for setting in settings.bandit.settings:
        rows = exact_returns(setting, jax.random.key(0))  # nothing is simulated in these settings
        earned = {row.agent: row.expected_return for row in rows}
        found += [Answer(1, "bandit", setting, role, earned[agent]) for role, agent in _ROLES.items()]
    return found
