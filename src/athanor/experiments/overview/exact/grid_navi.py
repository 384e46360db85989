"""GridNavi: what knowing the goal and remembering is worth (row 1), and memory that ends with an episode (row 3)."""

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.grid_navi.bayes_optimal import bayes_optimal
from athanor.tasks.grid_navi.environment import GridNavi
from athanor.tasks.grid_navi.memoryless import memoryless
from athanor.tasks.grid_navi.returns import memory_reset, oracle


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return what is earned by who knows the goal, and in trials by who remembers all of it, the episode, or nothing."""
    rules, episodes = GridNavi(), settings.grid_navi.episodes
    setting = f"{rules.size}x{rules.size}_{rules.steps}"
    kept, resets = bayes_optimal(rules, episodes), memory_reset(rules, episodes)
    values = {
        (1, "contextual"): float(oracle(rules, 1)[0]),
        (1, "memoryless"): memoryless(rules),
        (1, "meta"): float(resets[0]),
        (3, "contextual"): float(oracle(rules, episodes).sum()),
        (3, "memory_kept"): kept,
        (3, "memory_reset"): float(resets.sum()),
        (3, "first_episode"): float(resets[0]),
        (3, "memory_reset_per_episode"): float(resets.mean()),
        (3, "memory_kept_per_episode"): kept / episodes,
    }
    return [Answer(row, "grid_navi", setting, quantity, value) for (row, quantity), value in values.items()]
