"""Point navigation (row 14): what is earned by who knows the goal, and by who stays."""

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.point_navigation import exact
from athanor.tasks.point_navigation.environment import SETTINGS


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return the greatest expected return and that of staying in the middle."""
    del settings  # no size to choose
    return [
        Answer(14, "point_navigation", setting, quantity, value)
        for setting, rules in SETTINGS.items()
        for quantity, value in (("oracle", exact.optimal(rules)), ("waiting", exact.waiting(rules)))
    ]
