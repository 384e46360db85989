"""The maze as an environment: its walls are hidden, and each move slips with some probability."""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition
from athanor.tasks.maze.board import BORDER, MOVES, board


class Walls(NamedTuple):
    """The task: which neighbouring cells are joined."""

    open: Bool[Array, "passage"]  # numbered as in `Board.ends`


class State(NamedTuple):
    """Where the agent is; fully observed."""

    cell: Int[Array, ""]  # x · size + y


class _Tree(NamedTuple):
    """A tree that grows: the cells it holds, and the passages."""

    inside: Bool[Array, "cell"]
    joined: Bool[Array, "passage"]


@dataclass(frozen=True)
class Maze:
    """The rules: from the corner (0, 0) to the opposite one, where the episode ends.

    The passages are a random tree that joins all cells, and each further one with probability `loops`. A move slips
    with probability `slip`: then it is one of the four, drawn uniformly. A move against a wall stays.
    """

    size: int = 10  # cells on a side
    steps: int = 200  # of an episode; then it is cut off
    slip: float = 0.0
    loops: float = 0.1
    goal_reward: float = 1.0  # of the step that enters the goal
    step_reward: float = -0.01  # of any other step

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("size", 2 <= self.size <= 16, "from 2 to 16"),
            ("steps", 1 <= self.steps <= 10_000, "from 1 to 10000"),
            ("slip", 0 <= self.slip < 1, "at least 0 and less than 1"),
            ("loops", 0 <= self.loops <= 1, "from 0 to 1"),
            ("goal_reward", 0 < self.goal_reward < float("inf"), "more than 0 and finite"),
            ("step_reward", -1 <= self.step_reward <= 0, "from -1 to 0"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def goal(self) -> int:
        """Return the number of the cell where episodes end."""
        return self.size**2 - 1

    @property
    def observation(self) -> Box:
        """Return the space of observations: x and y, as shares of the greatest."""
        return Box((0.0, 0.0), (1.0, 1.0))

    @property
    def action(self) -> Discrete:
        """Return the space of actions: up, right, down, left."""
        return Discrete(len(MOVES))

    @property
    def description(self) -> Box:
        """Return the space of descriptions: 1 for each open passage, 0 for each wall."""
        passages = 2 * self.size * (self.size - 1)
        return Box((0.0,) * passages, (1.0,) * passages)

    def sample_task(self, key: PRNGKeyArray) -> Walls:
        """Draw a maze: the least spanning tree of random weights (Prim's algorithm), and further passages."""
        weight_key, loop_key = jax.random.split(key)
        one, other = jnp.asarray(board(self.size).ends).T
        weight = jax.random.uniform(weight_key, one.shape)

        def grow(tree: _Tree, _: None) -> tuple[_Tree, None]:
            crosses = tree.inside[one] != tree.inside[other]
            best = jnp.argmin(jnp.where(crosses, weight, jnp.inf))
            inside = tree.inside.at[one[best]].set(True).at[other[best]].set(True)
            return _Tree(inside, tree.joined.at[best].set(True)), None

        first = _Tree(jnp.zeros(self.size**2, bool).at[0].set(True), jnp.zeros(one.shape, bool))
        (_, joined), _ = jax.lax.scan(grow, first, length=self.size**2 - 1)
        return Walls(joined | jax.random.bernoulli(loop_key, self.loops, one.shape))

    def reset(self, task: Walls, key: PRNGKeyArray) -> State:
        """Start an episode in the corner."""
        del task, key  # the start is fixed
        return State(jnp.int32(0))

    def step(
        self, task: Walls, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Move, or slip and move anywhere; the goal holds whoever is in it."""
        slip_key, move_key = jax.random.split(key)
        slips = jax.random.bernoulli(slip_key, self.slip)
        moved = jnp.where(slips, jax.random.randint(move_key, (), 0, len(MOVES)), action)
        ended = state.cell == self.goal
        entered = jnp.where(ended, state.cell, self.entered(task)[state.cell, moved])
        reached = entered == self.goal
        reward = jnp.where(reached, self.goal_reward, self.step_reward)
        return State(entered), Transition(jnp.where(ended, 0.0, reward), reached)

    def entered(self, task: Walls) -> Int[Array, "cell action"]:
        """Return the cell that each action leads to."""
        grid = board(self.size)
        free = jnp.asarray(grid.passage != BORDER) & task.open[jnp.asarray(grid.passage)]
        return jnp.where(
            free, jnp.asarray(grid.neighbour), jnp.arange(self.size**2, dtype=jnp.int32)[:, None]
        )

    def observe(self, task: Walls, state: State) -> Float[Array, "2"]:
        """Return x and y, as shares of the greatest."""
        del task  # the walls are hidden
        return jnp.stack(jnp.divmod(state.cell, self.size)).astype(jnp.float32) / (self.size - 1)

    def describe(self, task: Walls) -> Float[Array, "passage"]:
        """Return which passages are open, 0 or 1 each."""
        return task.open.astype(jnp.float32)

    def expert(self, task: Walls, state: State) -> Int[Array, ""]:
        """Take a shortest way to the goal."""
        entered = self.entered(task)
        far = jnp.full(self.size**2, self.size**2, jnp.int32).at[self.goal].set(0)
        distance = jax.lax.fori_loop(
            0, self.size**2, lambda _, known: jnp.minimum(known, known[entered].min(axis=1) + 1), far
        )
        return jnp.argmin(distance[entered[state.cell]]).astype(jnp.int32)


SETTINGS: dict[str, Maze] = {"deterministic": Maze(), "stochastic": Maze(slip=0.2)}
