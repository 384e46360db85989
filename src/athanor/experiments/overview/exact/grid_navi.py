"""GridNavi: contextual policies know the goal (row 1), and what memory is worth that ends with an episode (row 3)."""

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.grid_navi.bayes_optimal import bayes_optimal
from athanor.tasks.grid_navi.environment import GridNavi
from athanor.tasks.grid_navi.returns import memory_reset, oracle


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return what is earned by who knows the goal, and in trials by who remembers all of it or the episode alone."""
    rules, episodes = GridNavi(), settings.grid_navi.episodes
    setting = f"{rules.size}x{rules.size}_{rules.steps}"
    values = {
        (1, "oracle"): float(oracle(rules, 1)[0]),
        (1, "bayes_optimal"): bayes_optimal(rules, 1),
        (3, "memory_kept"): bayes_optimal(rules, episodes),
        (3, "memory_reset"): float(memory_reset(rules, episodes).sum()),
        (3, "oracle"): float(oracle(rules, episodes).sum()),
    }
    return [Answer(row, "grid_navi", setting, quantity, value) for (row, quantity), value in values.items()]
