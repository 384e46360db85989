"""The rules of the chains by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Environment, WithExpert
from athanor.tasks.chains.environment import FAR, NEAR, Chains

KEY = jax.random.key(0)


def play(game, action, key=KEY):
    """Return the rewards and ends of an episode of one action, and two steps more."""
    task = game.sample_task(KEY)

    def step(state, key):
        following, transition = game.step(task, state, jnp.int32(action), key)
        return following, transition

    start, keys = game.reset(task, KEY), jax.random.split(key, game.steps + 2)
    _, transitions = jax.lax.scan(step, start, keys)
    return transitions


def test_odd_states_pay_a_signal_and_even_ones_noise():
    game = Chains(length=4)
    many = jax.jit(jax.vmap(lambda key: play(game, 0, key)))(jax.random.split(KEY, 4000))
    rewards = np.asarray(many.reward)
    assert np.allclose(rewards[:, [1, 3]], 0.1)
    assert (rewards[:, 4:] == 0).all()
    assert (np.asarray(many.terminated) == [False] * 3 + [True] * 3).all()
    noise = rewards[:, [0, 2]]
    assert abs(noise.mean()) < 4 / np.sqrt(noise.size)
    assert noise.std() == pytest.approx(1, abs=4 / np.sqrt(2 * noise.size))
    assert abs(np.corrcoef(noise.T)[0, 1]) < 4 / np.sqrt(len(noise))


def test_near_ends_at_once_and_far_pays_at_the_end():
    game = Chains("delay", length=3)
    assert play(game, NEAR).reward.tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert play(game, NEAR).terminated.tolist() == [True] * 5
    assert np.allclose(play(game, FAR).reward, [0.0, 0.0, 1.1, 0.0, 0.0])
    assert play(game, FAR).terminated.tolist() == [False, False, True, True, True]


def test_observations_are_the_state():
    game = Chains("delay", length=3)
    task = game.sample_task(KEY)
    state = game.reset(task, KEY)
    assert game.observe(task, state).tolist() == [1, 0, 0]
    following, _ = game.step(task, state, jnp.int32(FAR), KEY)
    assert game.observe(task, following).tolist() == [0, 1, 0]
    ended, _ = game.step(task, state, jnp.int32(NEAR), KEY)
    assert game.observe(task, ended).tolist() == [0, 0, 0]


def test_the_expert_takes_what_is_more():
    for far, action in ((1.1, FAR), (0.9, NEAR)):
        game = Chains("delay", length=5, far=far)
        task = game.sample_task(KEY)
        assert game.expert(task, game.reset(task, KEY)) == action


def test_it_is_a_family_of_the_contract():
    assert isinstance(Chains(), Environment) and isinstance(Chains(), WithExpert)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"length": 1}, "length is 1, must be from 2 to 1000"),
        ({"deviation": -1.0}, "deviation is -1.0, must be at least 0"),
        ({"far": 0.0}, "far is 0.0, must be more than 0"),
    ],
)
def test_impossible_rules_are_one_line(settings, message):
    with pytest.raises(ValueError) as error:
        Chains(**settings)
    assert str(error.value) == message
