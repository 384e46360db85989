"""Navigation as an environment: a point walks on a square to a target, round obstacles."""

from dataclasses import asdict
from functools import reduce
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition
from athanor.tasks.navigation.rules import ACTIONS, SIDE, Point, Rules, target_cells
from athanor.tasks.navigation.targets import STRATA, stratum_tables

FREE, TOUCHING, PUT_BACK = 0, 1, 2  # an agent that touched an obstacle is put back a step later, for good


class Target(NamedTuple):
    """The task: where to go."""

    cell: Int[Array, "2"]


class State(NamedTuple):
    """Where the agent is and whether it can still move."""

    cell: Int[Array, "2"]  # last cell entered; distance and reward are counted from here
    before: Int[Array, "2"]  # cell before that move
    contact: Int[Array, ""]  # FREE, TOUCHING or PUT_BACK
    time: Int[Array, ""]  # steps since the start of the episode


class Navigation(Rules):
    """The game as a task family; all of it is deterministic but the targets drawn."""

    @property
    def observation(self) -> Box:
        """Return the space of observations, in metres: positions as far as moves lead, and the target if it is seen."""
        reach = 0.0 if self.outside == "clip" else self.moves * self.stride
        low, high = (min(0.0, at - reach) for at in self.start), (max(SIDE, at + reach) for at in self.start)
        return Box((*low, *(0.0, 0.0) * self.see_goal), (*high, *(SIDE, SIDE) * self.see_goal))

    @property
    def action(self) -> Discrete:
        """Return the space of actions: the eight directions, clockwise from north."""
        return Discrete(ACTIONS)

    def targets_at(self, points: tuple[Point, ...]) -> Target:
        """Return a batch of tasks with targets given in metres; raise ValueError for an impossible one."""
        return Target(jnp.asarray(target_cells(self, points)))

    def sample_task(self, key: PRNGKeyArray) -> Target:
        """Draw a target: a stratum (quadrant) uniformly, then a cell of it."""
        stratum_key, cell_key = jax.random.split(key)
        stratum = jax.random.randint(stratum_key, (), 0, len(STRATA[self.distribution]))
        return self.sample_in_stratum(cell_key, stratum)

    def sample_tasks(self, key: PRNGKeyArray, count: int) -> Target:
        """Draw a batch of targets, the strata (quadrants) in turn."""
        strata = jnp.arange(count) % len(STRATA[self.distribution])
        return jax.vmap(self.sample_in_stratum)(jax.random.split(key, count), strata)

    def sample_in_stratum(self, key: PRNGKeyArray, stratum: Int[Array, ""]) -> Target:
        """Draw a target of one stratum by inverting its cumulative distribution."""
        cumulative, cells = stratum_tables(self)
        index = jnp.searchsorted(jnp.asarray(cumulative)[stratum], jax.random.uniform(key), side="right")
        return Target(jnp.asarray(cells)[jnp.minimum(index, len(cells) - 1)])

    def reset(self, task: Target, key: PRNGKeyArray) -> State:
        """Start an episode at the start."""
        del task, key  # the start is fixed
        start = jnp.array(self.start_cell, jnp.int32)
        return State(start, start, jnp.int32(FREE), jnp.int32(0))

    def step(
        self, task: Target, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Move, then pay for where that led; once an episode is over, nothing changes and nothing is paid."""
        del key  # nothing is random
        ended = self.ended(task, state)
        following = self._advance(state, action, ended)
        reward = jnp.where(ended, 0.0, self._reward_at(task, following.cell))
        return following, Transition(reward, self.ended(task, following))

    def observe(self, task: Target, state: State) -> Float[Array, "size"]:
        """Return the position, and the target if it is seen, in metres."""
        position = self.position(state)
        if not self.see_goal:
            return position
        return jnp.concatenate([position, self.describe(task)])

    @property
    def description(self) -> Box:
        """Return the space of descriptions: the target, in metres."""
        return Box((0.0, 0.0), (SIDE, SIDE))

    def describe(self, task: Target) -> Float[Array, "2"]:
        """Return the target, in metres."""
        return task.cell.astype(jnp.float32) * self.stride

    def position(self, state: State) -> Float[Array, "2"]:
        """Return where the agent is seen, in metres."""
        seen = jnp.where(state.contact == PUT_BACK, state.before, state.cell)
        return seen.astype(jnp.float32) * self.stride

    def squared_distance(self, task: Target, state: State) -> Float[Array, ""]:
        """Return the squared distance to the target, from where the agent last moved to, in square metres."""
        return _squared_cells(task, state.cell).astype(jnp.float32) * self.stride**2

    def ended(self, task: Target, state: State) -> Bool[Array, ""]:
        """Return whether the episode is over."""
        return self.reached(task, state) | (state.time >= self.horizon)

    def reached(self, task: Target, state: State) -> Bool[Array, ""]:
        """Return whether a move has reached the target; a start near it does not count."""
        return (_squared_cells(task, state.cell) <= self.reach_cells) & (state.time > 0)

    def blocked(self, cell: Int[Array, "2"]) -> Bool[Array, ""]:
        """Return whether a cell lies on an obstacle."""
        x, y = cell
        on_obstacle = [
            (left <= x) & (x <= right) & (bottom <= y) & (y <= top)
            for left, right, bottom, top in self.rectangles
        ]
        return reduce(jnp.logical_or, on_obstacle, jnp.bool_(False))

    def _advance(self, state: State, action: Int[Array, ""], ended: Bool[Array, ""]) -> State:
        idle = ended | (state.time >= self.moves)
        moves = ~idle & (state.contact == FREE)
        entered = state.cell + direction(action)
        if self.outside == "clip":
            entered = jnp.clip(entered, 0, self.last_cell)
        hit = self.blocked(entered)
        contact = jnp.where(idle | (state.contact == FREE), state.contact, PUT_BACK)
        if self.at_obstacles == "freeze":
            contact = jnp.where(moves & hit, TOUCHING, contact)
        else:
            entered = jnp.where(hit, state.cell, entered)
        return State(
            jnp.where(moves, entered, state.cell),
            jnp.where(moves, state.cell, state.before),
            contact,
            jnp.where(ended, state.time, state.time + 1),
        )

    def _reward_at(self, task: Target, cell: Int[Array, "2"]) -> Float[Array, ""]:
        cells = _squared_cells(task, cell)
        squared = cells.astype(jnp.float32) * self.stride**2
        reward = jnp.where(cells <= self.reach_cells, 0.0, -squared if self.squared else -jnp.sqrt(squared))
        if self.outside != "penalty":
            return reward
        outside = jnp.any((cell < 0) | (cell > self.last_cell))
        return jnp.where(outside, self.outside_reward, reward)


def navigation(rules: Rules) -> Navigation:
    """Return the task family with the given rules."""
    return Navigation(**asdict(rules))


def direction(action: Int[Array, ""]) -> Int[Array, "2"]:
    """Return the move of an action, in cells: `MOVES[action]` without a gather, which would not vectorise."""
    return jnp.stack([_east(action), _east((action + 2) & 7)]).astype(jnp.int32)


def _east(action: Int[Array, ""]) -> Int[Array, ""]:
    """Return the change of x: none to the north and south, 1 in between on the right, -1 on the left."""
    return jnp.where((action & 3) == 0, 0, 1 - ((action & 4) >> 1))


def _squared_cells(task: Target, cell: Int[Array, "2"]) -> Int[Array, ""]:
    difference = cell - task.cell
    return jnp.sum(difference * difference)
