"""What learners ask of a task family: an environment whose task is an argument.

Tasks and states are any pytrees. A learner reads nothing in them; it only passes them back.
"""

from typing import Any, Protocol, TypeVar, runtime_checkable

from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

Task = TypeVar("Task", contravariant=True)
State = TypeVar("State")


class Transition(Protocol):
    """What a step gives besides the next state; an environment may add more, any pytree."""

    @property
    def reward(self) -> Float[Array, ""]:
        """Return the reward of the step."""

    @property
    def terminated(self) -> Bool[Array, ""]:
        """Tell whether the episode is over."""


@runtime_checkable
class Environment(Protocol[Task, State]):
    """A family of finite-horizon episodes with discrete actions."""

    @property
    def steps(self) -> int:
        """Return the horizon: an episode that has not terminated by then ends."""

    def reset(self, task: Task, key: PRNGKeyArray) -> State:
        """Start an episode."""

    def step(self, task: Task, state: State, action: Int[Array, ""], key: PRNGKeyArray) -> tuple[State, Any]:
        """Take an action; return the next state and a `Transition`."""

    def observe(self, task: Task, state: State) -> Float[Array, "observation"]:
        """Return what the agent sees."""
