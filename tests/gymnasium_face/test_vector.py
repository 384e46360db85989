"""Tests of the batch: step by step what Gymnasium's own vector environment makes of single ones, and by hand."""

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from athanor import FAMILIES
from athanor.environment import Discrete
from athanor.gymnasium_face.vector import _size

MODES = list(AutoresetMode)


def assert_same(mine, other, same=np.testing.assert_array_equal) -> None:
    """Check observations, rewards, ends and what is told besides, to the last bit unless another check is given."""
    *arrays, infos = mine
    *expected, told = other
    for array, like in zip(arrays, expected, strict=True):
        assert array.shape == like.shape and array.dtype == like.dtype
        same(array, like)
    assert infos.keys() == told.keys()
    np.testing.assert_array_equal(infos.get("_final_obs", False), told.get("_final_obs", False))
    for last, like in zip(infos.get("final_obs", ()), told.get("final_obs", ()), strict=True):
        same(last, like)


def nearly(array, like) -> None:
    """Check numbers but for rounding: a step of many and a step of one are different programs."""
    np.testing.assert_allclose(array, like, rtol=1e-4, atol=1e-4)


def play_both(many, single, steps, same=np.testing.assert_array_equal) -> set[int]:
    """Play the same actions in both; return how many episodes ended at once."""
    together = set()
    assert_same(many.reset(seed=11), single.reset(seed=11), same)
    many.action_space.seed(1)
    for _ in range(steps):
        actions = many.action_space.sample()
        outcome = many.step(actions)
        assert_same(outcome, single.step(actions), same)
        together.add(int(outcome[2].sum()))
        if many.metadata["autoreset_mode"] == AutoresetMode.DISABLED and outcome[2].any():
            mask = outcome[2]
            assert_same(
                many.reset(options={"reset_mask": mask}), single.reset(options={"reset_mask": mask.copy()})
            )
    return together


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "settings", [{}, {"keep_task": True, "see_belief": True}, {"see_history": True, "episodes": 2}], ids=str
)
def test_episodes_that_end_at_different_times(walk, mode, settings) -> None:
    settings = settings | {"luck": True}
    many = walk[1](num_envs=11, autoreset_mode=mode, **settings)
    single = SyncVectorEnv([lambda: walk[0](**settings)] * 11, autoreset_mode=mode)
    assert len(play_both(many, single, 40)) > 3
    assert_same(many.reset(), single.reset())  # goes on with the streams of random numbers
    seeds = [7, *range(10)]
    assert many.np_random_seed == single.np_random_seed == tuple(range(11, 22))
    assert_same(many.reset(seed=seeds), single.reset(seed=seeds))


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family(name) -> None:
    many = gymnasium.make_vec(f"athanor/{name}-v0", num_envs=2)
    single = gymnasium.make_vec(f"athanor/{name}-v0", num_envs=2, vectorization_mode="sync")
    assert many.observation_space == single.observation_space and many.action_space == single.action_space
    same = np.testing.assert_array_equal if isinstance(many.game.action, Discrete) else nearly
    ended = play_both(many, single, many.game.steps + 3, same)
    assert max(ended) > 0


def test_real_actions(push) -> None:
    many, single = push[1](num_envs=3), SyncVectorEnv([push[0]] * 3)
    assert play_both(many, single, 9) == {0, 3}


def test_the_next_step_begins_by_hand(walk) -> None:
    env = walk[1](num_envs=2, steps=2)
    env.reset(seed=0)
    steps = [env.step([0, 0]) for _ in range(4)]
    assert [step[0][:, 1].tolist() for step in steps] == [[1, 1], [2, 2], [0, 0], [1, 1]]
    assert [step[2].tolist() for step in steps] == [[False] * 2, [True] * 2, [False] * 2, [False] * 2]
    assert not any(step[3].any() for step in steps)


def test_without_automatic_reset_nothing_changes_after_the_end(walk) -> None:
    env = walk[1](num_envs=2, steps=2, autoreset_mode="Disabled")
    env.reset(seed=0)
    steps = [env.step([1, 1]) for _ in range(4)]
    np.testing.assert_array_equal(steps[1][0], steps[3][0])
    assert steps[3][1].tolist() == [0, 0] and steps[3][2].all()
    assert env.reset(options={"reset_mask": np.array([False, True])})[0][:, 1].tolist() == [2, 0]


def test_tasks_that_are_given(walk, stride) -> None:
    env = walk[1](num_envs=3, keep_task=True)
    tasks = type(stride)(np.array([1, 2, 4]))
    env.reset(seed=0, options={"task": tasks})
    assert env.step([1, 1, 1])[0][:, 0].tolist() == [1, 2, 4]
    env.reset()
    assert env.step([1, 1, 1])[0][:, 0].tolist() == [1, 2, 4]
    others = type(stride)(np.array([4, 4, 1]))
    env.reset(options={"task": others, "reset_mask": np.array([True, False, True])})
    assert env.step([1, 1, 1])[0][:, 0].tolist() == [4, 4, 1]  # the one in the middle goes on with its own
    with pytest.raises(ValueError, match="the reset option task must be like what sample_task draws"):
        env.reset(options={"task": stride})


def test_what_is_refused(walk) -> None:
    env = walk[1](num_envs=2)
    with pytest.raises(ResetNeeded):
        env.step([0, 0])
    with pytest.raises(ResetNeeded):
        env.reset(options={"reset_mask": np.array([True, False])})
    with pytest.raises(ValueError, match="unknown reset option 'keep'; there is reset_mask and task"):
        env.reset(options={"keep": True})
    for mask in ([True, False], np.zeros(2, bool), np.ones(3, bool), np.ones(2)):
        with pytest.raises(ValueError, match=r"reset_mask must be a boolean array of shape \(2,\)"):
            env.reset(options={"reset_mask": mask})
    with pytest.raises(ValueError, match="there are 3 seeds, must be one for each of 2 environments"):
        env.reset(seed=[1, 2, 3])
    with pytest.raises(
        ValueError, match="autoreset_mode is 'never', must be one of NextStep, SameStep, Disabled"
    ):
        walk[1](autoreset_mode="never")
    env.reset()
    with pytest.raises(ValueError, match="must be a whole number from 0 to 1"):
        env.step([0, 2])


def test_the_mode_is_stated() -> None:
    for mode in MODES:
        env = gymnasium.make_vec("athanor/SimpleAlchemy-v0", num_envs=2, autoreset_mode=mode.value)
        assert env.metadata["autoreset_mode"] == mode


def test_pictures(walk, stride) -> None:
    env = walk[1](num_envs=2, render_mode="ansi")
    env.reset(options={"task": type(stride)(np.array([1, 2]))})
    env.step([1, 1])
    assert env.render() == ("at 1 of 5, stride 1", "at 2 of 5, stride 2")


def test_few_programs_start_any_number_of_episodes() -> None:
    assert {_size(count, 1024) for count in range(1, 1025)} == {1, 8, 64, 512, 1024}
    assert all(count <= _size(count, 100) <= 100 for count in range(1, 101))
