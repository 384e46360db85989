"""What a policy can earn in GridNavi that sees the cell and the time but remembers nothing of rewards."""

from athanor.tasks.grid_navi.board import Board
from athanor.tasks.grid_navi.environment import GridNavi


def memoryless(rules: GridNavi, episodes: int = 1) -> float:
    """Return the greatest expected return of a trial.

    Nothing is random but the goal, and rewards change nothing that the policy does: it takes the same walk whatever the
    goal is (a random policy is a mixture of walks). Each step on a candidate is hit with the same chance, and the
    nearest one is two steps away: at best all steps but the first are on candidates.
    """
    candidates = len(rules.goals)
    return Board(rules).expected_return(episodes, episodes * max(rules.steps - 1, 0) / candidates)
