"""The rules of the bus grid by hand, its expert against shortest ways, its belief against what was ridden."""

from collections import deque
from itertools import permutations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithExpert, WithPosterior
from athanor.tasks.bus_grid.environment import DOWN, LEFT, MOVES, RIDE, RIGHT, STAY, UP, BusGrid, Lines, State

KEY = jax.random.key(0)
GRID = BusGrid()
IN_ORDER = Lines(jnp.arange(4))  # (4, 5) to (0, 1), (5, 4) to (0, 7), (3, 4) to (8, 1), (4, 3) to (8, 7)
STEP = jax.jit(GRID.step)


def play(actions, goal=(0, 0), grid=GRID, task=IN_ORDER):
    """Return cells, rewards and ends."""
    state, rows = State(jnp.array([4, 4]), jnp.array(goal), jnp.int32(0)), []
    for action in actions:
        state, transition = grid.step(task, state, jnp.int32(action), KEY)
        rows.append((tuple(state.cell.tolist()), float(transition.reward), bool(transition.terminated)))
    cells, rewards, ends = zip(*rows, strict=True)
    return list(cells), np.round(rewards, 6).tolist(), list(ends)


def test_a_ride_to_the_goal_by_hand():
    cells, rewards, ends = play([RIDE, UP, RIDE, DOWN, RIGHT])
    assert cells == [(4, 4), (4, 5), (0, 1), (0, 0), (0, 0)]
    assert rewards == [-0.1, -0.1, -0.1, 1.0, 0.0]
    assert ends == [False, False, False, True, True]


def test_a_bus_goes_back():
    cells, _, _ = play([RIGHT, RIDE, RIDE, LEFT, STAY])
    assert cells == [(5, 4), (0, 7), (5, 4), (4, 4), (4, 4)]


def test_walls_and_the_last_step():
    cells, rewards, ends = play([LEFT] * 22)
    assert cells[3:] == [(0, 4)] * 19
    assert rewards == [-0.1] * 20 + [0.0] * 2
    assert ends == [False] * 19 + [True] * 3


def test_a_distracting_bus_goes_to_the_middle_of_a_side():
    grid = BusGrid(distracting=True)
    task = Lines(jnp.array([0, 1, 2, 3, 7, 5, 6, 4]))
    cells, _, _ = play([UP, RIGHT, RIDE, RIDE, RIDE], grid=grid, task=task)
    assert cells == [(4, 5), (5, 5), (4, 8), (5, 5), (4, 8)]


def test_an_exploring_episode_pays_nothing_and_shows_no_goal():
    grid = BusGrid(exploring=True)
    cells, rewards, ends = play([UP, RIDE, DOWN, UP] + [STAY] * 16, grid=grid)
    assert cells[2:4] == [(0, 0), (0, 1)]
    assert set(rewards) == {0.0}
    assert ends == [False] * 19 + [True]
    seen = {
        tuple(grid.observe(IN_ORDER, grid.reset(IN_ORDER, key)).tolist()) for key in jax.random.split(KEY, 8)
    }
    assert seen == {(0.5, 0.5, 0.0, 0.5, 0.5, 0.0)}


def test_observation_and_description():
    state = State(jnp.array([4, 5]), jnp.array([8, 0]), jnp.int32(5))
    assert GRID.observe(IN_ORDER, state).tolist() == [0.5, 0.625, 1.0, 1.0, 0.0, 0.25]
    assert GRID.describe(IN_ORDER).tolist() == np.eye(4).ravel().tolist()


def test_all_orders_and_corners_are_drawn():
    grid = BusGrid(distracting=True)
    ends = np.asarray(jax.jit(jax.vmap(grid.sample_task))(jax.random.split(KEY, 3000)).end)
    for kind in (ends[:, :4], ends[:, 4:] - 4):
        orders, counts = np.unique(kind, axis=0, return_counts=True)
        assert {tuple(order) for order in orders.tolist()} == set(permutations(range(4)))
        assert np.abs(counts - 125).max() < 5 * 11  # five standard deviations
    goals = jax.vmap(lambda key: grid.reset(IN_ORDER, key).goal)(jax.random.split(KEY, 60))
    assert {tuple(goal) for goal in goals.tolist()} == {(0, 0), (0, 8), (8, 0), (8, 8)}


