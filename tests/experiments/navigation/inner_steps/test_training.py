"""Tests of training by the number of inner steps, and of its sections of the configuration."""

import jax
import numpy as np
import pytest

from athanor.experiments.navigation.config import NavigationConfig
from athanor.experiments.navigation.game.config import SETTINGS, Environment
from athanor.experiments.navigation.inner_steps import training
from athanor.experiments.navigation.inner_steps.conditions import length
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


@pytest.fixture(scope="module")
def trained():
    key = jax.random.key(5)
    return {
        steps: training.run(*SECTIONS, key, "released", "release", "whole", steps) for steps in STUDY.steps
    }


@pytest.mark.parametrize("steps", STUDY.steps)
def test_the_metric_is_the_mean_squared_distance_of_the_ends(trained, steps) -> None:
    table, arrays = trained[steps]["runs"], trained[steps]["training"]
    targets = np.array(Environment().release.targets)
    squared = ((0.1 * arrays["cell"] - targets) ** 2).sum(-1)
    np.testing.assert_allclose(arrays["squared_distance"], squared, atol=1e-3)
    assert list(table.columns) == [
        "reading",
        "setting",
        "variant",
        "inner_steps",
        "seed",
        "episode",
        "squared_distance",
    ]
    by_run = table.pivot(index="seed", columns="episode", values="squared_distance")
    assert by_run.columns.tolist() == [1, 2, 3, 4, 5, 6][: length(STUDY, "released", "whole", steps)]
    np.testing.assert_allclose(by_run[[1, 2, 3, 4]], squared.mean(2), atol=1e-3)
    assert arrays["entropy"].shape == (2, 4)


def test_every_n_begins_alike_and_seeds_differ(trained) -> None:
    first, second = (trained[steps]["training"]["cell"] for steps in STUDY.steps)
    np.testing.assert_array_equal(first[:, 0], second[:, 0])
    assert (first[0] != first[1]).any()


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


@pytest.mark.parametrize(
    ("reading", "variant"), [("written", "adam"), ("corrected", "whole"), ("corrected", "fitting")]
)
def test_the_other_readings_and_variants_train(reading, variant) -> None:
    result = training.run(*SECTIONS, jax.random.key(5), reading, "release", variant, 1)
    assert len(result["runs"]) == STUDY.seeds * STUDY.episodes
    assert np.isfinite(result["training"]["squared_distance"]).all()


def test_the_ablation_must_be_among_what_is_trained() -> None:
    with pytest.raises(ValueError, match=r"ablation\.steps is \[1, 7\], must begin with the first"):
        NavigationConfig(ablation=Ablation(steps=(1, 7)))
    with pytest.raises(ValueError, match=r"corrected_trajectories is 3, must be even"):
        NavigationConfig(inner_steps=InnerSteps(corrected_trajectories=3))
