"""Rewards pull by pull by hand, and their sum against the exact value."""

import numpy as np
import pytest

from athanor.tasks.bandit.environment import Bandit
from athanor.tasks.bandit.exact import exact_values
from athanor.tasks.bandit.optimal_rewards import optimal_rewards


def test_two_pulls_by_hand():
    """After a success the same arm pays 2/3; after a failure the other one pays 1/2."""
    np.testing.assert_allclose(optimal_rewards(Bandit(2, 2)), [1 / 2, 7 / 12])


@pytest.mark.parametrize(("arms", "pulls"), [(2, 5), (3, 7)])
def test_they_add_up_to_the_optimum(arms, pulls):
    rewards = optimal_rewards(Bandit(arms, pulls))
    assert rewards.sum() == pytest.approx(exact_values(arms, pulls)["bayes_optimal"], abs=1e-12)


def test_dependent_arms_are_refused():
    with pytest.raises(ValueError, match="dependent is true, must be false"):
        optimal_rewards(Bandit(2, 2, dependent=True))
