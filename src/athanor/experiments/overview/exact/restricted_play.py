"""The best play without the last reward, the last action or memory (row 2), in bandits and in one episode of GridNavi.

Without the last action nothing is lost in either: so its value is the Bayes-optimal one.
"""

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.bandit import restricted as of_bandit
from athanor.tasks.bandit.environment import Bandit
from athanor.tasks.bandit.exact import exact_values
from athanor.tasks.grid_navi import restricted as of_grid
from athanor.tasks.grid_navi.bayes_optimal import bayes_optimal
from athanor.tasks.grid_navi.environment import GridNavi

SEARCHED = Bandit(2, 10)  # the largest whose best play without memory is found in seconds


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return the best expected returns under each restriction, and without any."""
    del settings  # no size to choose
    grid = GridNavi()
    optimum = bayes_optimal(grid, 1)
    return [
        *_bandit(Bandit(5, 10)),
        *_bandit(SEARCHED),
        Answer(2, "bandit", _setting(SEARCHED), "without_memory", of_bandit.without_memory(SEARCHED)),
        Answer(2, "grid_navi", "5x5_15", "unrestricted", optimum),
        Answer(2, "grid_navi", "5x5_15", "without_action", optimum),
        Answer(2, "grid_navi", "5x5_15", "without_memory", of_grid.without_memory(grid)),
        Answer(2, "grid_navi", "5x5_15", "without_reward", of_grid.without_reward(grid)),
    ]


def _bandit(rules: Bandit) -> list[Answer]:
    """Return what is known for any number of arms."""
    optimum = exact_values(rules.arms, rules.pulls)["bayes_optimal"]
    values = {
        "unrestricted": optimum,
        "without_action": optimum,
        "without_reward": of_bandit.without_reward(rules),
        "win_stay_lose_shift": of_bandit.win_stay_lose_shift(rules),
    }
    return [Answer(2, "bandit", _setting(rules), quantity, value) for quantity, value in values.items()]


def _setting(rules: Bandit) -> str:
    return f"{rules.arms}x{rules.pulls}"