def all_cells(grid):
    return np.indices((grid.size,) * 2).reshape(2, -1).T


def entered(grid, task, goal):
    """Return the cell that each action enters from each cell."""
    cells = jnp.asarray(all_cells(grid), jnp.int32)

    def one(cell, action):
        state = State(cell, jnp.asarray(goal, jnp.int32), jnp.int32(0))
        return grid.step(task, state, action, KEY)[0].cell @ jnp.array([grid.size, 1])

    return np.asarray(jax.vmap(jax.vmap(one, (None, 0)), (0, None))(cells, jnp.arange(len(MOVES))))


def shortest(links, goal):
    """Return the steps to a cell from every other, by breadth-first search."""
    steps, waiting = {goal: 0}, deque([goal])
    while waiting:
        here = waiting.popleft()
        for before in np.unique(np.nonzero(links == here)[0]):
            if int(before) not in steps:
                steps[int(before)] = steps[here] + 1
                waiting.append(int(before))
    return np.array([steps[cell] for cell in range(len(links))])


@pytest.mark.parametrize("distracting", [False, True])
def test_the_expert_takes_a_shortest_way_from_everywhere(distracting):
    grid, goal = BusGrid(size=15, distracting=distracting), (14, 0)
    task = grid.sample_task(jax.random.key(3))
    links = entered(grid, task, goal)
    steps = shortest(links, 14 * 15)
    states = jax.vmap(lambda cell: State(cell, jnp.array(goal), jnp.int32(0)))(jnp.asarray(all_cells(grid)))
    chosen = np.asarray(jax.jit(jax.vmap(lambda state: grid.expert(task, state)))(states))
    reached = links[np.arange(len(links)), chosen]
    away = np.arange(len(links)) != 14 * 15
    assert (steps[reached][away] == steps[away] - 1).all()


def test_the_belief_knows_what_was_ridden_from_either_side():
    state = State(jnp.array([4, 4]), jnp.array([8, 8]), jnp.int32(0))
    belief, features = GRID.prior(), []
    for action in (UP, RIDE, UP, UP, UP, UP, UP, UP, RIDE, RIDE):  # (0, 7) is 6 above (0, 1)
        following, transition = STEP(IN_ORDER, state, jnp.int32(action), KEY)
        seen = GRID.observe(IN_ORDER, state), jnp.int32(action), transition.reward
        belief, state = GRID.update(belief, *seen, GRID.observe(IN_ORDER, following)), following
        features.append(np.asarray(GRID.features(belief)).reshape(4, 4))
    third = 1 / 3
    assert np.allclose(GRID.features(GRID.prior()), 0.25)
    assert np.allclose(features[0], 0.25)
    assert np.allclose(features[1], [[1, 0, 0, 0], *[[0, third, third, third]] * 3])
    assert np.allclose(features[7], features[1])
    assert tuple(state.cell.tolist()) == (0, 7)
    assert np.allclose(features[8], [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5]])
    assert np.allclose(features[9], features[8])


def test_it_is_a_family_of_the_contract():
    for protocol in (Environment, Described, WithExpert, WithPosterior):
        assert isinstance(GRID, protocol)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": 8}, "size is 8, must be odd and from 5 to 15"),
        ({"horizon": 0}, "horizon is 0, must be from 1 to 1000"),
        ({"step_reward": 0.1}, "step_reward is 0.1, must be at most 0"),
        ({"goal_reward": float("nan")}, "goal_reward is nan, must be more than 0"),
    ],
)
def test_impossible_rules_are_one_line(settings, message):
    with pytest.raises(ValueError) as error:
        BusGrid(**settings)
    assert str(error.value) == message
