"""Tests that each variant of the ablation varies what it says; the released ones are in tests/learning/test_released.py."""

import pytest

from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.inner_steps import variants
from athanor.experiments.navigation.inner_steps.conditions import conditions
from athanor.experiments.navigation.inner_steps.config import Ablation, InnerSteps
from athanor.experiments.navigation.learners.config import Corrected, Learners, Networks
from athanor.tasks.navigation.environment import navigation

ENV = navigation(rules_of(Environment(horizon=12), "release"))
SETTINGS = Learners(networks=Networks(hidden=8), corrected=Corrected(trajectories=2))


@pytest.fixture
def called(monkeypatch):
    """Return with what the makers of learners were called last."""
    calls = {}
    for name in ("method", "released_method", "corrected_method", "written_method", "joint_learner"):
        made = getattr(variants, name)

        def recorded(*arguments, made=made, name=name, **named):
            calls[name] = (arguments, named)
            return made(*arguments, **named)

        monkeypatch.setattr(variants, name, recorded)
    return calls


@pytest.mark.parametrize("steps", [1, 3, 6])
def test_data_has_as_many_trajectories_in_total_as_n_inner_steps(called, steps) -> None:
    variants.variant_learner(ENV, SETTINGS, "corrected", "data", steps, 400)
    (_, _, corrected, algorithm, inner_steps, episodes), _ = called["corrected_method"]
    assert (algorithm, inner_steps, episodes) == ("maml", 1, 400)
    assert 2 * corrected.trajectories == (steps + 1) * SETTINGS.corrected.trajectories
    same = corrected.model_copy(update={"trajectories": SETTINGS.corrected.trajectories})
    assert same == SETTINGS.corrected


@pytest.mark.parametrize("steps", [1, 6])
def test_fitting_has_no_inner_step_and_n_steps_of_the_critic(called, steps) -> None:
    variants.variant_learner(ENV, SETTINGS, "corrected", "fitting", steps, 400)
    (joint, gradient, *_), _ = called["joint_learner"]
    assert joint.critic_steps == steps
    assert joint.epochs == 1
    assert gradient.baseline == "critic"
    assert gradient.trajectories == SETTINGS.corrected.trajectories


def test_the_released_variants_vary_one_number_each(called) -> None:
    variants.variant_learner(ENV, SETTINGS, "released", "fitting", 3, 400)
    assert called["released_method"][0][-1] == 1
    assert called["released_method"][1] == {"fit_steps": 3}
    variants.variant_learner(ENV, SETTINGS, "released", "data", 3, 400)
    assert called["released_method"][0][-1] == 1
    assert called["released_method"][1] == {"fit_rollouts": 3}


def test_adam_differs_from_written_in_the_outer_optimiser(called) -> None:
    variants.variant_learner(ENV, SETTINGS, "written", "adam", 2, 400)
    arguments, named = called["written_method"]
    assert arguments[-2:] == ("maml", 2)
    assert named == {"outer": "adam"}


def test_there_is_every_variant_that_the_ablation_trains() -> None:
    varied = [one for one in conditions(InnerSteps(), Ablation()) if one.variant != "whole"]
    assert len(varied) == 10
    for reading, _, variant, steps in varied:
        variants.variant_learner(ENV, SETTINGS, reading, variant, steps, 400)


@pytest.mark.parametrize(("reading", "variant"), [("written", "data"), ("released", "nothing")])
def test_an_unknown_variant_is_named(reading, variant) -> None:
    with pytest.raises(
        ValueError, match=f"variant is {variant}, must be one of .* that reading {reading} has"
    ):
        variants.variant_learner(ENV, SETTINGS, reading, variant, 1, 400)
