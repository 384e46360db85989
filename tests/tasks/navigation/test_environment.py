"""Tests of the environment: steps worked by hand, and the plain rules step by step on thousands of walks."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.navigation.environment import PUT_BACK, State, Target, direction, navigation
from athanor.tasks.navigation.rules import (
    ACTIONS,
    CLEAN,
    DOWN_LEFT,
    FIGURE2,
    MOVES,
    RELEASED,
    blocked_cells,
    target_cells,
)
from athanor.tasks.navigation.targets import RELEASED_TARGETS

KEY = jax.random.key(3)
NORTH, SOUTH, WEST = 0, 4, 6


def walk(rules, target, actions, start=None):
    """Return positions, rewards, squared distances and ends, step by step."""
    env = navigation(rules)
    task = Target(jnp.asarray(target_cells(rules, (target,))[0]))
    state = env.reset(task, KEY) if start is None else at(start)
    steps = []
    for action in actions:
        state, transition = env.step(task, state, jnp.int32(action), KEY)
        steps.append(
            (*map(float, env.position(state)), float(transition.reward), bool(transition.terminated))
        )
    return state, steps


def at(point):
    cell = jnp.rint(jnp.asarray(point) * 10).astype(jnp.int32)
    return State(cell, cell, jnp.int32(0), jnp.int32(0))


def test_directions_go_clockwise_from_north() -> None:
    np.testing.assert_array_equal(jax.vmap(direction)(jnp.arange(ACTIONS)), MOVES)


def test_walking_into_the_cross_freezes_by_hand() -> None:
    # 49 steps lead from (9.9, 9.9) to (5, 5); target (6.7, 9.3) is 1.7^2 + 4.3^2 = 21.38 away from there.
    state, steps = walk(RELEASED, (6.7, 9.3), [DOWN_LEFT] * 100)
    assert steps[47][:2] == pytest.approx((5.1, 5.1))
    assert steps[48] == pytest.approx((5.0, 5.0, -21.38, False))
    assert all(step == pytest.approx((5.1, 5.1, -21.38, False)) for step in steps[49:99])
    assert steps[99] == pytest.approx((5.1, 5.1, -21.38, True))
    assert int(state.contact) == PUT_BACK


def test_the_last_step_does_not_even_put_back() -> None:
    rules = replace(RELEASED, horizon=50)
    _, steps = walk(rules, (6.7, 9.3), [DOWN_LEFT] * 50)
    assert steps[49] == pytest.approx((5.0, 5.0, -21.38, True))


def test_a_blocked_move_does_not_happen() -> None:
    _, steps = walk(CLEAN, (6.7, 9.3), [DOWN_LEFT, WEST, NORTH], start=(5.1, 5.1))
    assert [step[:2] for step in steps] == [pytest.approx((5.1, y)) for y in (5.1, 5.1, 5.2)]


def test_the_end_of_an_obstacle_is_free() -> None:
    _, steps = walk(RELEASED, (2.5, 2.4), [WEST, WEST], start=(5.1, 7.0))
    assert steps[1][:2] == pytest.approx((4.9, 7.0))
    _, steps = walk(RELEASED, (2.5, 2.4), [WEST, WEST], start=(5.1, 6.9))
    assert steps[1][:2] == pytest.approx((5.1, 6.9))


def test_outside_costs_800_and_goes_on() -> None:
    _, steps = walk(RELEASED, (9.9, 8.9), [NORTH, NORTH, SOUTH])
    assert [step[1:3] for step in steps] == [
        pytest.approx(pair, rel=1e-6) for pair in ((10.0, -1.21), (10.1, -800.0), (10.0, -1.21))
    ]


def test_the_border_clips() -> None:
    _, steps = walk(CLEAN, (9.9, 8.9), [NORTH, NORTH, SOUTH])
    assert [step[1] for step in steps] == pytest.approx([10.0, 10.0, 9.9])


def test_reaching_ends_with_nothing_to_pay_and_stays() -> None:
    state, steps = walk(RELEASED, (9.9, 9.6), [SOUTH, SOUTH, SOUTH])
    assert [step[2:] for step in steps] == [(pytest.approx(-0.04), False), (0.0, True), (0.0, True)]
    assert int(state.time) == 2


def test_a_diagonal_neighbour_reaches_but_a_start_near_the_target_does_not() -> None:
    _, steps = walk(RELEASED, (9.9, 9.9), [DOWN_LEFT])
    assert steps[0][2:] == (0.0, True)
    _, steps = walk(RELEASED, (9.8, 9.8), [NORTH])
    assert steps[0][2:] == (pytest.approx(-0.05), False)


def test_the_plain_distance() -> None:
    _, steps = walk(replace(FIGURE2, squared=False), (9.6, 9.4), [SOUTH])
    assert steps[0][2] == pytest.approx(-0.5)


def test_observations() -> None:
    task = Target(jnp.array([67, 93], jnp.int32))
    seeing, blind = navigation(RELEASED), navigation(replace(RELEASED, see_goal=False))
    state = seeing.reset(task, KEY)
    np.testing.assert_allclose(seeing.observe(task, state), [9.9, 9.9, 6.7, 9.3], rtol=1e-6)
    np.testing.assert_allclose(blind.observe(task, state), [9.9, 9.9], rtol=1e-6)
    assert (seeing.observation.size, blind.observation.size) == (4, 2)


MAPS = [
    *(replace(RELEASED, obstacles=level) for level in ("none", "easy", "medium", "hard")),
    FIGURE2,
    CLEAN,
    replace(CLEAN, obstacles="hard", squared=False),
    replace(RELEASED, outside="clip", horizon=37),
    replace(RELEASED, at_obstacles="block", obstacles="hard", reach_squared=0.05),
    replace(FIGURE2, squared=False, idle_last_step=False, outside="penalty"),
]
WALKS = 300


@pytest.mark.parametrize("rules", MAPS)
def test_equals_the_plain_rules_step_by_step(rules, plain) -> None:
    rng = np.random.default_rng(1)
    starts, targets = interesting_cells(rules, rng), interesting_cells(rules, rng)
    actions = leaning_walks(rng, rules.horizon)
    traced = map(np.asarray, traces(rules, starts, targets, actions))
    plays = (plain(rules, tuple(t / 10), tuple(s / 10)) for s, t in zip(starts, targets, strict=True))
    expected = [play_plainly(game, sequence) for game, sequence in zip(plays, actions, strict=True)]
    for ours, theirs in zip(traced, zip(*expected, strict=True), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def play_plainly(game, actions):
    """Return positions, rewards, squared distances and ends; after the end, all stays and nothing is paid."""
    steps = []
    for action in actions:
        reward = 0.0
        if not game.over:
            game.step(int(action))
            reward = game.reward
        steps.append((game.position, reward, game.squared_distance, game.over))
    return tuple(zip(*steps, strict=True))


def interesting_cells(rules, rng):
    """Draw cells near obstacles and their ends, near the border, and anywhere; none on an obstacle."""
    ends = [(2, 9), *((10 * x, 10 * y) for segment in rules.segments for x, y in segment)]
    pool = np.concatenate(
        [
            np.array(ends)[rng.integers(len(ends), size=400)] + rng.integers(-3, 4, (400, 2)),
            np.stack([rng.integers(97, 101, 100), rng.integers(0, 101, 100)], 1),
            np.stack([rng.integers(0, 101, 100), rng.integers(0, 3, 100)], 1),
            rng.integers(30, 71, (200, 2)),
        ]
    ).astype(np.int32)
    free = pool[~blocked_cells(rules)[pool[:, 0], pool[:, 1]]]
    return rng.permutation(free)[:WALKS]


def leaning_walks(rng, horizon):
    """Draw walks that prefer one direction each, so that they get somewhere."""
    favourite = np.repeat(rng.integers(0, ACTIONS, (WALKS, 1)), horizon, axis=1)
    anywhere = rng.integers(0, ACTIONS, (WALKS, horizon))
    return np.where(rng.random((WALKS, horizon)) < rng.random((WALKS, 1)), favourite, anywhere)


def traces(rules, starts, targets, actions):
    env = navigation(rules)

    def one(start, target, sequence):
        task = Target(target)
        state = env.reset(task, KEY)._replace(cell=start, before=start)

        def step(state, action):
            state, transition = env.step(task, state, action, KEY)
            shown = (env.observe(task, state)[:2], transition.reward)
            return state, (*shown, env.squared_distance(task, state), transition.terminated)

        return jax.lax.scan(step, state, sequence)[1]

    return jax.jit(jax.vmap(one))(jnp.asarray(starts), jnp.asarray(targets), jnp.asarray(actions, jnp.int32))


def test_a_uniformly_random_policy_does_as_the_release() -> None:
    # Measured on the released code: about 60 % of steps outside, mean return about -50,200.
    rng = np.random.default_rng(5)
    targets = np.tile(target_cells(RELEASED, RELEASED_TARGETS), (2000, 1))
    starts = np.full_like(targets, 99)
    actions = rng.integers(0, ACTIONS, (len(targets), 100))
    seen, rewards, _, _ = map(np.asarray, traces(RELEASED, starts, targets, actions))
    assert np.mean(np.any(seen > 10.0 + 1e-4, -1)) == pytest.approx(0.6, abs=0.02)
    assert np.mean(rewards.sum(-1)) == pytest.approx(-50_200, rel=0.02)
