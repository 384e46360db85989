"""Tests of training by the number of inner steps, and of its sections of the configuration."""

import jax
import pytest

from athanor.experiments.navigation.config import NavigationConfig
from athanor.experiments.navigation.game.config import SETTINGS, Environment
from athanor.experiments.navigation.inner_steps import training
from athanor.experiments.navigation.inner_steps.config import Ablation, InnerSteps
from athanor.experiments.navigation.learners.config import READINGS, Learners, Networks

STUDY = InnerSteps(
    settings=("release", "figure2"),
    steps=(1, 2),
    episodes=4,
    frame=2,
    seeds=2,
    long_steps=(1, 2),
    long_episodes=6,
)
SECTIONS = (
    Environment(horizon=12),
    Learners(networks=Networks(hidden=8)),
    STUDY,
)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"episodes": 150}, "must be a multiple of frame"),
        ({"steps": (0, 1)}, "greater than or equal to 1"),
        ({"steps": (2, 1)}, "must increase"),
        ({"seeds": 0}, "greater than or equal to 2"),
        ({"settings": ("released",)}, "release"),
        ({"long_steps": (1, 9)}, "must be among steps"),
    ],
)
def test_impossible_values_are_refused(values, problem) -> None:
    with pytest.raises(ValueError, match=problem):
        InnerSteps(**values)


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(ValueError, match=f"must be one of {', '.join(SETTINGS)}"):
        training.run(*SECTIONS, jax.random.key(0), "released", "wild", "whole", 1)


def test_an_unknown_reading_is_named() -> None:
    with pytest.raises(ValueError, match=f"must be one of {', '.join(READINGS)}"):
        training.run(*SECTIONS, jax.random.key(0), "imagined", "release", "whole", 1)


def test_the_ablation_must_be_among_what_is_trained() -> None:
    with pytest.raises(ValueError, match=r"ablation\.steps is \[1, 7\], must begin with the first"):
        NavigationConfig(ablation=Ablation(steps=(1, 7)))
    with pytest.raises(ValueError, match=r"corrected_trajectories is 3, must be even"):
        NavigationConfig(inner_steps=InnerSteps(corrected_trajectories=3))
