"""The families that learners are measured on, one line each: their rules, and what a belief network learns to tell."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.expected_return import rules_of
from athanor.learning.descriptions import Class, Description, Flags, Numbers
from athanor.tasks.bandit.environment import Arms, Bandit
from athanor.tasks.bandit.returns import SETTINGS as BANDIT
from athanor.tasks.grid_navi.environment import SETTINGS as GRID_NAVI
from athanor.tasks.grid_navi.environment import GridNavi
from athanor.tasks.noisy_target.environment import SETTINGS as NOISY_TARGET
from athanor.tasks.noisy_target.environment import NoisyTarget
from athanor.tasks.numpad.environment import Numpad
from athanor.tasks.numpad.returns import SETTINGS as NUMPAD
from athanor.tasks.semicircle.environment import SETTINGS as SEMICIRCLE
from athanor.tasks.semicircle.environment import Semicircle
from athanor.tasks.simple_alchemy.environment import CausalGraph, SimpleAlchemy
from athanor.tasks.simple_alchemy.graphs import ATTRIBUTES, EDGES, PAIRS
from athanor.tasks.simple_alchemy.returns import SETTINGS as SIMPLE_ALCHEMY
from athanor.tasks.sparse_navigation.environment import SETTINGS as SPARSE_NAVIGATION
from athanor.tasks.sparse_navigation.environment import SparseNavigation

ARC_CLASSES = 32  # of the target's angle
DISC_CLASSES = 8  # of the target's position, per axis


class Supervised(NamedTuple):
    """The task information h that a belief network learns to tell."""

    description: Description
    describe: Callable[[Any], Float[Array, "description"]]  # of a task


class Family(NamedTuple):
    """A family as learners meet it."""

    settings: Mapping[str, Any]  # rules, by the name of the setting
    supervised: Callable[[Any], Supervised]  # given the rules
    relabel: Callable[[Any, PRNGKeyArray], Any] | None = (
        None  # (task, key) -> a task that is as likely; None: no way
    )

    def rules(self, setting: str) -> Any:
        """Return the rules of a setting; raise ValueError for an unknown one."""
        return rules_of(setting, self.settings)


def probabilities(rules: Bandit) -> Supervised:
    """Tell every arm's probability, as a real number."""
    return Supervised(Description((Numbers(rules.arms),)), rules.describe)


def goal_cell(rules: GridNavi) -> Supervised:
    """Tell the goal's cell, as one of all cells."""
    cells = rules.size**2
    return Supervised(
        Description((Class(cells),)),
        lambda task: jax.nn.one_hot(task.cell @ jnp.array([rules.size, 1]), cells),
    )


def pads(rules: Numpad) -> Supervised:
    """Tell the pad at every position of the sequence."""
    return Supervised(Description((Class(rules.cells),) * rules.pads), rules.describe)


def graph(rules: SimpleAlchemy) -> Supervised:
    """Tell the attribute that each pair of colours acts on, and which edges are present."""
    segments = (Class(ATTRIBUTES),) * PAIRS + (Flags(ATTRIBUTES * EDGES),)
    return Supervised(Description(segments), rules.describe)


def angle_class(rules: Semicircle | SparseNavigation) -> Supervised:
    """Tell the target's angle, as one of equal parts of the arc: what a search leaves of it has many peaks."""

    def describe(task: Any) -> Float[Array, "description"]:
        return jax.nn.one_hot(binned(task.angle / rules.max_angle, ARC_CLASSES), ARC_CLASSES)

    return Supervised(Description((Class(ARC_CLASSES),)), describe)


def place_class(rules: NoisyTarget) -> Supervised:
    """Tell the target's position, as one of equal squares."""
    del rules

    def describe(task: Any) -> Float[Array, "description"]:
        row, column = binned((task.place + 1) / 2, DISC_CLASSES)
        return jax.nn.one_hot(row * DISC_CLASSES + column, DISC_CLASSES**2)

    return Supervised(Description((Class(DISC_CLASSES**2),)), describe)


def arms_permuted(task: Arms, key: PRNGKeyArray) -> Arms:
    """Return a bandit whose independent arms stand in another order: the prior has none."""
    return Arms(jax.random.permutation(key, task.probability))


def pairs_permuted(task: CausalGraph, key: PRNGKeyArray) -> CausalGraph:
    """Return a graph whose pairs of colours stand in another order: which acts on which attribute is uniform."""
    return task._replace(attribute_of_pair=jax.random.permutation(key, task.attribute_of_pair))


def binned(share: Float[Array, "*number"], bins: int) -> Int[Array, "*number"]:
    """Return which of some equal bins of [0, 1] holds a number."""
    return jnp.clip(jnp.floor(share * bins), 0, bins - 1).astype(jnp.int32)


FAMILIES: dict[str, Family] = {
    "bandit": Family(BANDIT, probabilities, arms_permuted),
    "grid_navi": Family(GRID_NAVI, goal_cell),
    "numpad": Family(NUMPAD, pads),
    "simple_alchemy": Family(SIMPLE_ALCHEMY, graph, pairs_permuted),
    "semicircle": Family(SEMICIRCLE, angle_class),
    "noisy_target": Family(NOISY_TARGET, place_class),
    "sparse_navigation": Family(SPARSE_NAVIGATION, angle_class),
}


def family_of(name: str) -> Family:
    """Return a family; raise ValueError for an unknown one."""
    if name not in FAMILIES:
        raise ValueError(f"family is {name!r}, must be one of {', '.join(FAMILIES)}")
    return FAMILIES[name]
