"""Bandits: told are the arms' probabilities; independent arms have no order."""

import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from athanor.experiments.task_inference.learning.families import Family, References, Supervised
from athanor.learning.descriptions import Description, Numbers
from athanor.tasks.bandit.environment import Arms, Bandit
from athanor.tasks.bandit.returns import SETTINGS


def probabilities(rules: Bandit) -> Supervised:
    """Tell every arm's probability, as a real number."""
    return Supervised(Description((Numbers(rules.arms),)), rules.describe)


def arms_permuted(task: Arms, key: PRNGKeyArray) -> Arms:
    """Return a bandit whose independent arms stand in another order: the prior has none."""
    return Arms(jax.random.permutation(key, task.probability))


def returns(rules: Bandit, task: Arms) -> References:
    """Return what any arm and the best one pay."""
    return References(rules.pulls * jnp.mean(task.probability), rules.pulls * jnp.max(task.probability))


FAMILY = Family(SETTINGS, probabilities, arms_permuted, returns)
