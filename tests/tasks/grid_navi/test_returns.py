"""Exact returns against numbers by hand and against plain recursions that know nothing of walks or tables."""

from functools import cache

import jax
import numpy as np
import pytest

from athanor.tasks.grid_navi import returns
from athanor.tasks.grid_navi.bayes_optimal import _best_walk, bayes_optimal, bayes_optimal_by_episode
from athanor.tasks.grid_navi.board import Board
from athanor.tasks.grid_navi.environment import SETTINGS, GridNavi
from athanor.tasks.grid_navi.posterior_sampling import resampled_each_episode, resampled_on_arrival

MOVES = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0))
SMALL = GridNavi(size=3, steps=5)


def neighbour(size, cell, move):
    return tuple(min(max(c + m, 0), size - 1) for c, m in zip(cell, move, strict=True))


def candidates(size):
    return frozenset((x, y) for x in range(size) for y in range(size) if max(x, y) >= 2)


def belief_mdp(rules, episodes):
    """Return the value of the belief's Markov decision process: every action, before and after the goal is known."""

    @cache
    def value(time, cell, open_):
        if time == episodes * rules.steps:
            return 0.0
        here = cell if time % rules.steps else (0, 0)
        return max(after(time + 1, neighbour(rules.size, here, move), open_) for move in MOVES)

    def after(time, cell, open_):
        if cell not in open_:
            return -0.1 + value(time, cell, open_)
        hit = 1.0 + value(time, cell, frozenset({cell}))
        if len(open_) == 1:
            return hit
        return (hit + (len(open_) - 1) * (-0.1 + value(time, cell, open_ - {cell}))) / len(open_)

    return value(0, (0, 0), candidates(rules.size))


def way(start, goal):
    """Return the cells of the expert's way."""
    (x, y), cells = start, []
    while (x, y) != goal:
        if x != goal[0]:
            x += 1 if goal[0] > x else -1
        else:
            y += 1 if goal[1] > y else -1
        cells.append((x, y))
    return cells


def sampling(rules, episodes, on_arrival):
    """Return posterior sampling's value: recursion over goal, draws and steps, every step taken and rewarded."""

    @cache
    def value(time, cell, drawn, goal, open_):
        if time == episodes * rules.steps:
            return 0.0
        if time % rules.steps == 0:
            cell, drawn = (0, 0), None
        if drawn is None:
            return sum(value_of_step(time, cell, draw, goal, open_) for draw in open_) / len(open_)
        return value_of_step(time, cell, drawn, goal, open_)

    def value_of_step(time, cell, drawn, goal, open_):
        entered = way(cell, drawn)[0] if cell != drawn else cell
        open_ = frozenset({goal}) if entered == goal else open_ - {entered}
        kept = drawn if not on_arrival or drawn in open_ else None
        reward = 1.0 if entered == goal else -0.1
        return reward + value(time + 1, entered, kept, goal, open_)

    everything = candidates(rules.size)
    return np.mean([value(0, (0, 0), None, goal, everything) for goal in sorted(everything)])


def test_bayes_optimal_by_hand():
    # 3×3 has five candidates. Two steps visit one; three visit (0, 2), hit twice, then (1, 2), hit once.
    assert bayes_optimal(GridNavi(size=3, steps=1), 1) == pytest.approx(-0.1)
    assert bayes_optimal(GridNavi(size=3, steps=2), 1) == pytest.approx(-0.2 + 1.1 / 5)
    assert bayes_optimal(GridNavi(size=3, steps=3), 1) == pytest.approx(-0.3 + 1.1 * 3 / 5)
    # Two episodes of two steps: (0, 2) then hit again, (2, 0) in the second.
    assert bayes_optimal(GridNavi(size=3, steps=2), 2) == pytest.approx(-0.4 + 1.1 * 3 / 5)


@pytest.mark.parametrize(("steps", "episodes"), [(4, 1), (4, 2), (5, 2), (6, 1), (3, 3)])
def test_bayes_optimal_is_the_value_of_the_belief_mdp(steps, episodes):
    rules = GridNavi(size=3, steps=steps)
    assert bayes_optimal(rules, episodes) == pytest.approx(belief_mdp(rules, episodes))


