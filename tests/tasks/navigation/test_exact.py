"""Tests of the exact solution: by hand, against every sequence of moves, against a graph library, and by playing it."""

import itertools
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

from athanor.tasks.navigation import exact
from athanor.tasks.navigation.difficulty import difficulty
from athanor.tasks.navigation.environment import State, Target, navigation
from athanor.tasks.navigation.play import constant_tables, myopic_action, play, play_tables
from athanor.tasks.navigation.rules import (
    ACTIONS,
    CLEAN,
    DOWN_LEFT,
    FIGURE2,
    MOVES,
    OBSTACLE_LEVELS,
    RELEASED,
    SETTINGS,
    blocked_cells,
    target_cells,
)
from athanor.tasks.navigation.targets import FIGURE2_TARGETS, RELEASED_TARGETS


def played(rules, cells, tables):
    walk = play_tables(navigation(rules), Target(jnp.asarray(cells)), jnp.asarray(tables))
    return np.asarray(walk.reward, float).sum(-1), np.asarray(walk.squared_distance, float), walk


def test_three_steps_by_hand() -> None:
    # From 0.4 away, straight down: 0.3^2 and 0.2^2 are paid, then the target is reached.
    solution = exact.solve(RELEASED, np.array([[99, 95]]))
    assert solution.value == pytest.approx([-0.13])
    assert [int(solution.action[0, time, 99, 99 - time]) for time in range(2)] == [4, 4]


@pytest.mark.parametrize(
    ("rules", "points", "plateau"), [(FIGURE2, FIGURE2_TARGETS, 19.94), (RELEASED, RELEASED_TARGETS, 21.54)]
)
def test_walking_into_the_cross_gives_the_published_plateau(rules, points, plateau) -> None:
    cells = target_cells(rules, points)
    _, squared, _ = played(rules, cells, constant_tables(rules, DOWN_LEFT, len(cells)))
    assert squared.mean() == pytest.approx(plateau, abs=0.005)


@pytest.mark.parametrize(
    "rules", [*SETTINGS.values(), *(replace(RELEASED, obstacles=o) for o in OBSTACLE_LEVELS)]
)
def test_a_path_outside_folds_into_the_square(rules) -> None:
    """Moves stay moves, no point comes further from a target inside, and no obstacle is in the way."""
    last = rules.last_cell
    outside = np.arange(-8, last + 9)
    depth = np.maximum(-outside, outside - last)
    folded = np.where(depth <= 0, outside, np.where(outside < 0, depth % 2, last - depth % 2))
    np.testing.assert_array_equal(np.abs(np.diff(folded)), 1)
    targets = np.arange(last + 1)
    assert (np.abs(folded[:, None] - targets) <= np.abs(outside[:, None] - targets)).all()
    blocked = blocked_cells(rules).copy()
    blocked[2:-2, 2:-2] = False
    assert not blocked.any()


SMALL = [
    replace(RELEASED, horizon=5, start=(5.2, 6.8)),
    replace(RELEASED, horizon=5, start=(5.2, 5.1), squared=False),
    replace(CLEAN, horizon=4, start=(5.2, 5.2)),
    replace(CLEAN, horizon=4, start=(9.9, 9.9), reach_squared=None),
    replace(FIGURE2, horizon=5, start=(5.2, 6.0)),
    replace(RELEASED, horizon=5, start=(4.4, 5.3), obstacles="hard", at_obstacles="block"),
]


@pytest.mark.parametrize("rules", SMALL)
def test_no_sequence_of_moves_does_better(rules) -> None:
    rng = np.random.default_rng(0)
    near = np.array(rules.start_cell) + rng.integers(-5, 6, (300, 2))
    near = near[(near <= 100).all(1)]
    cells = near[~blocked_cells(rules)[near[:, 0], near[:, 1]]][:40].astype(np.int32)
    returns, squared = every_sequence(rules, cells)
    assert exact.solve(rules, cells).value == pytest.approx(returns.max(1), abs=1e-4)
    nearest = exact.solve(rules, cells, exact.NEAREST)
    _, ends, _ = played(rules, cells, nearest.action)
    assert ends == pytest.approx(squared.min(1), abs=1e-5)
    ties = np.where(np.isclose(squared, squared.min(1, keepdims=True), atol=1e-4), returns, -np.inf)
    assert played(rules, cells, nearest.action)[0] == pytest.approx(ties.max(1), abs=1e-4)


def every_sequence(rules, cells):
    """Play all sequences of moves to each target."""
    env = navigation(rules)
    sequences = np.array(list(itertools.product(range(ACTIONS), repeat=rules.moves)), np.int32)
    sequences = np.pad(sequences, ((0, 0), (0, rules.horizon - rules.moves)))

    def one(target, sequence):
        return play(env, Target(target), lambda _, state: sequence[jnp.minimum(state.time, env.horizon - 1)])

    walks = jax.jit(jax.vmap(jax.vmap(one, (None, 0)), (0, None)))(jnp.asarray(cells), jnp.asarray(sequences))
    return np.asarray(walks.reward, float).sum(-1), np.asarray(walks.squared_distance, float)


