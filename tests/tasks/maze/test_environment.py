"""The maze's rules against walks by hand, and its walls against a plain search."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithExpert
from athanor.tasks.maze.board import board, following
from athanor.tasks.maze.environment import SETTINGS, Maze, State, Walls

KEY = jax.random.key(0)
UP, RIGHT, DOWN, LEFT = range(4)
SMALL = Maze(size=2)  # cells 0 and 1 on the left, 2 and 3 on the right; passages 0-1, 0-2, 1-3, 2-3


def corridor():
    """Return the maze 0 - 1 - 3 - 2, with a wall between 0 and 2."""
    return Walls(jnp.array([True, False, True, True]))


def test_passages_by_hand():
    grid = board(2)
    assert grid.ends.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    assert grid.passage[0].tolist() == [0, 1, -1, -1]
    assert grid.passage[3].tolist() == [-1, -1, 3, 2]
    assert following(grid, np.array([True, False, True, True])).tolist() == [
        [1, 0, 0, 0],
        [1, 3, 0, 1],
        [3, 2, 2, 2],
        [3, 3, 2, 1],
    ]


def test_a_walk_by_hand():
    state, seen = SMALL.reset(corridor(), KEY), []
    for action in (RIGHT, UP, LEFT, RIGHT, DOWN):
        state, (reward, terminated) = SMALL.step(corridor(), state, jnp.int32(action), KEY)
        seen.append((int(state.cell), round(float(reward), 6), bool(terminated)))
    assert seen == [(0, -0.01, False), (1, -0.01, False), (1, -0.01, False), (3, 1.0, True), (3, 0.0, True)]


def test_cells_are_seen_as_shares():
    maze = Maze()
    seen = maze.observe(corridor(), State(jnp.int32(35)))
    assert np.allclose(seen, [3 / 9, 5 / 9])


@pytest.fixture(scope="module")
def drawn():
    """Return passages of mazes without loops and with."""
    keys = jax.random.split(KEY, 8)
    draw = {loops: jax.jit(jax.vmap(Maze(loops=loops).sample_task)) for loops in (0.0, 0.1)}
    return {loops: np.asarray(each(keys).open) for loops, each in draw.items()}


def distances(passages):
    """Return the distance of every cell of a 10 x 10 maze to the goal, breadth first; −1 where there is no way."""
    entered = following(board(10), passages)
    distance, frontier = {99: 0}, [99]
    while frontier:
        cell = frontier.pop(0)
        for other in set(entered[cell].tolist()) - set(distance):
            distance[other] = distance[cell] + 1
            frontier.append(other)
    return np.array([distance.get(cell, -1) for cell in range(100)])


def test_a_maze_without_loops_is_a_tree_that_joins_all_cells(drawn):
    assert (drawn[0.0].sum(axis=1) == 99).all()
    assert all(distances(passages).min() >= 0 for passages in drawn[0.0])
    assert len(np.unique(drawn[0.0], axis=0)) == 8


def test_loops_add_passages_alone(drawn):
    assert (drawn[0.1] >= drawn[0.0]).all()
    more = drawn[0.1].sum(axis=1) - 99  # of 81 further walls
    assert more.mean() == pytest.approx(8.1, abs=4 * np.sqrt(81 * 0.09 / 8))


def test_the_expert_goes_nearer_from_everywhere(drawn):
    maze, passages = Maze(), drawn[0.1][0]
    act = jax.jit(jax.vmap(lambda cell: maze.expert(Walls(jnp.asarray(passages)), State(cell))))
    actions = np.asarray(act(jnp.arange(99)))
    entered = following(board(10), passages)[np.arange(99), actions]
    distance = distances(passages)
    assert (distance[entered] == distance[:99] - 1).all()


def test_moves_slip_as_often_as_they_should():
    # Of a slip, a quarter goes each way: up from 0 leads to 1, the other three stay.
    maze, keys = Maze(size=2, slip=0.4), jax.random.split(KEY, 4000)
    start = State(jnp.int32(0))
    cells = jax.jit(jax.vmap(lambda key: maze.step(corridor(), start, jnp.int32(UP), key)[0].cell))(keys)
    assert float((cells == 1).mean()) == pytest.approx(0.6 + 0.1, abs=4 * np.sqrt(0.7 * 0.3 / 4000))


def test_it_is_a_family_of_the_contract():
    assert set(SETTINGS) == {"deterministic", "stochastic"}
    for part in (Environment, Described, WithExpert):
        assert isinstance(Maze(), part)


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ({"size": 1}, "size is 1, must be from 2 to 16"),
        ({"steps": 0}, "steps is 0, must be from 1 to 10000"),
        ({"slip": 1.0}, "slip is 1.0, must be at least 0 and less than 1"),
        ({"loops": 1.5}, "loops is 1.5, must be from 0 to 1"),
        ({"goal_reward": 0.0}, "goal_reward is 0.0, must be more than 0 and finite"),
        ({"step_reward": 0.5}, "step_reward is 0.5, must be from -1 to 0"),
    ],
)
def test_impossible_rules_are_one_line(rules, line):
    with pytest.raises(ValueError) as error:
        Maze(**rules)
    assert str(error.value) == line
