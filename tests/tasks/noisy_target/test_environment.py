"""The rules against numbers by hand, a plain game, and the motion's bounds."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithExpert, WithPosterior
from athanor.tasks.noisy_target.environment import SETTINGS, NoisyTarget, State, Target
from athanor.tasks.noisy_target.rendering import render

GAME = NoisyTarget()
KEY = jax.random.key(0)
STEP = jax.jit(GAME.step)


def target(x, y):
    return Target(jnp.array([x, y], jnp.float32))


@jax.jit
def play(place, pushes, key):
    """Return the states after each step, the transitions, and the beliefs."""

    def advance(carry, step):
        state, belief = carry
        push, key = step
        following, transition = GAME.step(Target(place), state, push, key)
        seen, after = GAME.observe(Target(place), state), GAME.observe(Target(place), following)
        belief = GAME.update(belief, seen, push, transition.reward, after)
        return (following, belief), (following, transition, belief)

    start = (GAME.reset(Target(place), key), GAME.prior())
    return jax.lax.scan(advance, start, (pushes, jax.random.split(key, len(pushes))))[1]


def test_a_push_by_hand():
    # 0.02, then 0.8 · 0.02 + 0.02 = 0.036, then rolling: 0.8 · 0.036.
    states, _, _ = play(jnp.zeros(2), jnp.array([[1, 0], [1, 0], [0, 0]], jnp.float32), KEY)
    assert np.allclose(states.velocity[:, 0], [0.02, 0.036, 0.0288])
    assert np.allclose(states.position[:, 0], [0.02, 0.056, 0.0848])
    assert (states.position[:, 1] == 0).all()


def test_a_push_in_a_corner_is_shortened():
    states, _, _ = play(jnp.zeros(2), jnp.array([[1, 1]], jnp.float32), KEY)
    assert np.allclose(states.velocity[0], 0.02 / np.sqrt(2))
    states, _, _ = play(jnp.zeros(2), jnp.array([[0.3, 0.4]], jnp.float32), KEY)
    assert np.allclose(states.velocity[0], [0.006, 0.008])


def test_chances_by_hand():
    place = jnp.zeros(2, jnp.float32)
    at = {
        distance: float(GAME.chance(jnp.array([distance, 0], jnp.float32), place))
        for distance in (0, 0.1, 0.2, 0.4, 1)
    }
    assert at == pytest.approx({0: 0.5, 0.1: 0.5, 0.2: 0.5, 0.4: 0.2, 1: 1 / 26})


def test_the_rim_stops_outwards_and_lets_go_on_along_it():
    start = State(jnp.array([0.95, 0.0], jnp.float32), jnp.array([0.1, 0.05], jnp.float32), jnp.int32(0))
    moved = GAME.rolled(start, jnp.zeros(2, jnp.float32))
    outwards = np.array([0.95 + 0.08, 0.04]) / np.hypot(1.03, 0.04)
    assert np.allclose(moved.position, outwards, atol=1e-6)
    assert moved.velocity @ outwards == pytest.approx(0, abs=1e-7)
    assert np.linalg.norm(moved.velocity) == pytest.approx(
        abs(0.08 * -outwards[1] + 0.04 * outwards[0]), abs=1e-6
    )


def test_no_play_leaves_the_disc_or_outruns_its_bound():
    pushes = np.random.default_rng(0).uniform(-1, 1, (64, 2)).repeat(100, axis=0).reshape(64, 100, 2)
    states, transitions, _ = jax.vmap(play, (None, 0, None))(jnp.zeros(2), pushes.astype(np.float32), KEY)
    assert np.linalg.norm(states.position, axis=2).max() <= 1 + 1e-6
    assert np.linalg.norm(states.velocity, axis=2).max() <= 0.02 / 0.2 + 1e-6
    assert set(np.unique(transitions.reward)) == {0, 1}


def test_steps_are_those_of_a_plain_game_and_nothing_happens_after_the_end():
    pushes = np.random.default_rng(1).uniform(-1, 1, (104, 2)) * 0.5 + [0.4, 0.3]
    states, transitions, beliefs = play(jnp.zeros(2), pushes.astype(np.float32), KEY)
    position, velocity = np.zeros(2), np.zeros(2)
    for push, mine in zip(pushes[:100], states.position, strict=False):
        velocity = 0.8 * velocity + 0.02 * push / max(np.hypot(*push), 1)
        position = position + velocity
        if np.hypot(*position) > 1:
            position /= np.hypot(*position)
            velocity -= max(velocity @ position, 0) * position
        assert np.allclose(mine, position, atol=1e-4)
    assert transitions.terminated.tolist() == [False] * 99 + [True] * 5
    assert (transitions.reward[100:] == 0).all()
    for leaf in jax.tree.leaves((states, beliefs)):
        assert (leaf[100:] == leaf[99]).all()


def test_rewards_come_as_often_as_their_chance():
    state = GAME.reset(target(0, 0), KEY)
    still = jax.vmap(lambda key: GAME.step(target(0.4, 0), state, jnp.zeros(2, jnp.float32), key)[1].reward)
    rewards = jax.jit(still)(jax.random.split(KEY, 20_000))
    assert float(rewards.mean()) == pytest.approx(0.2, abs=4 * 0.4 / np.sqrt(20_000))


def test_the_expert_arrives_and_stays():
    def episode(task, start):
        def advance(state, _):
            following = GAME.rolled(state, GAME.expert(task, state))
            return following, following.position

        return jax.lax.scan(advance, start, length=60)[1]

    tasks = jax.vmap(GAME.sample_task)(jax.random.split(KEY, 50))
    paths = jax.jit(jax.vmap(episode, (0, None)))(tasks, GAME.reset(target(0, 0), KEY))
    distance = np.linalg.norm(paths - tasks.place[:, None], axis=2)
    assert distance[:, 30:].max() < 0.01
    assert (np.diff(distance, axis=1) < 1e-3).all()  # no overshoot


def test_targets_are_uniform_over_the_disc():
    drawn = np.asarray(jax.vmap(GAME.sample_task)(jax.random.split(KEY, 4000)).place)
    radius = np.linalg.norm(drawn, axis=1)
    assert radius.max() <= 1 and (radius <= 0.5).mean() == pytest.approx(0.25, abs=0.03)
    assert np.abs(drawn.mean(axis=0)).max() < 4 * 0.5 / np.sqrt(4000)
    assert GAME.describe(target(0.1, 0.2)) == pytest.approx([0.1, 0.2])


def test_the_game_is_one_of_the_contract():
    assert SETTINGS["0.2_100"] == GAME
    for part in (Environment, Described, WithExpert, WithPosterior):
        assert isinstance(GAME, part)
    assert GAME.features(GAME.prior()).shape == (GAME.features_size,)


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ({"steps": 0}, "steps is 0, must be at least 1"),
        ({"friction": 1.0}, "friction is 1.0, must be at least 0 and less than 1"),
        ({"acceleration": 0.0}, "acceleration is 0.0, must be more than 0 and at most 1"),
        ({"unit": -1.0}, "unit is -1.0, must be more than 0 and finite"),
        ({"most": 1.0}, "most is 1.0, must be more than 0 and less than 1"),
        ({"mesh": 30}, "mesh is 30, must be a multiple of 8 up to 256"),
    ],
)
def test_impossible_rules_are_one_line(rules, line):
    with pytest.raises(ValueError) as error:
        NoisyTarget(**rules)
    assert str(error.value) == line


def test_the_image_follows_the_ball():
    task = target(0.5, 0.5)
    start = GAME.reset(task, KEY)
    moved, _ = STEP(task, start, jnp.array([1, 0], jnp.float32), KEY)
    image = render(GAME, task, start)
    assert image.shape == (160, 160, 3) and image.dtype == np.uint8
    assert image[80, 80].tolist() == [0, 114, 178] and image[0, 0].tolist() == [255, 255, 255]
    assert image[43, 116].tolist() == [213, 94, 0]  # right and up of the middle
    assert not np.array_equal(image, render(GAME, task, moved))