def test_bayes_optimal_of_a_larger_grid_is_the_value_of_the_belief_mdp():
    rules = GridNavi(size=4, steps=5)
    assert bayes_optimal(rules, 2) == pytest.approx(belief_mdp(rules, 2))


def test_dropping_walks_by_their_bound_loses_nothing():
    board = Board(GridNavi(steps=12))
    best = int(_best_walk(board, 1, 0).sum())
    assert _best_walk(board, 1, best).sum() == best
    assert _best_walk(board, 1, 0, beam=5).sum() <= best


def test_episodes_of_the_optimum_add_up_and_a_known_goal_is_hit_as_by_the_oracle():
    """On 3 x 3 cells five can be the goal; eight steps visit all of them, and then it is known."""
    rules = GridNavi(size=3, steps=8)
    by_episode = bayes_optimal_by_episode(rules, 3)
    assert by_episode.sum() == pytest.approx(bayes_optimal(rules, 3))
    assert by_episode[0] < by_episode[1]
    assert by_episode[1:] == pytest.approx(returns.oracle(rules, 2))


@pytest.mark.parametrize("on_arrival", [False, True])
@pytest.mark.parametrize(("size", "steps"), [(3, 5), (3, 3), (4, 4)])
def test_posterior_sampling_is_the_recursion_over_its_draws(size, steps, on_arrival):
    rules = GridNavi(size=size, steps=steps)
    agent = resampled_on_arrival if on_arrival else resampled_each_episode
    trials = np.cumsum(agent(rules, 3))
    expected = [sampling(rules, episodes, on_arrival) for episodes in (1, 2, 3)]
    assert trials == pytest.approx(expected)


def test_oracle_and_random_by_simulation():
    rules, key = SMALL, jax.random.key(1)

    def episode(key, known):
        task_key, action_key = jax.random.split(key)
        task = rules.sample_task(task_key)

        def advance(state, action):
            action = jax.numpy.where(known, rules.expert(task, state), action)
            following, transition = rules.step(task, state, action, key)
            return following, transition.reward

        actions = jax.random.randint(action_key, (rules.steps,), 0, 5)
        return jax.lax.scan(advance, rules.reset(task, key), actions)[1].sum()

    play = jax.jit(jax.vmap(episode, (0, None)))
    for known, exact in ((True, returns.oracle), (False, returns.random)):
        simulated = np.asarray(play(jax.random.split(key, 4000), known))
        error = simulated.std() / np.sqrt(len(simulated))
        assert abs(simulated.mean() - exact(rules, 1)[0]) < 4 * error
    assert returns.oracle(rules, 1)[0] == pytest.approx(-0.5 + 1.1 * (4 * 2 + 3 * 2 + 2) / 5)


def test_rows_are_exact_and_in_order(monkeypatch):
    monkeypatch.setitem(SETTINGS, "small", SMALL)
    rows = returns.exact_returns("small", jax.random.key(0))
    assert len(rows) == 6 * 3
    assert all(row.lower == row.upper == row.expected_return for row in rows)
    for episodes in (1, 2, 4):
        value = {row.agent: row.expected_return for row in rows if row.episodes == episodes}
        assert value["random"] < value["posterior_sampling"] < value["posterior_sampling_on_arrival"]
        assert value["posterior_sampling_on_arrival"] <= value["bayes_optimal"] <= value["oracle"]
        assert value["memory_reset"] <= value["bayes_optimal"] + 1e-12
    assert rows[0].agent == "bayes_optimal"


def test_a_grid_too_large_for_an_exact_solution_is_one_line():
    with pytest.raises(ValueError, match=r"^size is 8, must be at most 7 for an exact solution$"):
        bayes_optimal(GridNavi(size=8), 1)


def test_an_unknown_setting_is_one_line():
    with pytest.raises(ValueError) as error:
        returns.exact_returns("huge", jax.random.key(0))
    assert str(error.value) == "setting is 'huge', must be one of 5x5_15"
