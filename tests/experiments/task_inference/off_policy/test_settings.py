"""Settings of the off-policy group: what cannot be is one line, and each learner is a job."""

import jax
import jax.numpy as jnp
import pytest
from pydantic import ValidationError

from athanor.experiments.task_inference.config import TaskInferenceConfig
from athanor.experiments.task_inference.off_policy import bottleneck, learning
from athanor.experiments.task_inference.off_policy.agents import FAMILIES, normal_description
from athanor.experiments.task_inference.off_policy.config import OffPolicy
from athanor.experiments.task_inference.off_policy.jobs import JOBS


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"betas": (0.0, -0.1)}, "greater than or equal to 0"),
        ({"betas": ()}, "at least 1 item"),
        ({"families": ("chess",)}, "'semicircle', 'noisy_target' or 'cheetah_velocity'"),
        ({"learners": ({"learner": "ppo", "agent": "B"},)}, "must have ppo with agent A alone"),
        ({"learners": ({"agent": "B"}, {"agent": "B"})}, "must name each once"),
        ({"svg": {"retrace_lambda": 1.5}}, "less than or equal to 1"),
    ],
)
def test_what_cannot_be_is_refused(given, message):
    with pytest.raises(ValidationError, match=message):
        OffPolicy(**given)


def test_each_learner_and_each_weight_is_a_job():
    training, noisy, _, _ = JOBS
    conditions = training.conditions(TaskInferenceConfig())
    assert len(conditions) == 9
    assert conditions[1] == {"family": "semicircle", "learner": "svg", "agent": "B"}
    assert noisy.conditions(TaskInferenceConfig()) == [{"place": place} for place in range(3)]


def test_conditions_that_are_not_there_are_named():
    key = jax.random.key(0)
    with pytest.raises(ValueError, match="family is chess, must be one of semicircle, noisy_target"):
        learning.run(OffPolicy(), key, "chess", "svg", "A")
    with pytest.raises(
        ValueError, match="learner is ppo with agent B, must be svg with A or B, or ppo with A"
    ):
        learning.run(OffPolicy(), key, "semicircle", "ppo", "B")
    with pytest.raises(ValueError, match="place is 3, must be from 0 to 2"):
        bottleneck.run(OffPolicy(), key, 3)


def test_a_belief_of_a_place_by_hand():
    """Mean 0 and deviation 1 of a description 1 half width off: (1 - 0)² / 2, twice for two components."""
    told = normal_description(FAMILIES["noisy_target"], 1.0)
    head = jax.tree.map(jnp.zeros_like, told.init(jax.random.key(0), 3))
    assert float(told.loss(head, jnp.ones(3), jnp.array([1.0, -1.0]))) == 1.0
