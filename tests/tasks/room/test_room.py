"""The room against walks by hand, brute force over all walks, and bounds that are reached."""

import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithExpert
from athanor.tasks.room import exact
from athanor.tasks.room.environment import Rewards, Room, State

KEY = jax.random.key(0)
ROOM = Room()
STAY, UP, RIGHT, DOWN, LEFT = range(5)


def test_a_walk_by_hand():
    task = ROOM.goal(jnp.int32(13))  # above the start, 12
    state, seen = ROOM.reset(task, KEY), []
    for action in (UP, STAY, UP, UP, LEFT):
        state, (reward, terminated) = ROOM.step(task, state, jnp.int32(action), KEY)
        seen.append((int(state.cell), float(reward), bool(terminated)))
    assert seen == [(13, 1, False), (13, 1, False), (14, 0, False), (14, 0, False), (9, 0, False)]
    assert np.allclose(ROOM.observe(task, state), [1 / 4, 4 / 4, 5 / 8])


def test_goals_are_all_cells_but_the_start():
    goals = jax.jit(jax.vmap(ROOM.sample_task))(jax.random.split(KEY, 500)).of_cell
    assert set(np.asarray(goals.argmax(axis=1)).tolist()) == set(range(25)) - {12}
    assert (goals.sum(axis=1) == 1).all()


def test_reachable_cells_by_hand():
    # Squares on their tips, as far as the border lets them.
    assert exact.reachable(Room(steps=5)).tolist() == [5, 13, 21, 25, 25]


@pytest.mark.parametrize("skills", [4, 5, 6, 8])
def test_bounds_by_hand(skills):
    assert exact.final_bound(ROOM, skills) == pytest.approx(math.log(skills))
    first = math.log(min(skills, 5))
    assert exact.any_step_bound(ROOM, skills) == pytest.approx((first + 7 * math.log(skills)) / 8)
    with pytest.raises(ValueError, match="skills is 1, must be at least 2"):
        exact.final_bound(ROOM, 1)


def test_more_skills_than_cells():
    assert exact.final_bound(Room(size=2), 9) == pytest.approx(math.log(4))


def presence_of(walks):
    """Return where deterministic walks of a room are, over their steps."""
    presence = np.zeros((len(walks), ROOM.cells))
    for row, actions in zip(presence, walks, strict=True):
        cell = ROOM.start
        for action in actions:
            cell = ROOM.following[cell, action]
            row[cell] += 1 / len(actions)
    return presence


def test_skills_that_part_at_once_reach_the_bound():
    walks = [[action] + [STAY] * 7 for action in range(5)]
    assert exact.mutual_information(presence_of(walks)) == pytest.approx(exact.any_step_bound(ROOM, 5))


def test_no_walks_tell_more_than_the_bound():
    rng = np.random.default_rng(0)
    for skills in (2, 4, 8):
        found = [exact.mutual_information(presence_of(rng.integers(0, 5, (skills, 8)))) for _ in range(50)]
        assert 0 < max(found) <= exact.any_step_bound(ROOM, skills) + 1e-12


def test_information_by_hand():
    assert exact.mutual_information(np.eye(4)) == pytest.approx(math.log(4))
    assert exact.mutual_information(np.full((3, 2), 0.5)) == pytest.approx(0)
    half = np.array([[1.0, 0.0], [0.5, 0.5]])  # H(S) of (3/4, 1/4), less half of log 2
    by_hand = -0.75 * math.log(0.75) - 0.25 * math.log(0.25) - 0.5 * math.log(2)
    assert exact.mutual_information(half) == pytest.approx(by_hand)


def test_values_and_expert_are_the_best_of_all_walks():
    room = Room(size=3, steps=4)
    table = np.random.default_rng(1).normal(size=9)
    best = -np.inf
    for walk in itertools.product(range(5), repeat=4):
        cell, total = room.start, 0.0
        for action in walk:
            cell = room.following[cell, action]
            total += table[cell]
        best = max(best, total)
    assert exact.optimal(room, table) == pytest.approx(best)
    task, state, earned = Rewards(jnp.asarray(table, jnp.float32)), State(jnp.int32(4), jnp.int32(0)), 0.0
    for _ in range(4):
        state, transition = room.step(task, state, room.expert(task, state), KEY)
        earned += float(transition.reward)
    assert earned == pytest.approx(best, abs=1e-5)


def test_the_oracle_by_hand():
    # 4 cells at distance 1, 8 at 2, 8 at 3, 4 at 4: paid from the step that arrives.
    assert exact.oracle(ROOM) == pytest.approx((4 * 8 + 8 * 7 + 8 * 6 + 4 * 5) / 24)
    assert exact.without_adapting(ROOM) == pytest.approx(8 / 24)


def test_it_is_a_family_of_the_contract():
    for part in (Environment, Described, WithExpert):
        assert isinstance(ROOM, part)


@pytest.mark.parametrize(
    ("rules", "line"),
    [({"size": 1}, "size is 1, must be from 2 to 32"), ({"steps": 0}, "steps is 0, must be from 1 to 1000")],
)
def test_impossible_rules_are_one_line(rules, line):
    with pytest.raises(ValueError) as error:
        Room(**rules)
    assert str(error.value) == line
