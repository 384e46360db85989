"""The families that learners are measured on, one module each: their rules, and what a belief network learns to tell."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.expected_return import rules_of
from athanor.experiments.registry import entry
from athanor.learning.descriptions import Description


class Supervised(NamedTuple):
    """The task information h that a belief network learns to tell."""

    description: Description
    describe: Callable[[Any], Float[Array, "description"]]  # of a task


class References(NamedTuple):
    """The expected returns of an episode on one task of agents that do not learn."""

    random: Float[Array, ""]
    oracle: Float[Array, ""]


class Family(NamedTuple):
    """A family as learners meet it."""

    settings: Mapping[str, Any]  # rules, by the name of the setting
    supervised: Callable[[Any], Supervised]  # given the rules
    relabel: Callable[[Any, PRNGKeyArray], Any] | None = (
        None  # (task, key) -> a task that is as likely; None: no way
    )
    references: Callable[[Any, Any], References] | None = (
        None  # (rules, task) -> what can be earned on it; None: not known, or on every task alike
    )

    def rules(self, setting: str) -> Any:
        """Return the rules of a setting; raise ValueError for an unknown one."""
        return rules_of(setting, self.settings)


def family_of(name: str) -> Family:
    """Return a family, `FAMILY` of the module of that name; raise ValueError for an unknown one."""
    family: Family = entry(__name__, "family", name)
    return family


def binned(share: Float[Array, "*number"], bins: int) -> Int[Array, "*number"]:
    """Return which of some equal bins of [0, 1] holds a number."""
    return jnp.clip(jnp.floor(share * bins), 0, bins - 1).astype(jnp.int32)
