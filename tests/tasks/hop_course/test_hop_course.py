"""The hop course against runs by hand, and its exact search against plays of all short action sequences."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment
from athanor.tasks.hop_course import exact
from athanor.tasks.hop_course.environment import PIT, Course, Difficulty, HopCourse, State

KEY = jax.random.key(0)
RULES = HopCourse()
STEP = jax.jit(RULES.step)
COURSES = jax.jit(jax.vmap(RULES.course, (None, 0)))
SAMPLES = jax.jit(jax.vmap(RULES.sample_task))
SLOWER, KEEP, FASTER, JUMP = 0, 2, 4, 1  # a jump is added to the others


def level(**heights):
    """Return level ground with other heights from cells on: c16=[-1, -1]."""
    ground = np.zeros(RULES.length, np.int32)
    for cell, values in heights.items():
        ground[int(cell[1:]) : int(cell[1:]) + len(values)] = values
    return ground


def played(ground, actions):
    """Return the states after each step as tuples, and the rewards in cells."""
    task, seen, advanced = Course(jnp.asarray(ground)), [], []
    state = RULES.reset(task, KEY)
    for action in actions:
        state, transition = STEP(task, state, jnp.int32(action), KEY)
        seen.append((*map(int, state[:4]), bool(transition.terminated)))
        advanced.append(round(float(transition.reward) * (RULES.length - 1), 3))
    return seen, advanced


def test_a_jump_by_hand():
    seen, advanced = played(level(), [FASTER, FASTER + JUMP, KEEP, SLOWER, KEEP, KEEP, SLOWER])
    assert seen == [
        (1, 0, 1, 0, False),
        (3, 2, 2, 1, False),
        (5, 3, 2, 0, False),
        (7, 3, 2, -1, False),
        (9, 2, 2, -2, False),
        (11, 0, 2, 0, False),
        (12, 0, 1, 0, False),
    ]
    assert advanced == [1, 2, 2, 2, 2, 2, 1]


def test_a_fall_by_hand():
    # At speed 1 into a gap: level over it first, below 0 a step later; then nothing more.
    seen, advanced = played(level(c2=[PIT] * 4), [FASTER, KEEP, KEEP, FASTER])
    assert seen == [(1, 0, 1, 0, False), (2, 0, 1, -1, False), (3, -1, 1, -2, True), (3, -1, 1, -2, True)]
    assert advanced == [1, 1, 1, 0]


def test_steps_are_climbed_and_hurdles_stumbled_over():
    seen, _ = played(level(c1=[1, 2, 4]), [FASTER, KEEP, KEEP])
    assert seen == [(1, 1, 1, 0, False), (2, 2, 1, 0, False), (2, 2, 1, 0, True)]


def test_what_is_seen():
    seen = RULES.observe(
        Course(jnp.asarray(level(c3=[2, PIT, -0, 9]))),
        State(jnp.int32(2), jnp.int32(1), jnp.int32(3), jnp.int32(-1), jnp.bool_(False)),
    )
    assert seen[:8].tolist() == pytest.approx([1, -0.5, 0, -0.25, 0.25, -1, -0.25, 1])


@pytest.mark.parametrize(
    ("gap", "crossed"), [(exact.widest_gap(RULES), True), (exact.widest_gap(RULES) + 1, False)]
)
def test_the_widest_gap_is_crossed_and_no_wider(gap, crossed):
    assert exact.best_run(RULES, level(c20=[PIT] * gap)).finished == crossed


@pytest.mark.parametrize(("height", "cleared"), [(4, True), (5, False)])
def test_the_highest_hurdle_is_cleared_and_no_higher(height, cleared):
    assert exact.highest_hurdle(RULES) == 4
    assert exact.best_run(RULES, level(c20=[height])).finished == cleared


def test_the_best_run_is_played_as_it_was_found():
    keys = jax.random.split(KEY, 3)
    courses = np.asarray(SAMPLES(keys).ground)
    found = [exact.best_run(RULES, ground) for ground in courses]
    for ground, run in zip(courses, found, strict=True):
        seen, advanced = played(ground, run.actions)
        assert seen[-1][0] == run.advanced == round(sum(advanced))
        assert seen[-1][4] or not run.finished
        assert exact.optimal(RULES, ground) == run.advanced / (RULES.length - 1)


def test_no_short_play_gets_farther():
    rules = HopCourse(obstacles=1, spacing=8, sight=1, steps=5, widest=3)
    course = rules.course(Difficulty(jnp.int32(3), jnp.int32(0), jnp.int32(0)), KEY)
    plays = jnp.array(list(itertools.product(range(6), repeat=5)))

    def episode(actions):
        def step(state, action):
            return rules.step(course, state, action, KEY)[0], None

        return jax.lax.scan(step, rules.reset(course, KEY), actions)[0].x

    reached = int(jax.jit(jax.vmap(episode))(plays).max())
    assert exact.best_run(rules, np.asarray(course.ground)).advanced == reached


def test_courses_are_as_hard_as_drawn():
    keys = jax.random.split(KEY, 20)
    hard = Difficulty(jnp.int32(5), jnp.int32(3), jnp.int32(1))
    grounds = np.asarray(COURSES(hard, keys).ground)
    assert (grounds[:, : RULES.sight + 1] == 0).all()
    assert ((grounds == PIT).sum(axis=1) == 3 * 5).all()
    assert set(np.unique(grounds)) == {PIT, 0, 1, 3, 4} and ((grounds >= 3).sum(axis=1) == 3).all()
    easy = np.asarray(COURSES(Difficulty(*(jnp.int32(0),) * 3), keys).ground)
    assert (easy == 0).all()
    assert exact.best_run(RULES, easy[0]).finished


def test_it_is_a_family_of_the_contract():
    for part in (Environment, Described):
        assert isinstance(RULES, part)


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ({"obstacles": 0}, "obstacles is 0, must be from 1 to 50"),
        ({"spacing": 4}, "spacing is 4, must be from 8 to 100"),
        ({"sight": 0}, "sight is 0, must be from 1 to 100"),
        ({"fastest": 9}, "fastest is 9, must be from 1 to 5"),
        ({"jump": 0}, "jump is 0, must be from 1 to 5"),
        ({"widest": 17}, "widest is 17, must be from 0 to 16"),
        ({"highest": -1}, "highest is -1, must be from 0 to 20"),
    ],
)
def test_impossible_rules_are_one_line(rules, line):
    with pytest.raises(ValueError) as error:
        HopCourse(**rules)
    assert str(error.value) == line
