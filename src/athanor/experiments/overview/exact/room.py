"""The room (row 20): what states can tell of skills at best, and what its goals pay."""

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.room import exact
from athanor.tasks.room.environment import SETTINGS

SKILLS = (4, 5, 6, 7, 8)


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return the bounds of the information for each number of skills, and the returns with a goal known and unknown."""
    del settings  # no size to choose
    found = []
    for setting, rules in SETTINGS.items():
        values = {"oracle": exact.oracle(rules), "without_adapting": exact.without_adapting(rules)}
        values |= {f"final_state.{skills}": exact.final_bound(rules, skills) for skills in SKILLS}
        values |= {f"any_step.{skills}": exact.any_step_bound(rules, skills) for skills in SKILLS}
        found += [Answer(20, "room", setting, quantity, value) for quantity, value in values.items()]
    return found
