"""Bus grid as an environment: a corner is to be reached soon, and where the buses go is hidden.

Four stops lie beside the start in the middle, and each bus goes to a cell beside one of the corners, and back. Where the
goal lies is seen; which bus goes to which corner is the task. Distracting buses go from the diagonal neighbours of the
start to the middles of the sides: they are never part of the fastest way.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition

BUSES = 4  # of each kind
# What each action adds to x and y: left, up, right, down, stay, ride.
MOVES = np.array([(-1, 0), (0, 1), (1, 0), (0, -1), (0, 0), (0, 0)], np.int32)
LEFT, UP, RIGHT, DOWN, STAY, RIDE = range(len(MOVES))
_BESIDE = np.array([(0, 1), (1, 0), (-1, 0), (0, -1)], np.int32)  # useful stops, from the start
_DIAGONAL = np.array([(1, 1), (-1, -1), (-1, 1), (1, -1)], np.int32)  # distracting ones
_FAR = 1e6  # farther than any way


class Lines(NamedTuple):
    """The task: where each bus goes, by the number of its end; bus i of a kind goes to an end of that kind."""

    end: Int[Array, "bus"]


class State(NamedTuple):
    """Where the agent is and where it is to go; fully observed."""

    cell: Int[Array, "2"]  # x, y
    goal: Int[Array, "2"]  # x, y of a corner
    time: Int[Array, ""]  # steps since the start of the episode


class Belief(NamedTuple):
    """Which buses are known: all orders of the others are equally likely."""

    known: Bool[Array, "bus end"]


@dataclass(frozen=True)
class BusGrid:
    """The rules of the game: parameters that all tasks share."""

    size: int = 9  # cells on a side, odd
    horizon: int = 20  # steps of an episode
    distracting: bool = False  # whether there are distracting buses
    exploring: bool = False  # whether an episode only explores: no goal is shown, nothing is paid
    goal_reward: float = 1.0  # reward of the step that ends on the goal, which ends the episode
    step_reward: float = -0.1  # of any other

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("size", 5 <= self.size <= 15 and self.size % 2 == 1, "odd and from 5 to 15"),
            ("horizon", 1 <= self.horizon <= 1000, "from 1 to 1000"),
            ("step_reward", self.step_reward <= 0, "at most 0"),
            ("goal_reward", self.goal_reward > 0, "more than 0"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def middle(self) -> Int[np.ndarray, "2"]:
        """Return the cell in the middle."""
        return np.full(2, self.size // 2, np.int32)

    @property
    def goals(self) -> Int[np.ndarray, "corner 2"]:
        """Return the corners."""
        return np.array([(0, 0), (0, 1), (1, 0), (1, 1)], np.int32) * (self.size - 1)

    @property
    def stops(self) -> Int[np.ndarray, "bus 2"]:
        """Return where each bus stops beside the start: the useful ones, then the distracting ones."""
        beside = self.middle + _BESIDE
        return np.concatenate([beside, self.middle + _DIAGONAL]) if self.distracting else beside

    @property
    def ends(self) -> Int[np.ndarray, "end 2"]:
        """Return where buses go: the cells below or above the corners, then the middles of the sides."""
        last, half = self.size - 1, self.size // 2
        useful = np.array([(0, 1), (0, last - 1), (last, 1), (last, last - 1)], np.int32)
        sides = np.array([(0, half), (half, 0), (last, half), (half, last)], np.int32)
        return np.concatenate([useful, sides]) if self.distracting else useful

    @property
    def steps(self) -> int:
        """Return the number of steps of an episode."""
        return self.horizon

    @property
    def observation(self) -> Box:
        """Return the space of observations: x, y, whether a bus stops here, the goal's x and y, and time."""
        return Box((0.0,) * 6, (1.0,) * 6)

    @property
    def action(self) -> Discrete:
        """Return the space of actions: left, up, right, down, stay, ride."""
        return Discrete(len(MOVES))

    @property
    def description(self) -> Box:
        """Return the space of descriptions: for every bus, to which end of its kind it goes."""
        size = len(self.stops) * BUSES
        return Box((0.0,) * size, (1.0,) * size)

    @property
    def features_size(self) -> int:
        """Return the number of features of a belief."""
        return len(self.stops) * BUSES

    def sample_task(self, key: PRNGKeyArray) -> Lines:
        """Draw an order of the ends, for each kind of bus."""
        kinds = len(self.stops) // BUSES
        orders = jax.vmap(lambda each: jax.random.permutation(each, BUSES))(jax.random.split(key, kinds))
        return Lines((orders + BUSES * jnp.arange(kinds)[:, None]).reshape(-1).astype(jnp.int32))

    def reset(self, task: Lines, key: PRNGKeyArray) -> State:
        """Start an episode in the middle, with a goal drawn from the corners."""
        del task  # starts are alike
        goal = jnp.asarray(self.goals)[jax.random.randint(key, (), 0, len(self.goals))]
        return State(jnp.asarray(self.middle), goal, jnp.int32(0))

    def step(
        self, task: Lines, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Move, or ride the bus that stops here; a move off the grid stays, and so does a ride without a bus."""
        del key  # nothing is random
        ended = self.ended(state)
        walked = jnp.clip(state.cell + jnp.asarray(MOVES)[action], 0, self.size - 1)
        cell = jnp.where(action == RIDE, self._ride(task, state.cell), walked)
        time = jnp.where(ended, state.time, state.time + 1)
        following = State(jnp.where(ended, state.cell, cell), state.goal, time)
        reward = jnp.where(self._arrived(following), self.goal_reward, self.step_reward)
        paid = ~ended & (not self.exploring)
        return following, Transition(jnp.where(paid, reward, 0.0).astype(jnp.float32), self.ended(following))

    def ended(self, state: State) -> Bool[Array, ""]:
        """Return whether the episode is over."""
        return self._arrived(state) | (state.time >= self.horizon)

    def observe(self, task: Lines, state: State) -> Float[Array, "6"]:
        """Return shares of the greatest values; an episode that explores shows no corner but the middle."""
        del task  # where buses go is hidden, not where they stop
        here = jnp.any(jnp.all(jnp.asarray(self.places) == state.cell, axis=-1))
        goal = jnp.full(2, 0.5) if self.exploring else self._share(state.goal)
        time = state.time.astype(jnp.float32) / self.horizon
        return jnp.concatenate([self._share(state.cell), here[None].astype(jnp.float32), goal, time[None]])

    def describe(self, task: Lines) -> Float[Array, "description"]:
        """Return for every bus to which end of its kind it goes, one-hot."""
        return jax.nn.one_hot(task.end % BUSES, BUSES).reshape(-1)

    def expert(self, task: Lines, state: State) -> Int[Array, ""]:
        """Take the first action that comes nearest to the goal, by foot and by bus."""
        walked = jnp.clip(state.cell + jnp.asarray(MOVES), 0, self.size - 1)
        entered = walked.at[RIDE].set(self._ride(task, state.cell))
        return jnp.argmin(self._distances(task, entered, state.goal)).astype(jnp.int32)

    def prior(self) -> Belief:
        """Return the belief that knows no bus."""
        buses = len(self.stops)
        return Belief(jnp.zeros((buses, buses), bool))

    def update(
        self,
        belief: Belief,
        observation: Float[Array, "6"],
        action: Int[Array, ""],
        reward: Float[Array, ""],
        following: Float[Array, "6"],
    ) -> Belief:
        """Learn the bus that was ridden, by where it stops on either side."""
        del reward  # tells nothing that is not seen
        before, after = (self._cell(seen) for seen in (observation, following))
        stop, end = (jnp.all(jnp.asarray(each) == before, axis=-1) for each in (self.stops, self.ends))
        left, arrived = (jnp.all(jnp.asarray(each) == after, axis=-1) for each in (self.stops, self.ends))
        ridden = (stop[:, None] & arrived) | (left[:, None] & end)
        return Belief(belief.known | (ridden & (action == RIDE)))

    def features(self, belief: Belief) -> Float[Array, "feature"]:
        """Return the probability that each bus goes to each end of its kind."""
        known = belief.known
        open_ = ~known.any(axis=1, keepdims=True) & ~known.any(axis=0) & jnp.asarray(self._same_kind)
        left = open_.astype(jnp.float32)
        chance = known.astype(jnp.float32) + left / jnp.maximum(left.sum(axis=1, keepdims=True), 1.0)
        ends = jnp.arange(BUSES) + BUSES * (jnp.arange(len(self.stops)) // BUSES)[:, None]
        return jnp.take_along_axis(chance, ends, axis=1).reshape(-1)

    @property
    def _same_kind(self) -> Bool[np.ndarray, "bus end"]:
        kind = np.arange(len(self.stops)) // BUSES
        return kind[:, None] == kind

    @property
    def places(self) -> Int[np.ndarray, "place 2"]:
        """Return where buses can be boarded: stops, then ends."""
        return np.concatenate([self.stops, self.ends])

    def _arrived(self, state: State) -> Bool[Array, ""]:
        return jnp.all(state.cell == state.goal) & (not self.exploring)

    def _other_sides(self, task: Lines) -> Int[Array, "place 2"]:
        """Return where each place's bus goes."""
        return jnp.concatenate([jnp.asarray(self.ends)[task.end], jnp.asarray(self.stops)[_inverse(task)]])

    def _ride(self, task: Lines, cell: Int[Array, "2"]) -> Int[Array, "2"]:
        here = jnp.all(jnp.asarray(self.places) == cell, axis=-1)
        return jnp.where(here.any(), self._other_sides(task)[jnp.argmax(here)], cell)

    def _distances(
        self, task: Lines, cells: Int[Array, "cell 2"], goal: Int[Array, "2"]
    ) -> Float[Array, "cell"]:
        """Return the steps from each cell to the goal; no fastest way takes more than two buses."""
        places, others = jnp.asarray(self.places), self._other_sides(task)
        ride = jnp.full(len(self.places), _FAR)
        for _ in range(2):
            ride = 1 + _by_foot_or_bus(others, places, ride, goal)
        return _by_foot_or_bus(cells, places, ride, goal)

    def _share(self, cell: Int[Array, "2"]) -> Float[Array, "2"]:
        return cell.astype(jnp.float32) / (self.size - 1)

    def _cell(self, observation: Float[Array, "6"]) -> Int[Array, "2"]:
        return jnp.rint(observation[:2] * (self.size - 1)).astype(jnp.int32)


def _inverse(task: Lines) -> Int[Array, "end"]:
    """Return the bus that goes to each end."""
    return jnp.argsort(task.end)


def _by_foot_or_bus(
    cells: Int[Array, "cell 2"],
    places: Int[Array, "place 2"],
    ride: Float[Array, "place"],
    goal: Int[Array, "2"],
) -> Float[Array, "cell"]:
    """Return the steps from cells to the goal, on foot or on foot to a bus whose ride and what follows is given."""
    on_foot = jnp.abs(cells - goal).sum(axis=-1).astype(jnp.float32)
    to_bus = jnp.abs(cells[:, None] - places).sum(axis=-1).astype(jnp.float32)
    return jnp.minimum(on_foot, (to_bus + ride).min(axis=1))
