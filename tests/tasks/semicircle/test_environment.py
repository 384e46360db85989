import math
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.arc.coverage import covered
from athanor.arc.environment import State, Target
from athanor.environment import Described, Environment, WithPosterior
from athanor.tasks.semicircle.environment import Semicircle
from athanor.tasks.semicircle.rendering import render

KEY = jax.random.key(0)
GAME = Semicircle()
STEP = jax.jit(GAME.step)


def target(angle):
    return Target(jnp.float32(angle))


def play(game, task, actions):
    """Return positions, rewards and beliefs on the way."""
    step, update = jax.jit(game.step), jax.jit(game.update)
    state, belief, rows = game.reset(task, KEY), game.prior(), []
    for action in np.asarray(actions, np.float32):
        following, transition = step(task, state, jnp.asarray(action), KEY)
        seen, next_seen = game.observe(task, state), game.observe(task, following)
        belief, state = update(belief, seen, jnp.asarray(action), transition.reward, next_seen), following
        rows.append((np.asarray(state.position), float(transition.reward), np.asarray(belief.possible)))
    positions, rewards, possible = zip(*rows, strict=True)
    return np.stack(positions), np.array(rewards), np.stack(possible)


def test_a_hit_by_hand():
    # The target is at (0.995, 0.0998); eight steps along x and one up lead to (0.8, 0.1), 0.195 away.
    positions, rewards, _ = play(GAME, target(0.1), [(0.1, 0.1)] + [(0.1, 0.0)] * 9)
    assert rewards.tolist() == [0.0] * 7 + [1.0, 0.0, 0.0]
    assert np.allclose(positions[6], (0.7, 0.1))
    assert np.allclose(positions[7], (0.0, 0.0))
    assert np.allclose(positions[9], (0.2, 0.0))


def test_actions_are_clipped_axis_by_axis():
    positions, _, _ = play(GAME, target(0.1), [(5.0, -0.03)])
    assert np.allclose(positions[0], (0.1, -0.03))


def test_nothing_changes_after_the_end():
    task, state = target(1.0), State(jnp.array([0.5, 0.75]), jnp.int32(GAME.steps))
    following, transition = STEP(task, state, jnp.zeros(2), KEY)
    assert (float(transition.reward), bool(transition.terminated)) == (0.0, True)
    assert np.array_equal(following.position, state.position) and following.time == GAME.steps
    last, transition = STEP(task, State(state.position, jnp.int32(GAME.steps - 1)), jnp.zeros(2), KEY)
    assert (float(transition.reward), bool(transition.terminated)) == (1.0, True)
    assert last.time == GAME.steps
    seen = GAME.observe(task, state)
    assert GAME.update(GAME.prior(), seen, jnp.zeros(2), jnp.float32(0), seen).possible.all()


def test_steps_are_those_of_a_plain_game():
    rng, angle = np.random.default_rng(0), 0.7
    actions = rng.uniform(0.0, 0.14, (100, 2))
    positions, rewards, _ = play(GAME, target(angle), actions)
    x, y = 0.0, 0.0
    for (dx, dy), position, reward in zip(actions, positions, rewards, strict=True):
        x, y = x + min(dx, 0.1), y + min(dy, 0.1)
        distance = math.hypot(x - math.cos(angle), y - math.sin(angle))
        assert reward == (distance <= 0.2)
        if reward:
            x, y = 0.0, 0.0
        assert np.allclose(position, (x, y), atol=1e-5)
    assert rewards.sum() == 3


def test_the_belief_loses_what_is_swept_and_collapses_on_a_hit():
    path = [(0.1, 0.1)] * 7 + [(-0.1, 0.0)] * 6
    _, rewards, possible = play(GAME, target(1.08), path)
    sizes = possible.sum(axis=1)
    # The ninth step leads to (0.5, 0.7), 0.184 from the target; the eighth, to (0.6, 0.7), was 0.223 from it.
    assert rewards.tolist() == [0.0] * 8 + [1.0] + [0.0] * 4
    first, last = covered(np.array([(0.7, 0.7), (0.6, 0.7), (0.5, 0.7)]), 0.2)
    width = np.pi / GAME.cells
    assert abs((GAME.cells - sizes[7]) * width - (max(last[:2]) - min(first[:2]))) < 3 * width
    assert abs(sizes[8] * width - (last[2] - max(last[:2]))) < 3 * width


