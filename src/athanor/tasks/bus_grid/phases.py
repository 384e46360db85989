"""Bus grid as a trial has it: an episode that explores, then episodes that are paid, with cells and stops seen one-hot."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition
from athanor.tasks.bus_grid.environment import BusGrid, Lines, State


class Phase(NamedTuple):
    """A state, and whether the episode is paid."""

    state: State
    executing: Bool[Array, ""]


@dataclass(frozen=True)
class Phases:
    """The bus grid whose first episode explores, unless `executes`; every further one on the task is paid.

    The x and y of the cell are seen one-hot, and so is the bus stop on it: what a bus does differs from one to the next.
    """

    rules: BusGrid  # of the episodes that are paid
    executes: bool = False  # whether the first episode is paid already

    def __post_init__(self) -> None:
        if self.rules.exploring:
            raise ValueError("rules.exploring is true, must be false: the phases say which episode explores")

    @property
    def steps(self) -> int:
        """Return the number of steps of an episode."""
        return self.rules.steps

    @property
    def observation(self) -> Box:
        """Return the space of observations: x and y and the stop one-hot (none: zeros), the goal, and time."""
        size = 2 * self.rules.size + len(self.rules.places) + self.rules.observation.size - 3
        return Box((0.0,) * size, (1.0,) * size)

    @property
    def action(self) -> Discrete:
        """Return the space of actions."""
        return self.rules.action

    @property
    def description(self) -> Box:
        """Return the space of descriptions."""
        return self.rules.description

    def sample_task(self, key: PRNGKeyArray) -> Lines:
        """Draw where the buses go."""
        return self.rules.sample_task(key)

    def describe(self, task: Lines) -> Float[Array, "description"]:
        """Return where the buses go, one-hot."""
        return self.rules.describe(task)

    def reset(self, task: Lines, key: PRNGKeyArray) -> Phase:
        """Start the first episode on a task."""
        return Phase(self.rules.reset(task, key), jnp.bool_(self.executes))

    def restart(self, task: Lines, state: Phase, key: PRNGKeyArray) -> Phase:
        """Start a further one, which is paid."""
        del state  # nothing of the grid lasts
        return Phase(self.rules.reset(task, key), jnp.bool_(True))

    def step(
        self, task: Lines, state: Phase, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[Phase, Transition]:
        """Act by the rules of the phase."""
        paid, unpaid = (rules.step(task, state.state, action, key) for rules in self._both)
        following, transition = _where(state.executing, paid, unpaid)
        return Phase(following, state.executing), transition

    def observe(self, task: Lines, state: Phase) -> Float[Array, "size"]:
        """Return the cell and the stop one-hot, and the rest as the rules of the phase show it."""
        seen = _where(state.executing, *(rules.observe(task, state.state) for rules in self._both))
        cell = jax.nn.one_hot(state.state.cell, self.rules.size)
        stop = jnp.all(jnp.asarray(self.rules.places) == state.state.cell, axis=-1).astype(jnp.float32)
        return jnp.concatenate([cell.reshape(-1), stop, seen[3:]])

    @property
    def _both(self) -> tuple[BusGrid, BusGrid]:
        """Return the rules of episodes that are paid, and of those that explore."""
        return self.rules, replace(self.rules, exploring=True)


def _where(condition: Bool[Array, ""], first: Any, second: Any) -> Any:
    return jax.tree.map(lambda one, other: jnp.where(condition, one, other), first, second)
