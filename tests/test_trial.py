"""Trials: several episodes on one task, by hand, and what of them is observed."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Box, Discrete, Environment, Forgetting, Transition
from athanor.observed import BeliefObserved, TaskObserved
from athanor.trial import Trial

KEY = jax.random.key(0)


@dataclass(frozen=True)
class Doors:
    """Open one of two doors; the one of the task pays 1 and ends the episode, which else is cut off after two steps."""

    steps: int = 2
    observation = Box((0.0,), (1.0,))
    action = Discrete(2)
    description = Box((0.0,), (1.0,))
    features_size = 2

    def sample_task(self, key):
        return jax.random.bernoulli(key).astype(jnp.int32)

    def reset(self, task, key):
        return jnp.int32(0)

    def step(self, task, state, action, key):
        over = state < 0
        opens = (action == task) & ~over
        return jnp.where(over | opens, -1, state + 1), Transition(opens.astype(jnp.float32), over | opens)

    def observe(self, task, state):
        return jnp.abs(state).astype(jnp.float32)[None] / 2

    def describe(self, task):
        return task.astype(jnp.float32)[None]

    def prior(self):
        return jnp.ones(2, bool)

    def update(self, belief, observation, action, reward, following):
        return belief & ((jnp.arange(2) == action) == (reward > 0))

    def features(self, belief):
        return belief.astype(jnp.float32) / jnp.sum(belief.astype(jnp.float32))


class Box2(Doors):
    """Two numbers as an action; the first is the door."""

    action = Box((-1.0, 0.0), (1.0, 1.0))

    def step(self, task, state, action, key):
        return super().step(task, state, (action[0] > 0).astype(jnp.int32), key)


def play(env, actions, task=1):
    """Return observations (one more), rewards, ends and states of a play."""
    task, state = jnp.int32(task), env.reset(jnp.int32(task), KEY)
    states, seen, rewards, ends = [state], [env.observe(task, state)], [], []
    for action in actions:
        state, transition = env.step(task, state, jnp.asarray(action), KEY)
        states.append(state)
        seen.append(env.observe(task, state))
        rewards.append(float(transition.reward))
        ends.append(bool(transition.terminated))
    return np.array(seen), rewards, ends, states


def test_a_trial_by_hand() -> None:
    env = Trial(Doors(), episodes=3, reward_scale=4.0)
    assert isinstance(env, Environment)
    assert env.steps == 6
    assert env.observation.size == 1 + 2 + 1 + 1
    seen, rewards, ends, states = play(env, [0, 1, 0, 0, 1, 1, 0])
    assert rewards == [0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    assert ends == [False] * 4 + [True] * 3
    np.testing.assert_array_equal(
        seen[:6],
        [
            # door, previous action, previous reward / 4, whether an episode starts
            [0.0, 0, 0, 0, 1],
            [0.5, 1, 0, 0, 0],
            [0.0, 0, 1, 0.25, 1],  # opened
            [0.5, 1, 0, 0, 0],
            [0.0, 1, 0, 0, 1],  # cut off
            [0.5, 0, 1, 0.25, 0],  # the end of the trial
        ],
    )
    for after in states[6:]:  # the end does not change
        jax.tree.map(np.testing.assert_array_equal, after, states[5])
    assert isinstance(env, Forgetting)
    assert not any(env.forgets(state) for state in states)


def test_a_memory_that_does_not_last_is_fed_nothing_from_before() -> None:
    env = Trial(Doors(), episodes=2, keep_memory=False)
    seen, _, _, states = play(env, [1, 0])
    np.testing.assert_array_equal(seen[1], seen[0])
    assert [bool(env.forgets(state)) for state in states] == [True, True, False]


@pytest.mark.parametrize("left_out", ["see_action", "see_reward", "see_start"])
def test_each_part_can_be_left_out(left_out) -> None:
    part = {"see_action": slice(1, 3), "see_reward": slice(3, 4), "see_start": slice(4, 5)}[left_out]
    whole, *_ = play(Trial(Doors(), episodes=2), [0, 1, 1])
    env = Trial(Doors(), episodes=2, **{left_out: False})
    found, *_ = play(env, [0, 1, 1])
    np.testing.assert_array_equal(found, np.delete(whole, part, axis=1))
    assert found.shape[1] == env.observation.size


def test_vectors_are_fed_back_as_they_are() -> None:
    seen, *_ = play(Trial(Box2(), episodes=1), [jnp.array([-0.5, 0.25])])
    np.testing.assert_allclose(seen[1], [0.5, -0.5, 0.25, 0.0, 0.0])


def test_a_belief_lasts_for_a_trial_and_a_new_one_starts_from_the_prior() -> None:
    env = BeliefObserved(Doors())
    kept, *_ = play(Trial(env, episodes=2, see_action=False, see_reward=False), [0, 0, 1])
    np.testing.assert_array_equal(kept[:, 1:3], [[0.5, 0.5], [0, 1], [0, 1], [0, 1]])
    lost, *_ = play(Trial(env, episodes=2, keep_memory=False), [0, 0, 1])
    np.testing.assert_array_equal(lost[:, 1:3], [[0.5, 0.5], [0, 1], [0.5, 0.5], [0, 1]])


def test_the_task_is_observed() -> None:
    env = Trial(TaskObserved(Doors()), episodes=2)
    assert env.observation.size == 6
    for task in (0, 1):
        seen, *_ = play(env, [0, 1], task)
        np.testing.assert_array_equal(seen[:, 1], task)


def test_impossible_trials_are_named() -> None:
    with pytest.raises(ValueError, match="episodes is 0, must be at least 1"):
        Trial(Doors(), episodes=0)
    with pytest.raises(ValueError, match=r"reward_scale is 0\.0, must be more than 0"):
        Trial(Doors(), reward_scale=0.0)


def test_the_share_of_a_trial_that_is_over_is_seen_where_that_is_asked_for() -> None:
    """Two episodes of two steps; the first door opened is wrong, then right, then the trial goes on in the second."""
    env = Trial(Doors(), episodes=2, see_time=True)
    assert env.observation.size == Trial(Doors(), episodes=2).observation.size + 1
    seen, _, ends, _ = play(env, [0, 1, 0, 0, 0])
    np.testing.assert_allclose(seen[:, -1], [0, 0.25, 0.5, 0.75, 1, 1])
    assert ends == [False, False, False, True, True]
    np.testing.assert_array_equal(seen[:, -2], [1, 0, 1, 0, 0, 0])
