"""Tests of the Gymnasium environment: its checker without a warning, options, text, bad input."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env


def make(**settings):
    return gymnasium.make("athanor/Alchemy-v0", **settings).unwrapped


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"level": "rotated", "end_trial": True, "see_chemistry": True},
        {"stones": 1, "potions": 2, "trials": 1, "see_belief": True},
    ],
)
def test_passes_the_checker_without_a_warning(settings) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(make(render_mode="ansi", **settings))


def test_an_episode_terminates_after_its_last_trial() -> None:
    env = make(trials=2, trial_steps=3)
    env.reset(seed=0)
    assert [env.step(0)[2:4] for _ in range(6)] == [(False, False)] * 5 + [(True, False)]


def test_options_give_and_keep_the_chemistry() -> None:
    env = make(see_chemistry=True)
    first, _ = env.reset(seed=1, options={"chemistry": (60, 7, 3, 0)})
    kept, _ = env.reset(options={"keep_chemistry": True})
    np.testing.assert_array_equal(first[39:], kept[39:])
    drawn, _ = env.reset()
    assert not np.array_equal(first[39:], drawn[39:])
    with pytest.raises(ValueError, match="potion_map is 48, must be from 0 to 47"):
        env.reset(options={"chemistry": (0, 48, 0, 0)})


@pytest.mark.parametrize("numbers", [5, (0, 0), (0, 0, 0, 0, 0), (1.5, 0, 0, 0)])
def test_a_chemistry_that_is_none_is_named(numbers) -> None:
    with pytest.raises(ValueError) as error:
        make().reset(options={"chemistry": numbers})
    message = "must be whole numbers of graph, potion_map, stone_map and rotation (0 if left out)"
    assert str(error.value) == f"chemistry is {numbers}, {message}"


def test_the_text_shows_looks_and_colours() -> None:
    env = make(stones=2, potions=3, render_mode="ansi")
    env.reset(seed=3, options={"chemistry": (0, 0, 0, 0)})
    env.state = env.state._replace(stones=np.array([7, 0], np.int8), potions=np.array([5, 0, 2], np.int8))
    env.step(1)
    env.step(6)
    assert env.render() == "trial 1, step 3: stones gone, (-1, -1, 1) worth -1; potions - 0 2"


def test_an_action_out_of_range_is_named() -> None:
    env = make()
    env.reset(seed=0)
    with pytest.raises(ValueError, match="action is 40, must be from 0 to 39"):
        env.step(40)


def test_the_belief_can_be_seen() -> None:
    env = make(see_belief=True)
    first, _ = env.reset(seed=1)
    assert first.shape == (39 + 55,)
    edges, colours = first[39:51], first[51:87].reshape(6, 6)
    assert (edges > 0.5).all() and (edges < 1).all()  # unknown yet, and more exist than not
    np.testing.assert_allclose(colours.sum(1), 1.0, rtol=1e-5)
    before = first[39:].copy()
    for _ in range(3):
        following = env.step(1 + int(env.np_random.integers(1, 13)))[0]
    assert not np.array_equal(following[39:], before)
