"""Tests of one environment: an episode by hand, its end, tasks that are given, drawn and kept, and Gymnasium's checker."""

import copy
import pickle
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env
from gymnasium.wrappers import Autoreset

from athanor import FAMILIES
from athanor.environment import WithPosterior
from athanor.gymnasium_face.families import found


def test_an_episode_by_hand(walk, stride) -> None:
    env = walk[0]()
    observation, info = env.reset(seed=0, options={"task": stride})
    assert (observation.tolist(), info) == ([0, 0], {})
    steps = [env.step(action) for action in (1, 0, 1, 1)]
    assert [step[0].tolist() for step in steps] == [[2, 1], [2, 2], [4, 3], [6, 4]]
    assert [step[1:] for step in steps] == [
        (2.0, False, False, {}),
        (2.0, False, False, {}),
        (4.0, False, False, {}),
        (16.0, True, False, {}),
    ]


def test_after_the_end_nothing_changes(walk, stride) -> None:
    env = walk[0]()
    env.reset(seed=0, options={"task": stride})
    last = [env.step(1) for _ in range(3)][-1][0]
    for _ in range(2):
        observation, *rest = env.step(1)
        np.testing.assert_array_equal(observation, last)
        assert rest == [0.0, True, False, {}]


def test_the_horizon_terminates(walk) -> None:
    env = walk[0](steps=4)
    env.reset(seed=0)
    assert [env.step(0)[2:4] for _ in range(4)] == [(False, False)] * 3 + [(True, False)]


def test_real_actions(push) -> None:
    env = push[0]()
    env.reset(seed=0)
    assert env.step([-0.5, 2])[1] == 1.5
    assert env.step(np.array([1.0, 0.0]))[0].tolist() == [2.5]


def test_the_belief_is_seen_last(walk, stride) -> None:
    env = walk[0](see_belief=True, render_mode="ansi")
    first, _ = env.reset(options={"task": stride})
    assert (first.tolist(), env.observation_space.shape) == ([0, 0, 0], (3,))
    assert [env.step(action)[0].tolist() for action in (0, 1)] == [[0, 1, 0], [2, 2, 0.5]]
    assert env.render() == "at 2 of 5, stride 2"
    assert env.reset()[0].tolist() == [0, 0, 0]


def test_what_is_asked_before_a_reset(walk) -> None:
    env = walk[0](render_mode="ansi")
    for asked in (lambda: env.step(0), env.render, lambda: env.task, lambda: env.state):
        with pytest.raises(ResetNeeded):
            asked()


def test_text(walk, stride) -> None:
    env = walk[0](render_mode="ansi")
    env.reset(options={"task": stride})
    env.step(1)
    assert env.render() == "at 2 of 5, stride 2"
    silent = walk[0]()
    silent.reset()
    assert silent.render() is None


def strides(env, count, **options):
    drawn = []
    for _ in range(count):
        env.reset(**options)
        drawn.append(int(env.unwrapped.task.length))
    return drawn


def test_tasks_are_drawn_at_each_reset(walk) -> None:
    env = walk[0]()
    counts = np.bincount(strides(env, 400), minlength=5)[1:]
    assert counts.sum() == 400 and counts.min() > 60  # 100 each; 4.6 standard deviations
    assert len(set(strides(env, 5, seed=3))) == 1


def test_the_task_is_kept_under_automatic_reset_until_a_seed_is_given(walk) -> None:
    env = walk[0](keep_task=True, steps=2)
    assert strides(env, 8, seed=5) == strides(walk[0](), 8, seed=5)
    assert len(set(strides(env, 12))) == 1
    assert len({int(strides(env, 1, seed=seed)[0]) for seed in range(12)}) > 1
    automatic = Autoreset(env)
    automatic.reset(seed=5)
    kept = set()
    for _ in range(12):
        automatic.step(0)
        kept.add(int(env.task.length))
    assert len(kept) == 1


def test_a_seed_fixes_everything_that_is_random(walk) -> None:
    def play(seed):
        env = walk[0](luck=True)
        env.reset(seed=seed)
        return [tuple(env.step(1)[0]) for _ in range(3)] + strides(env, 3)

    assert play(1) == play(1)
    assert len({str(play(seed)) for seed in range(6)}) > 3


def test_every_step_has_luck_of_its_own(walk) -> None:
    env = walk[0](luck=True)
    seen = set()
    for _ in range(60):
        env.reset()
        places = [0.0, *(float(env.step(1)[0][0]) for _ in range(2))]
        seen.add((places[1] > places[0], places[2] > places[1]))
    assert len(seen) >= 3  # of four pairs; where the first stride is the goal, no second follows


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"keep_graph": True},
            "unknown reset option 'keep_graph'; there is task; to keep the task, make the",
        ),
        ({"goal": 1}, "unknown reset option 'goal'; there is task"),
        ({"task": 2}, "the reset option task must be like what sample_task draws: Stride"),
        ({"task": (1, 2)}, "the reset option task must be like what sample_task draws: Stride"),
    ],
)
def test_a_reset_option_that_is_none_is_named(walk, options, message) -> None:
    with pytest.raises(ValueError) as error:
        walk[0]().reset(options=options)
    assert str(error.value).startswith(message) and "\n" not in str(error.value)


def test_copies_go_their_own_way(walk, stride) -> None:
    env = walk[0]()
    env.reset(options={"task": stride})
    copies = [copy.deepcopy(env)]
    env.step(1)
    assert copies[0].step(0)[0].tolist() == [0, 1]
    assert env.step(0)[0].tolist() == [2, 2]


def test_an_observation_is_the_callers_own(walk, stride) -> None:
    env = walk[0]()
    env.reset(options={"task": stride})
    env.step(1)[0][:] = 99
    assert env.step(0)[0].tolist() == [2, 2]


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_passes_the_checker_without_a_warning(name) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Forces and torques have units of their own, as in Gymnasium's Pendulum.
        warnings.filterwarnings("ignore", message=".*using a symmetric and normalized space")
        if name == "Lqr":  # the state of a linear system has no bounds
            warnings.filterwarnings("ignore", message=".*observation space m..imum value is -?infinity")
        for mode in [None, *found(name).pictures]:
            env = gymnasium.make(f"athanor/{name}-v0", render_mode=mode)
            check_env(env.unwrapped, skip_render_check=mode is None)
        pickle.loads(pickle.dumps(env.unwrapped)).step(env.action_space.sample())


@pytest.mark.parametrize("name", FAMILIES)
def test_every_exact_belief_can_be_seen(name) -> None:
    if not isinstance(found(name).rules(), WithPosterior):
        pytest.skip("no exact belief")
    env = gymnasium.make(f"athanor/{name}-v0", see_belief=True)
    check_env(env.unwrapped, skip_render_check=True)


@pytest.mark.parametrize("name", FAMILIES)
def test_stable_baselines_takes_every_family(name) -> None:
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    checker.check_env(gymnasium.make(f"athanor/{name}-v0").unwrapped)
