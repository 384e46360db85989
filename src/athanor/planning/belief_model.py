"""What planners ask of a task family: its belief MDP, whose states are (observed state, belief).

A belief state is any pytree. A planner reads nothing in it; it only passes it back to the model. `SampledModel` is
enough for planners that simulate (CEM), `SearchModel` for those that enumerate outcomes (tree search).
"""

from typing import Protocol, TypeVar, runtime_checkable

from jaxtyping import Array, Bool, Float, Int

BeliefState = TypeVar("BeliefState")


@runtime_checkable
class SampledModel(Protocol[BeliefState]):
    """A belief MDP that can be simulated."""

    @property
    def actions(self) -> int:
        """Return the number of actions."""

    @property
    def discount(self) -> float:
        """Return the discount per step."""

    def sample_step(
        self, state: BeliefState, action: Int[Array, ""], noise: Float[Array, ""]
    ) -> tuple[BeliefState, Float[Array, ""]]:
        """Draw one successor from the posterior predictive, with the reward of the step.

        `noise` is uniform on [0, 1): one number a step, so that a planner can draw all of its noise at once.
        """


@runtime_checkable
class SearchModel(Protocol[BeliefState]):
    """A belief MDP whose outcomes can be enumerated."""

    @property
    def actions(self) -> int:
        """Return the number of actions."""

    @property
    def outcomes(self) -> int:
        """Return the number of outcomes that an action may have."""

    def allowed(self, state: BeliefState) -> Bool[Array, "action"]:
        """Tell which actions are worth searching; at least one is."""

    def outcome_logits(self, state: BeliefState, action: Int[Array, ""]) -> Float[Array, "outcome"]:
        """Return the log-probability of each outcome up to a constant; -inf where it is impossible."""

    def apply_outcome(
        self, state: BeliefState, action: Int[Array, ""], outcome: Int[Array, ""]
    ) -> tuple[BeliefState, Float[Array, ""], Float[Array, ""]]:
        """Return the successor, the reward until it, and the discount of its value."""

    def value(self, state: BeliefState) -> Float[Array, ""]:
        """Estimate the value of a belief state that the search does not look beyond."""

    def action_value(self, state: BeliefState, action: Int[Array, ""]) -> Float[Array, ""]:
        """Estimate the value of an action whose outcomes the search does not look at."""
