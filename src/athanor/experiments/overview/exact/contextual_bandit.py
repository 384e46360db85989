"""The barcode bandit (row 17): what is earned in each exposure with perfect memory, and in the first one by anybody."""

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.contextual_bandit.environment import ContextualBandit
from athanor.tasks.contextual_bandit.exact import greedy_by_exposure, optimum, oracle, random


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return the optimum of the first exposure, and with perfect memory of each one; who knows the arms, and random."""
    rules = ContextualBandit(exposures=settings.contextual_bandit.exposures)
    values = {"random": random(rules), "oracle": oracle(rules), "first_exposure": optimum(rules, rules.pulls)}
    earned = greedy_by_exposure(rules)
    values |= {f"exposure_{number}": float(value) for number, value in enumerate(earned, 1)}
    setting = f"{rules.arms}x{rules.pulls}"
    return [Answer(17, "contextual_bandit", setting, quantity, value) for quantity, value in values.items()]