@pytest.mark.parametrize(
    ("rules", "points"), [(RELEASED, RELEASED_TARGETS), (FIGURE2, FIGURE2_TARGETS), (CLEAN, RELEASED_TARGETS)]
)
def test_the_policy_earns_what_it_is_worth(rules, points) -> None:
    cells = target_cells(rules, points)
    solution = exact.solve(rules, cells)
    returns, _, _ = played(rules, cells, solution.action)
    assert returns == pytest.approx(solution.value, rel=1e-5)


def test_released_targets_are_all_reached_and_one_without_a_step_to_spare() -> None:
    cells = target_cells(RELEASED, RELEASED_TARGETS)
    _, squared, walk = played(RELEASED, cells, exact.solve(RELEASED, cells).action)
    assert (squared < 0.02 + 1e-6).all()
    assert np.asarray(walk.steps).tolist() == [31, 55, 93, 50, 31, 73, 99, 79]


def test_one_of_the_figures_targets_is_out_of_reach() -> None:
    # (0.1, 0.8) is 101 moves away round the cross and 99 steps move: two cells, 0.2, are left.
    cells = target_cells(FIGURE2, FIGURE2_TARGETS)
    _, squared, _ = played(FIGURE2, cells, exact.solve(FIGURE2, cells, exact.NEAREST).action)
    assert squared == pytest.approx([0, 0, 0.04, 0, 0, 0, 0, 0], abs=1e-6)


def test_mirrored_targets_are_worth_the_same() -> None:
    cells = target_cells(RELEASED, RELEASED_TARGETS)
    mirrored = exact.solve(RELEASED, cells[:, ::-1]).value
    assert mirrored == pytest.approx(exact.solve(RELEASED, cells).value)


def test_discounting_stops_caring_for_later() -> None:
    cells = target_cells(RELEASED, ((2.5, 2.4),))
    impatient = exact.solve(RELEASED, cells, exact.Objective(0.0, 0.0))
    assert impatient.value == pytest.approx([-(7.3**2 + 7.4**2)])  # the first step only


@pytest.mark.parametrize("rules", [RELEASED, FIGURE2, CLEAN, replace(CLEAN, obstacles="hard")])
def test_moves_equal_a_graph_librarys(rules) -> None:
    moves = exact.moves_from_start(rules)
    blocked = blocked_cells(rules)
    expected = graph_moves(blocked, rules.start_cell)
    np.testing.assert_array_equal(moves[~blocked], expected[~blocked])
    assert (moves[blocked] == exact.UNREACHED).all() == (rules.at_obstacles == "block")


def graph_moves(blocked, start):
    cells = np.argwhere(~blocked)
    ends = cells[:, None] + MOVES
    possible = ((ends >= 0) & (ends <= 100)).all(-1)
    possible[possible] = ~blocked[tuple(ends[possible].T)]
    origin, move = np.nonzero(possible)
    flat = lambda points: points[..., 0] * 101 + points[..., 1]  # noqa: E731
    rows, columns = flat(cells)[origin], flat(ends[origin, move])
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(101**2, 101**2)).tocsr()
    return shortest_path(graph, unweighted=True, indices=start[0] * 101 + start[1]).reshape(101, 101)


def test_difficulty_by_hand() -> None:
    features = difficulty(RELEASED, target_cells(RELEASED, RELEASED_TARGETS))
    # (8.4, 1.9): 80 moves down, the last of them not needed; (2.5, 2.4): 75, and 20 more round two arms.
    assert features.moves[[7, 2, 6]].tolist() == [79, 93, 99]
    assert features.detour[[7, 2, 6]] == pytest.approx([1, 93 / 74, 99 / 85])
    assert features.distance[0] == pytest.approx(np.hypot(3.2, 0.6))
    assert features.border[[0, 1]] == pytest.approx([0.7, 0.4])
    # Walking ever nearer ends in the cross's middle for the two targets behind it.
    assert np.flatnonzero(features.myopic_distance > 0.2).tolist() == [2, 6]
    assert features.myopic_distance[2] == pytest.approx(np.hypot(2.5, 2.6), abs=1e-5)


@pytest.mark.parametrize(("cell", "action"), [((50, 90), 4), ((60, 90), 5), ((40, 70), 1), ((45, 80), 2)])
def test_the_myopic_walk_steps_straight_to_the_target(cell, action) -> None:
    task, position = Target(jnp.array([50, 80], jnp.int32)), jnp.array(cell, jnp.int32)
    assert int(myopic_action(task, State(position, position, jnp.int32(0), jnp.int32(0)))) == action
