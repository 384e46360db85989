"""The hop course (row 19): what can be crossed at all on level ground."""

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.hop_course import exact
from athanor.tasks.hop_course.environment import SETTINGS


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return the widest gap and the highest hurdle, in cells."""
    del settings  # no size to choose
    return [
        Answer(19, "hop_course", setting, quantity, float(value))
        for setting, rules in SETTINGS.items()
        for quantity, value in (
            ("widest_gap", exact.widest_gap(rules)),
            ("highest_hurdle", exact.highest_hurdle(rules)),
        )
    ]
