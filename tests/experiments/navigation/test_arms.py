"""Tests that each arm of the ablation varies what it says; the released ones are in tests/learning/test_released.py."""

import pytest

from athanor.experiments.navigation import arms
from athanor.experiments.navigation.config_game import Environment
from athanor.experiments.navigation.config_inner_steps import Ablation
from athanor.experiments.navigation.config_learners import Networks, Released, Repaired, Written
from athanor.experiments.navigation.methods import Settings
from athanor.tasks.navigation.environment import navigation

ENV = navigation(Environment(horizon=12).rules("release"))
SETTINGS = Settings(Networks(hidden=8), Released(), Written(), Repaired(trajectories=2))


@pytest.fixture
def called(monkeypatch):
    """Return with what the makers of learners were called last."""
    calls = {}
    for name in ("method", "released_method", "repaired_method", "written_method", "joint_learner"):
        made = getattr(arms, name)

        def recorded(*arguments, made=made, name=name, **named):
            calls[name] = (arguments, named)
            return made(*arguments, **named)

        monkeypatch.setattr(arms, name, recorded)
    return calls


@pytest.mark.parametrize("steps", [1, 3, 6])
def test_data_has_as_many_trajectories_in_total_as_n_inner_steps(called, steps) -> None:
    arms.arm_learner(ENV, SETTINGS, "repaired", "data", steps, 400)
    (_, _, repaired, algorithm, inner_steps, episodes), _ = called["repaired_method"]
    assert (algorithm, inner_steps, episodes) == ("maml", 1, 400)
    assert 2 * repaired.trajectories == (steps + 1) * SETTINGS.repaired.trajectories
    same = repaired.model_copy(update={"trajectories": SETTINGS.repaired.trajectories})
    assert same == SETTINGS.repaired


@pytest.mark.parametrize("steps", [1, 6])
def test_fitting_has_no_inner_step_and_n_steps_of_the_critic(called, steps) -> None:
    arms.arm_learner(ENV, SETTINGS, "repaired", "fitting", steps, 400)
    (joint, gradient, *_), _ = called["joint_learner"]
    assert joint.critic_steps == steps
    assert joint.epochs == 1
    assert gradient.baseline == "critic"
    assert gradient.trajectories == SETTINGS.repaired.trajectories


def test_the_released_arms_vary_one_number_each(called) -> None:
    arms.arm_learner(ENV, SETTINGS, "released", "fitting", 3, 400)
    assert called["released_method"][0][-1] == 1
    assert called["released_method"][1] == {"fit_steps": 3}
    arms.arm_learner(ENV, SETTINGS, "released", "data", 3, 400)
    assert called["released_method"][0][-1] == 1
    assert called["released_method"][1] == {"fit_rollouts": 3}


def test_adam_differs_from_written_in_the_outer_optimiser(called) -> None:
    arms.arm_learner(ENV, SETTINGS, "written", "adam", 2, 400)
    arguments, named = called["written_method"]
    assert arguments[-2:] == ("maml", 2)
    assert named == {"outer": "adam"}


def test_there_is_every_arm_that_the_ablation_trains() -> None:
    for reading, arm, steps in Ablation().conditions:
        arms.arm_learner(ENV, SETTINGS, reading, arm, steps, 400)


@pytest.mark.parametrize(("reading", "arm"), [("written", "data"), ("released", "nothing")])
def test_an_unknown_arm_is_named(reading, arm) -> None:
    with pytest.raises(ValueError, match=f"arm is {arm}, must be one of .* that reading {reading} has"):
        arms.arm_learner(ENV, SETTINGS, reading, arm, 1, 400)
