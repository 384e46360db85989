"""What the Bayes-optimal agent earns of independent arms pull by pull, by induction over multisets of the arms' counts.

It is for games as small as 5 arms and 10 pulls; `exact` reaches further and tells the sum alone.
"""

from collections import defaultdict
from functools import cache

import numpy as np
from jaxtyping import Float

from athanor.tasks.bandit.environment import Bandit

Arm = tuple[int, int]  # successes, failures
Arms = tuple[Arm, ...]  # in order


def optimal_rewards(rules: Bandit) -> Float[np.ndarray, "pull"]:
    """Return the expected reward of each pull; of equally good arms the first in the order of their counts is pulled."""
    if rules.dependent:
        raise ValueError("dependent is true, must be false: arms are taken as independent")

    @cache
    def best(arms: Arms, left: int) -> tuple[float, Arm]:
        """Return the value of some arms with pulls left, and which one is pulled."""
        return max(((worth(arms, arm, left), arm) for arm in dict.fromkeys(arms)), key=lambda each: each[0])

    def worth(arms: Arms, arm: Arm, left: int) -> float:
        if left == 1:
            return mean(arm)
        paid, unpaid = (best(after, left - 1)[0] for after in outcomes(arms, arm))
        return mean(arm) * (1 + paid) + (1 - mean(arm)) * unpaid

    rewards: list[float] = []
    presence: dict[Arms, float] = {((0, 0),) * rules.arms: 1.0}
    for left in range(rules.pulls, 0, -1):
        following: dict[Arms, float] = defaultdict(float)
        reward = 0.0
        for arms, chance in presence.items():
            arm = best(arms, left)[1]
            reward += chance * mean(arm)
            for after, share in zip(outcomes(arms, arm), (mean(arm), 1 - mean(arm)), strict=True):
                following[after] += chance * share
        rewards.append(reward)
        presence = following
    return np.array(rewards)


def mean(arm: Arm) -> float:
    """Return the posterior mean (s + 1) / (n + 2)."""
    return (arm[0] + 1) / (sum(arm) + 2)


def outcomes(arms: Arms, arm: Arm) -> tuple[Arms, Arms]:
    """Return the arms after a pull that pays, and after one that does not."""
    others = list(arms)
    others.remove(arm)
    paid, unpaid = (arm[0] + 1, arm[1]), (arm[0], arm[1] + 1)
    return tuple(sorted([*others, paid])), tuple(sorted([*others, unpaid]))