def belief_after(game, task, actions):
    """Return the belief after an episode in one compiled program."""

    def advance(carry, action):
        state, belief = carry
        following, transition = game.step(task, state, action, KEY)
        seen, next_seen = game.observe(task, state), game.observe(task, following)
        return (following, game.update(belief, seen, action, transition.reward, next_seen)), transition.reward

    carry, rewards = jax.lax.scan(advance, (game.reset(task, KEY), game.prior()), actions)
    return carry[1].possible, rewards.sum()


def test_the_belief_never_loses_the_target():
    rng = np.random.default_rng(2)
    angles = jnp.asarray(rng.uniform(0, np.pi, 200), jnp.float32)
    drift = rng.uniform(-0.1, 0.1, (200, 1, 2)) + rng.uniform(-0.1, 0.1, (200, 100, 2))
    run = jax.jit(jax.vmap(lambda angle, actions: belief_after(GAME, Target(angle), actions)))
    possible, hits = run(angles, jnp.asarray(drift, jnp.float32))
    cell = np.minimum(np.asarray(angles) / np.pi * GAME.cells, GAME.cells - 1).astype(int)
    assert (np.asarray(hits) > 0).sum() > 10 and (np.asarray(hits) == 0).sum() > 20
    assert np.asarray(possible)[np.arange(200), cell].all()


def test_halving_the_cells_halves_the_error_of_the_belief():
    actions = np.concatenate([np.full((7, 2), 0.1), np.tile([(-0.1, 0.03)], (5, 1))]).astype(np.float32)
    first, last = covered(np.cumsum(actions, axis=0)[6:], 0.2)
    exact = np.pi - (last.max() - first.min())  # what a miss at each of those positions leaves
    errors = []
    for cells in (64, 128, 256):
        run = jax.jit(partial(belief_after, Semicircle(cells=cells)))
        possible, hits = run(target(3.0), jnp.asarray(actions))
        assert hits == 0
        errors.append(float(possible.sum()) * np.pi / cells - exact)
        assert 0 <= errors[-1] <= 2 * np.pi / cells + 1e-6
    assert errors[-1] < 0.05


def test_the_expert_hits_as_often_as_distance_allows():
    def hits(angle):
        def advance(state, _):
            task = Target(angle)
            following, transition = GAME.step(task, state, GAME.expert(task, state), KEY)
            return following, transition.reward

        return jax.lax.scan(advance, GAME.reset(target(0), KEY), length=GAME.steps)[1].sum()

    # 8 steps along an axis, 6 along a diagonal: (0.6, 0.6) is 0.151 from the circle.
    assert jax.jit(jax.vmap(hits))(jnp.array([0.05, np.pi / 4, 2.0])).tolist() == [12, 16, 12]


def test_targets_are_uniform_on_the_arc():
    angles = jax.vmap(GAME.sample_task)(jax.random.split(KEY, 4000)).angle
    assert 0 <= angles.min() and angles.max() <= np.pi
    counts = np.histogram(np.asarray(angles), 8, (0, np.pi))[0]
    assert np.abs(counts - 500).max() < 5 * np.sqrt(500)
    assert GAME.describe(target(1.5)).tolist() == [1.5]


def test_it_is_a_family_of_the_contract():
    assert isinstance(GAME, Environment) and isinstance(GAME, Described) and isinstance(GAME, WithPosterior)
    assert GAME.features(GAME.prior()).shape == (GAME.features_size,)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"radius": 1.0}, "radius is 1.0, must be more than 0 and less than 1"),
        ({"radius": float("nan")}, "radius is nan, must be more than 0 and less than 1"),
        ({"steps": 0}, "steps is 0, must be at least 1"),
        ({"max_angle": 7.0}, "max_angle is 7.0, must be more than 0 and at most 2 pi"),
        ({"speed": 0.0}, "speed is 0.0, must be more than 0 and at most 1"),
        ({"cells": 1}, "cells is 1, must be from 2 to 65536"),
    ],
)
def test_impossible_rules_are_one_line(settings, message):
    with pytest.raises(ValueError) as error:
        Semicircle(**settings)
    assert str(error.value) == message


def test_the_image_follows_agent_and_target():
    state = State(jnp.array([0.5, 0.5]), jnp.int32(3))
    image = render(GAME, target(1.0), state)
    assert image.shape == (160, 160, 3) and image.dtype == np.uint8
    # Pixel of (0.5, 0.5): a third of the width from the centre, above it.
    assert image[79 - 26, 80 + 26].tolist() == [0, 114, 178]
    assert not np.array_equal(image, render(GAME, target(2.0), state))
