import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.arc.environment import Target
from athanor.environment import Described, Environment, WithPosterior
from athanor.tasks.sparse_navigation.environment import SETTINGS, SparseNavigation
from athanor.tasks.sparse_navigation.rendering import render

KEY = jax.random.key(0)
GAME = SparseNavigation()
STEP, UPDATE = jax.jit(GAME.step), jax.jit(GAME.update)


def target(angle):
    return Target(jnp.float32(angle))


def play(task, actions, belief=None):
    """Return states, rewards and possible cells on the way, and the last belief."""
    state, belief, rows = GAME.reset(task, KEY), GAME.prior() if belief is None else belief, []
    for action in np.asarray(actions, np.float32):
        following, transition = STEP(task, state, jnp.asarray(action), KEY)
        seen, next_seen = GAME.observe(task, state), GAME.observe(task, following)
        belief = UPDATE(belief, seen, jnp.asarray(action), transition.reward, next_seen)
        state = following
        rows.append((np.asarray(state.position), float(transition.reward), np.asarray(belief.possible)))
    return *(np.array(column) for column in zip(*rows, strict=True)), belief


def test_rewards_by_hand():
    # The top of the circle is the target; nine, ten and eleven steps up lead to 0.1, 0 and 0.1 from it.
    positions, rewards, _, _ = play(target(math.pi / 2), [(0.0, 0.1)] * 12)
    assert np.allclose(rewards[:7], 0)
    assert np.allclose(rewards[8:11], [0.9, 1.0, 0.9], atol=1e-5)
    assert np.allclose(positions[11], (0.0, 1.2))


def test_steps_are_those_of_a_plain_game_and_nothing_happens_after_the_end():
    rng, angle = np.random.default_rng(0), 0.7
    actions = rng.uniform(0.0, 0.14, (24, 2))
    positions, rewards, possible, _ = play(target(angle), actions)
    x, y = 0.0, 0.0
    for (dx, dy), position, reward in zip(actions[:20], positions, rewards, strict=False):
        x, y = x + min(dx, 0.1), y + min(dy, 0.1)
        distance = math.hypot(x - math.cos(angle), y - math.sin(angle))
        assert reward == pytest.approx(1 - distance if distance <= 0.2 else 0, abs=1e-5)
        assert np.allclose(position, (x, y), atol=1e-5)
    assert (rewards[:20] > 0).sum() >= 2
    assert (rewards[20:] == 0).all() and (positions[20:] == positions[19]).all()
    assert (possible[20:] == possible[19]).all()


def test_a_stay_near_the_target_after_the_end_rules_nothing_out():
    _, rewards, possible, _ = play(target(math.pi / 2), [(0.0, 0.1)] * 10 + [(0.0, 0.0)] * 12)
    assert rewards[19] > 0.99 and rewards[20] == 0
    assert possible[-1][[63, 64]].any() and (possible[-1] == possible[19]).all()


def test_one_reward_leaves_two_places_and_a_second_one():
    # From the top, both angles at the reward's distance are possible; half a step aside only one of them.
    angle = math.pi / 2 - 0.19
    _, rewards, possible, _ = play(target(angle), [(0.0, 0.1)] * 10 + [(0.05, 0.0)])
    width = math.pi / GAME.cells
    own, mirror = int(angle / width), int((math.pi - angle) / width)
    assert rewards[8] == 0 and rewards[9] > 0  # 0.206 and 0.190 from the target
    assert set(np.flatnonzero(possible[9])) <= {own - 1, own, own + 1, mirror - 1, mirror, mirror + 1}
    assert possible[9][own] and possible[9][mirror]
    assert possible[10][own] and not possible[10][mirror] and possible[10].sum() <= 2


def test_the_belief_goes_on_in_the_next_episode():
    up, right = [(0.0, 0.1)] * 20, [(0.1, 0.0)] * 20
    _, _, first, belief = play(target(0.8), up)
    _, _, both, _ = play(target(0.8), right, belief)
    _, _, other, _ = play(target(0.8), right)
    assert (both[-1] == (first[-1] & other[-1])).all()
    assert both[-1].sum() < first[-1].sum() < GAME.cells


def test_the_belief_never_loses_the_target_and_closes_in_on_it():
    def episode(angle, noise):
        def advance(carry, move):
            state, belief = carry
            action = GAME.expert(Target(angle), state) + move
            following, transition = GAME.step(Target(angle), state, action, KEY)
            seen, next_seen = GAME.observe(Target(angle), state), GAME.observe(Target(angle), following)
            return (following, GAME.update(belief, seen, action, transition.reward, next_seen)), None

        return jax.lax.scan(advance, (GAME.reset(target(0), KEY), GAME.prior()), noise)[0][1].possible

    rng = np.random.default_rng(0)
    angles = rng.uniform(0, np.pi, 200).astype(np.float32)
    noise = rng.uniform(-0.1, 0.1, (200, 20, 2)).astype(np.float32)
    possible = np.asarray(jax.jit(jax.vmap(episode))(angles, noise))
    cell = np.minimum(angles / np.pi * GAME.cells, GAME.cells - 1).astype(int)
    assert possible[np.arange(200), cell].all()
    assert np.median(possible.sum(axis=1)) <= 2


def test_both_settings_are_games_of_the_contract():
    assert {name: (game.radius, game.steps) for name, game in SETTINGS.items()} == {
        "0.2_20": (0.2, 20),
        "0.3_32": (0.3, 32),
    }
    assert isinstance(GAME, Environment) and isinstance(GAME, Described) and isinstance(GAME, WithPosterior)
    assert GAME.features(GAME.prior()).shape == (GAME.features_size,)


def test_impossible_rules_are_one_line():
    with pytest.raises(ValueError, match=r"^radius is 0\.0, must be more than 0 and less than 1$"):
        SparseNavigation(radius=0.0)


def test_the_image_follows_the_agent():
    task = target(1.0)
    start = GAME.reset(task, KEY)
    moved, _ = STEP(task, start, jnp.array([0.1, 0.1]), KEY)
    assert render(GAME, task, start).shape == (160, 160, 3)
    assert not np.array_equal(render(GAME, task, start), render(GAME, task, moved))
