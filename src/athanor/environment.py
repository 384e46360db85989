"""The contract of a task family: pure functions whose task, state and key are three arguments.

A family is a frozen dataclass of its rules with the methods of `Environment`. Everything is written for one episode and
mapped (`jax.vmap`) over many. Tasks and states are any pytrees: who plays reads nothing in them and passes them back. An
agent sees observations alone, never the task.

An episode ends where a transition is terminated: by the rules nothing can be earned after it, so that its value is 0. A
horizon that belongs to the game terminates. Once it has ended, a step changes nothing, gives reward 0 and is
terminated again. An episode that has not terminated after `steps` steps is truncated: its value is not 0.
"""

from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar, runtime_checkable

from jaxtyping import Array, Bool, Float, PRNGKeyArray

Task = TypeVar("Task", contravariant=True)
State = TypeVar("State")
SeenState = TypeVar("SeenState", contravariant=True)
Belief = TypeVar("Belief")
FirstBelief = TypeVar("FirstBelief", covariant=True)


class Discrete(NamedTuple):
    """The whole numbers 0 … n − 1; an action is an int32 scalar."""

    n: int


class Box(NamedTuple):
    """Real vectors between two bounds, which have one entry for each component; an element is a float32 vector."""

    low: tuple[float, ...]
    high: tuple[float, ...]

    @property
    def size(self) -> int:
        """Return the number of components."""
        return len(self.low)


Space: TypeAlias = Discrete | Box


class Transition(NamedTuple):
    """What a step gives besides the next state."""

    reward: Float[Array, ""]  # of this step
    terminated: Bool[Array, ""]  # whether the episode is over


@runtime_checkable
class Episodic(Protocol[Task, State]):
    """Episodes of at most `steps` steps on a task that is hidden: all that a learner needs which is given tasks."""

    @property
    def steps(self) -> int:
        """Return the number of steps of the longest episode."""

    @property
    def observation(self) -> Box:
        """Return the space of observations."""

    @property
    def action(self) -> Space:
        """Return the space of actions."""

    def reset(self, task: Task, key: PRNGKeyArray) -> State:
        """Start an episode."""

    def step(self, task: Task, state: State, action: Array, key: PRNGKeyArray) -> tuple[State, Transition]:
        """Take an action; return the next state and the transition."""

    def observe(self, task: Task, state: State) -> Float[Array, "observation"]:
        """Return what the agent sees; it may depend on the task only as the rules let it."""


@runtime_checkable
class Environment(Episodic[Task, State], Protocol[Task, State]):
    """A family of tasks: a prior over them, and episodes on each."""

    def sample_task(self, key: PRNGKeyArray) -> Any:
        """Draw a task from the prior."""


@runtime_checkable
class Described(Protocol[Task]):
    """A family that can say what an agent is to infer."""

    @property
    def description(self) -> Box:
        """Return the space of descriptions."""

    def describe(self, task: Task) -> Float[Array, "description"]:
        """Return the task as a vector of real numbers: the target of supervised inference."""


@runtime_checkable
class WithExpert(Protocol[Task, SeenState]):
    """A family that can say how an agent acts that need not infer the task."""

    def expert(self, task: Task, state: SeenState) -> Array:
        """Return the action of an agent that knows the task."""


@runtime_checkable
class WithPosterior(Protocol[Belief]):
    """A family whose posterior over tasks is exact.

    It follows from what an agent sees, so that no belief can know more than the agent; and it does not depend on how
    the actions were chosen.
    """

    @property
    def features_size(self) -> int:
        """Return the number of features of a belief."""

    def prior(self) -> Belief:
        """Return the belief before anything was seen."""

    def update(
        self,
        belief: Belief,
        observation: Float[Array, "observation"],
        action: Array,
        reward: Float[Array, ""],
        following: Float[Array, "observation"],
    ) -> Belief:
        """Condition a belief on one step: what was seen before it, the action, the reward, what was seen after it."""

    def features(self, belief: Belief) -> Float[Array, "feature"]:
        """Return a belief as a vector that determines it, or determines what matters of it, scaled to about [0, 1]."""


@runtime_checkable
class WithTellingStart(Protocol[FirstBelief]):
    """A family with a posterior whose first observation already tells of the task."""

    def start(self, observation: Float[Array, "observation"]) -> FirstBelief:
        """Return the belief that the first observation of the first episode leaves of the prior."""


@runtime_checkable
class Forgetting(Protocol[SeenState]):
    """An environment in which an agent's memory does not last for all of an episode."""

    def forgets(self, state: SeenState) -> Bool[Array, ""]:
        """Return whether the memory starts anew before this state is seen."""


@runtime_checkable
class Restarting(Protocol[Task, State]):
    """An environment whose state carries from one episode on a task to the next what was learnt of the task."""

    def restart(self, task: Task, state: State, key: PRNGKeyArray) -> State:
        """Start a further episode on the same task."""
