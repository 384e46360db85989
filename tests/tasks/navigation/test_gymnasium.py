"""Tests of the Gymnasium environment: its checker without a warning, ends, options, image, bad input."""

import subprocess
import sys
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from athanor.tasks.navigation.rules import DOWN_LEFT

SOUTH = 4


def make(**settings):
    return gymnasium.make("athanor/Navigation-v0", **settings).unwrapped


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"setting": "clean", "obstacles": "hard", "see_goal": False},
        {"setting": "figure2", "distribution": "narrow", "squared": False, "horizon": 20},
    ],
)
def test_passes_the_checker_without_a_warning(settings) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(make(render_mode="rgb_array", **settings))


def test_reaching_terminates_and_the_horizon_truncates() -> None:
    env = make()
    env.reset(seed=0, options={"target": (9.9, 9.6)})
    env.step(SOUTH)
    _, reward, terminated, truncated, info = env.step(SOUTH)
    assert (reward, terminated, truncated, info["squared_distance"]) == (
        0.0,
        True,
        False,
        pytest.approx(0.01),
    )
    env = make(horizon=2)
    env.reset(seed=0, options={"target": (2.5, 2.4)})
    ends = [env.step(DOWN_LEFT)[2:4] for _ in range(2)]
    assert ends == [(False, False), (False, True)]


def test_options_choose_and_keep_the_target() -> None:
    env = make()
    first, _ = env.reset(seed=1, options={"target": (2.5, 2.4)})
    kept, _ = env.reset(options={"keep_target": True})
    np.testing.assert_array_equal(first, kept)
    np.testing.assert_allclose(first, [9.9, 9.9, 2.5, 2.4], rtol=1e-6)
    with pytest.raises(ValueError, match=r"target \(5.0, 5.5\) lies on an obstacle \(level medium\)"):
        env.reset(options={"target": (5.0, 5.5)})


def test_observations_outside_the_square_are_in_the_space() -> None:
    env = make()
    env.reset(seed=2, options={"target": (2.5, 2.4)})
    for _ in range(100):
        observation, *_ = env.step(1)
    assert env.observation_space.contains(observation)
    np.testing.assert_allclose(observation[:2], 19.8, rtol=1e-6)


def test_the_image_shows_agent_target_and_cross() -> None:
    env = make(render_mode="rgb_array")
    env.reset(seed=3, options={"target": (2.5, 2.4)})
    env.step(DOWN_LEFT)
    image = env.render()
    assert image.shape == (444, 444, 3)
    row = lambda y: 443 - int((10 * y + 5.5) * 4)  # noqa: E731
    column = lambda x: int((10 * x + 5.5) * 4)  # noqa: E731
    colours = {tuple(image[row(y), column(x)].tolist()) for x, y in ((9.8, 9.8), (2.5, 2.4), (5.0, 6.0))}
    assert len(colours | {(255, 255, 255)}) == 4


def test_an_unknown_setting_is_named() -> None:
    # In a process of its own: here, annotations are enforced before the check is reached.
    code = "import gymnasium, athanor; gymnasium.make('athanor/Navigation-v0', setting='relased')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "ValueError: setting is 'relased', must be one of release, figure2, clean" in done.stderr
