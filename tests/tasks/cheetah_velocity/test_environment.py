"""The game inside compiled programs against the plain stepper, and its rules."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithExpert, WithPosterior
from athanor.tasks.cheetah_velocity.doubles import joined, split
from athanor.tasks.cheetah_velocity.environment import CheetahVelocity, Target
from athanor.tasks.cheetah_velocity.physics import JOINTS, advance

GAME = CheetahVelocity(steps=12)
KEY = jax.random.key(0)
TARGETS = np.array([0.6, 1.3, 2.9], np.float32)
ACTIONS = np.random.default_rng(0).uniform(-1.3, 1.3, (15, 3, 6)).astype(np.float32)


@jax.jit
def play(targets, actions):
    """Return the states and rewards of mapped episodes, with their starts first."""

    def advance_all(state, action):
        following, transition = jax.vmap(GAME.step, (0, 0, 0, None))(Target(targets), state, action, KEY)
        return following, (following, transition)

    start = jax.vmap(lambda key: GAME.reset(Target(targets[0]), key))(jax.random.split(KEY, len(targets)))
    return start, *jax.lax.scan(advance_all, start, actions)[1]


def test_episodes_are_those_of_the_plain_stepper_to_the_bit():
    start, states, transitions = play(TARGETS, ACTIONS)
    rows = joined(np.asarray(start.physics))
    for step, action in enumerate(np.clip(ACTIONS, -1, 1)[: GAME.steps]):
        rows, velocity = advance(rows, action.astype(np.float64))
        assert (np.asarray(states.physics[step]) == split(rows)).all()
        assert (np.asarray(states.velocity[step]) == velocity.astype(np.float32)).all()
        reward = np.maximum(1 - np.abs(velocity / TARGETS - 1), 0)
        assert np.allclose(transitions.reward[step], reward, atol=1e-5)
    assert (np.asarray(transitions.reward) > 0.01).any()


def test_one_step_alone_is_as_in_a_mapped_scan_to_the_bit():
    start, states, _ = play(TARGETS, ACTIONS)
    one = jax.tree.map(lambda leaf: leaf[1], start)
    following, _ = jax.jit(GAME.step)(Target(jnp.asarray(TARGETS[1])), one, jnp.asarray(ACTIONS[0, 1]), KEY)
    for ours, theirs in zip(following, states, strict=True):
        assert (np.asarray(ours) == np.asarray(theirs)[0, 1]).all()


def test_two_mapped_axes_are_one_batch():
    start, states, _ = play(TARGETS, ACTIONS)
    pair = jax.tree.map(lambda leaf: leaf[:2].reshape(2, 1, *leaf.shape[1:]), start)
    step = jax.vmap(jax.vmap(GAME.step, (None, 0, 0, None)), (0, 0, 0, None))
    targets, actions = Target(jnp.asarray(TARGETS[:2])), jnp.asarray(ACTIONS[0, :2, None])
    following, _ = jax.jit(step)(targets, pair, actions, KEY)
    assert (following.physics[:, 0] == states.physics[0, :2]).all()


def test_nothing_happens_after_the_end():
    _, states, transitions = play(TARGETS, ACTIONS)
    assert transitions.terminated[:, 0].tolist() == [False] * 11 + [True] * 4
    assert (transitions.reward[12:] == 0).all()
    for leaf in jax.tree.leaves(states):
        assert (leaf[12:] == leaf[11]).all()


def test_observations_hold_gymnasium_s_and_the_last_velocity():
    _, states, _ = play(TARGETS, ACTIONS)
    state = jax.tree.map(lambda leaf: leaf[4, 0], states)
    seen = np.asarray(GAME.observe(Target(jnp.float32(1)), state))
    assert seen.shape == (GAME.observation.size,)
    assert (seen[:17] == joined(np.asarray(state.physics))[1 : 2 * JOINTS].astype(np.float32)).all()
    assert (seen[17], seen[18]) == (state.velocity, np.float32(5 / 12))


def test_starts_are_those_of_the_rules():
    starts = jax.vmap(lambda key: GAME.reset(Target(jnp.float32(1)), key))(jax.random.split(KEY, 400))
    position, velocity = np.split(np.asarray(starts.physics[:, 0, : 2 * JOINTS]), 2, axis=1)
    assert np.abs(position).max() <= 0.1 and position.std() == pytest.approx(0.2 / np.sqrt(12), rel=0.05)
    assert velocity.std() == pytest.approx(0.1, rel=0.05)
    assert (starts.physics[:, 1:] == 0).all()
    still = CheetahVelocity(noise=0.0).reset(Target(jnp.float32(1)), KEY)
    assert (still.physics == 0).all()


def test_the_posterior_follows_from_observations_and_keeps_still_after_the_end():
    start, states, transitions = play(TARGETS, ACTIONS)

    def believe(first, following, rewards):
        seen = jax.vmap(lambda state: GAME.observe(Target(jnp.float32(1)), state))
        after = seen(following)
        before = jnp.concatenate([GAME.observe(Target(jnp.float32(1)), first)[None], after[:-1]])

        def update(belief, step):
            belief = GAME.update(belief, step[0], jnp.zeros(6, jnp.float32), *step[1:])
            return belief, belief

        return jax.lax.scan(update, GAME.prior(), (before, rewards, after))[1]

    beliefs = jax.jit(jax.vmap(believe, (0, 1, 1)))(start, states, transitions.reward)
    told = np.asarray(beliefs.possible.any(axis=2))
    assert told[:, -1].any()
    nearest = np.abs(np.asarray(beliefs.candidates) - TARGETS[:, None, None]).min(axis=2)
    assert (nearest[told] < 1e-4).all()
    for leaf in jax.tree.leaves(beliefs):
        assert (leaf[:, 12:] == leaf[:, 11:12]).all()
    assert GAME.features(GAME.prior()).shape == (GAME.features_size,)


def test_a_reward_of_0_after_the_end_rules_nothing_out():
    seen = jnp.zeros(19, jnp.float32).at[17:].set(jnp.array([1.0, 11 / 12], jnp.float32))
    end, still = seen.at[18].set(1.0), jnp.zeros(6, jnp.float32)
    belief = GAME.update(GAME.prior(), seen, still, jnp.float32(0), end)
    assert belief.highest == 0.5  # at 1 m/s in the last step
    assert GAME.update(GAME.prior(), end, still, jnp.float32(0), end).highest == 3
    belief = GAME.update(GAME.prior(), seen, still, jnp.float32(0.5), end)
    assert GAME.update(belief, end, still, jnp.float32(0), end).possible.tolist() == [True, True]


def test_it_is_a_game_of_the_contract():
    game = CheetahVelocity()
    assert isinstance(game, Environment) and isinstance(game, Described) and isinstance(game, WithPosterior)
    assert not isinstance(game, WithExpert)
    assert GAME.describe(Target(jnp.float32(1.5))).tolist() == [1.5]
    drawn = jax.vmap(game.sample_task)(jax.random.split(KEY, 2000)).velocity
    assert drawn.min() >= 0.5 and drawn.max() <= 3 and drawn.mean() == pytest.approx(1.75, abs=0.08)


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ({"steps": 0}, "steps is 0, must be at least 1"),
        ({"lowest": 0.0}, "lowest is 0.0, must be more than 0 and finite"),
        ({"lowest": 3.5}, "highest is 3.0, must be more than lowest, 3.5, and finite"),
        ({"noise": -0.1}, "noise is -0.1, must be from 0 to 1"),
    ],
)
def test_impossible_rules_are_one_line(rules, line):
    with pytest.raises(ValueError) as error:
        CheetahVelocity(**rules)
    assert str(error.value) == line
