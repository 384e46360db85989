"""Values of mazes against numbers by hand, enumeration of all walks, and simulation."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.maze import exact
from athanor.tasks.maze.board import board, following
from athanor.tasks.maze.environment import Maze, Walls

CORRIDOR = np.array([True, False, True, True])  # 0 - 1 - 3, and 2 behind the goal


def test_a_corridor_by_hand():
    best = exact.optimum(Maze(size=2, steps=3), CORRIDOR)
    assert best.values[0, 0].tolist() == [-0.01] * 4  # one step left: no way
    assert best.values[1, 0].max() == pytest.approx(0.99)
    assert best.values[2, 0] == pytest.approx([0.99, 0.98, 0.98, 0.98])  # up; or a step lost first
    assert (best.values[:, 3] == 0).all()


def test_a_slipping_corridor_by_hand():
    # From 1 the way on is taken with 0.6 + 0.1; the goal is then entered at the first step left.
    best = exact.optimum(Maze(size=2, steps=1, slip=0.4), CORRIDOR)
    assert best.values[0, 1].max() == pytest.approx(0.7 - 0.01 * 0.3)
    reached = exact.arrivals(Maze(size=2, steps=2, slip=0.4), CORRIDOR, 0, 0, np.array([[0, 1, 1, 0]] * 2))
    assert reached == pytest.approx([0, 0.49])


def test_what_a_policy_is_worth_by_hand():
    policy = np.zeros((4, 4))
    policy[0, 0] = policy[1, 1] = policy[2:, 0] = 1  # up, then right
    assert exact.policy_return(Maze(size=2, steps=3), CORRIDOR, policy) == pytest.approx(0.99)
    policy[0, :2] = 0.5  # or against a wall: two steps lead to the goal half of the time
    assert exact.policy_return(Maze(size=2, steps=2), CORRIDOR, policy) == pytest.approx(
        0.5 * 0.99 - 0.5 * 0.02
    )


@pytest.mark.parametrize(
    ("visits", "expected"),
    [(1, 0.5), (2, 0.75), (3, 0.875)],
)
def test_the_best_of_fair_coins_by_hand(visits, expected):
    assert exact.expected_best(np.array([1.0, 0.0]), np.array([0.5, 0.5]), visits) == pytest.approx(expected)
    with pytest.raises(ValueError, match="visits is 0, must be at least 1"):
        exact.expected_best(np.array([1.0]), np.array([1.0]), 0)


def enumerated(rules, passages, policy):
    """Return the returns of all sequences of moves from the start and their probabilities, by plain recursion."""
    entered = following(board(rules.size), passages)
    found = []

    def walk(cell, left, earned, chance):
        if left == 0 or cell == rules.goal:
            found.append((earned, chance))
            return
        for move in range(4):
            likely = rules.slip / 4 + (1 - rules.slip) * (move == policy[left - 1, cell])
            to = int(entered[cell, move])
            walk(
                to,
                left - 1,
                earned + (rules.goal_reward if to == rules.goal else rules.step_reward),
                chance * likely,
            )

    walk(0, rules.steps, 0.0, 1.0)
    return np.array(found).T


@pytest.mark.parametrize("visits", [1, 2, 3])
def test_the_over_estimate_is_that_of_all_walks_of_all_episodes(visits):
    rules = Maze(size=2, steps=4, slip=0.4)
    value, chance = enumerated(rules, CORRIDOR, exact.optimum(rules, CORRIDOR).policy)
    value, where = np.unique(value.round(9), return_inverse=True)
    chance = np.bincount(where, chance)
    best = sum(
        max(value[list(drawn)]) * np.prod(chance[list(drawn)])
        for drawn in itertools.product(range(len(value)), repeat=visits)
    )
    assert chance.sum() == pytest.approx(1)
    assert exact.over_estimate(rules, CORRIDOR, visits) == pytest.approx(best - value @ chance)


def test_no_over_estimate_without_luck_or_of_one_visit():
    still, slipping = Maze(), Maze(slip=0.2)
    walls = exact.sampled_walls(still, 0)
    assert exact.over_estimate(still, walls, 100) == pytest.approx(0, abs=1e-12)
    assert exact.over_estimate(slipping, walls, 1) == pytest.approx(0, abs=1e-12)
    found = [exact.over_estimate(slipping, walls, visits) for visits in (2, 5, 10, 10_000)]
    lucky = (
        exact.optimum(still, walls).values[-1, 0].max() - exact.optimum(slipping, walls).values[-1, 0].max()
    )
    assert (np.diff([0, *found]) > 0).all()
    assert found[-1] == pytest.approx(lucky, abs=1e-6)  # no walk is shorter than the shortest


def test_the_over_estimate_is_that_of_simulated_play():
    rules = Maze(size=5, steps=60, slip=0.2)
    passages = exact.sampled_walls(rules, 3)
    best = exact.optimum(rules, passages)
    policy, task = jnp.asarray(best.policy), Walls(jnp.asarray(passages))

    def episode(key):
        def step(state, x):
            left, key = x
            state, transition = rules.step(task, state, policy[left, state.cell].astype(jnp.int32), key)
            return state, transition.reward

        keys = jax.random.split(key, rules.steps)
        return jax.lax.scan(step, rules.reset(task, key), (jnp.arange(rules.steps)[::-1], keys))[1].sum()

    returns = np.asarray(jax.jit(jax.vmap(episode))(jax.random.split(jax.random.key(1), 8000)))
    value = best.values[-1, 0].max()
    assert returns.mean() == pytest.approx(value, abs=4 * returns.std() / np.sqrt(8000))
    best_of_ten = returns.reshape(-1, 10).max(axis=1)
    over = exact.over_estimate(rules, passages, 10)
    assert best_of_ten.mean() - value == pytest.approx(over, abs=4 * best_of_ten.std() / np.sqrt(800))
    assert over > 0.02


def test_more_steps_left_are_never_worse():
    """So the best of returns from any time of an episode is at most the value at its start."""
    best = exact.optimum(Maze(), exact.sampled_walls(Maze(), 0)).values
    assert (np.diff(best[98:], axis=0) >= -1e-12).all() and (best[-1] + 1e-12 >= best).all()
