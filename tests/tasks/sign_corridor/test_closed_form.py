"""Closed forms against enumeration: every draw, every goal and every action, played on the environment."""

from functools import cache
from itertools import permutations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.sign_corridor.closed_form import (
    expected_steps_of_optimum,
    expected_steps_of_sampling,
    goals_tried,
    optimum,
    posterior_sampling,
)
from athanor.tasks.sign_corridor.environment import Paying, SignCorridor, State

LONG = 10_000


def played(rules):
    """Return the place that each action leads to, and whether it pays: by goal, way, position and action."""
    ways, length = rules.goals + 1, rules.distance + 1

    def one(goal, way, position, action):
        state = State(way, position, jnp.int32(0))
        following, transition = rules.step(Paying(goal), state, action, jax.random.key(0))
        return following.way, following.position, transition.reward

    axes = [(0, None, None, None), (None, 0, None, None), (None, None, 0, None), (None, None, None, 0)]
    step = one
    for axis in reversed(axes):
        step = jax.vmap(step, axis)
    numbers = (jnp.arange(size, dtype=jnp.int32) for size in (rules.goals, ways, length, ways))
    return [np.asarray(table).tolist() for table in jax.jit(step)(*numbers)]


def search(rules, goal, order, tables):
    """Return the steps until the reward when the goals are tried in an order."""
    ways, positions, rewards = tables
    way = position = steps = 0
    for target in order:
        while True:
            paid = rewards[goal][way][position][target]
            way, position = ways[goal][way][position][target], positions[goal][way][position][target]
            steps += 1
            if paid:
                return steps
            if way == target and position == rules.distance:
                break
    raise AssertionError("no goal paid")


def times_of_sampling(rules):
    tables = played(SignCorridor(rules.goals, rules.distance, LONG))
    goals = range(rules.goals)
    return [search(rules, goal, order, tables) for order in permutations(goals) for goal in goals]


def best(rules, reward=1.0, cost=0.0):
    """Return the optimum: every action, the goals parted by reward and by what the sign says; each step costs."""
    ways, positions, rewards = played(rules)

    @cache
    def value(way, position, open_, left):
        if left == 0:
            return 0.0
        return max(after(way, position, open_, left, action) for action in range(rules.goals + 1))

    def after(way, position, open_, left, action):
        parts, total = {}, -cost * len(open_)
        for goal in open_:
            place = ways[goal][way][position][action], positions[goal][way][position][action]
            if rewards[goal][way][position][action]:
                total += reward
            else:
                read = goal if place == (rules.goals, 1) else -1
                parts.setdefault((*place, read), []).append(goal)
        for (new_way, new_position, _), part in parts.items():
            total += len(part) * value(new_way, new_position, tuple(part), left - 1)
        return total / len(open_)

    return value(0, 0, tuple(range(rules.goals)), rules.horizon)


def test_by_hand():
    rules = SignCorridor(goals=4, distance=5, horizon=7)
    assert (optimum(rules), posterior_sampling(rules)) == (1.0, 0.25)
    # Sampled once an episode: 1/4 + 2/4 + 3/4 + 1 + 1.
    assert (optimum(rules, 5), posterior_sampling(rules, 5)) == (5.0, 3.5)
    # Two corridors of one step: trying takes 1 or 3 steps, the sign always 3.
    short = SignCorridor(goals=2, distance=1)
    assert (expected_steps_of_optimum(short), expected_steps_of_sampling(short)) == (2.0, 2.0)


@pytest.mark.parametrize(("goals", "distance"), [(2, 1), (3, 2), (4, 3)])
def test_expected_steps_of_sampling_over_all_draws(goals, distance):
    rules = SignCorridor(goals=goals, distance=distance)
    assert np.mean(times_of_sampling(rules)) == pytest.approx(expected_steps_of_sampling(rules))


@pytest.mark.parametrize(
    ("goals", "distance", "horizon"), [(2, 3, 5), (3, 2, 6), (4, 1, 5), (4, 3, 2), (3, 2, 40)]
)
def test_returns_over_all_draws_and_all_policies(goals, distance, horizon):
    rules = SignCorridor(goals=goals, distance=distance, horizon=horizon)
    within = np.mean(np.array(times_of_sampling(rules)) <= horizon)
    assert posterior_sampling(rules) == pytest.approx(within)
    assert goals_tried(rules) == pytest.approx(goals * within)
    short = SignCorridor(goals=goals, distance=distance, horizon=min(horizon, 9))
    assert optimum(short) == pytest.approx(best(short))


@pytest.mark.parametrize(("goals", "distance"), [(2, 1), (2, 2), (3, 1), (4, 2), (2, 3)])
def test_expected_steps_of_the_optimum_over_all_policies(goals, distance):
    longest = SignCorridor(goals, distance, horizon=2 * goals * distance)  # nobody needs more
    expected = expected_steps_of_optimum(SignCorridor(goals, distance))
    assert expected == pytest.approx(-best(longest, reward=0.0, cost=1.0))


def test_trials_too_short_for_the_sign_are_refused():
    with pytest.raises(ValueError, match=r"^horizon is 6, must be at least distance \+ 2 = 7 in trials"):
        optimum(SignCorridor(goals=4, distance=5, horizon=6), 2)
