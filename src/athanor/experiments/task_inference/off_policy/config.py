"""The section of config.yaml on learning off policy."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from athanor.experiments.config import ByCondition, Count, Discount, Rate, Section, Share

Weight = Annotated[float, Field(ge=0.0)]
Family = Literal["semicircle", "noisy_target", "cheetah_velocity"]


class Trained(Section):
    """What is trained: a learner, and what its agent is made of."""

    learner: Literal["svg", "ppo"] = Field("svg", description="SVG(0) off policy, or PPO on policy")
    agent: Literal["A", "B"] = Field(
        "A", description="one memory, or a belief network that is told the task in training"
    )


class SVG(Section):
    """SVG(0) with Retrace on whole trials out of a store."""

    steps: Count = Field(384_000, description="environment steps of a run")
    collected: Count = Field(8, description="trials played for an update")
    capacity: Count = Field(1000, description="trials that the store holds")
    optimiser_steps: Count = Field(4, description="optimiser steps of an update")
    batch: Count = Field(16, description="trials drawn out of the store for an optimiser step")
    rate: Rate = Field(1e-3, description="rate of Adam")
    discount: Discount = Field(0.95, description="discount per step")
    retrace_lambda: Share = Field(1.0, description="lambda of Retrace")
    action_samples: Count = Field(4, description="draws for the expected value of the policy's action")
    entropy: Weight = Field(0.02, description="weight of the entropy bonus, in values per nat")
    target_rate: float = Field(
        1.0, gt=0.0, le=1.0, description="share of the target networks replaced at once"
    )
    target_period: Count = Field(100, description="optimiser steps between two replacements")


class PPO(Section):
    """PPO on fresh trials."""

    steps: Count = Field(768_000, description="environment steps of a run")
    collected: Count = Field(32, description="trials played for an update")
    epochs: Count = Field(3, description="optimiser steps on the same trials")
    rate: Rate = Field(2e-3, description="rate of Adam")
    discount: Discount = Field(0.95, description="discount per step")
    gae_lambda: Share = Field(0.9, description="lambda of the advantages")
    clip: float = Field(0.2, gt=0.0, lt=1.0, description="bound on the change of a ratio")
    entropy: Weight = Field(0.01, description="weight of the entropy bonus, in normalised advantages")


class OffPolicy(Section):
    """SVG(0) against PPO, and the information bottleneck, on training tasks and on held-out ones."""

    families: Annotated[tuple[Family, ...], ByCondition("family")] = Field(
        ("semicircle", "noisy_target", "cheetah_velocity"),
        min_length=1,
        description="families on which learners are compared",
    )
    learners: Annotated[tuple[Trained, ...], ByCondition("learner", "agent")] = Field(
        (Trained(), Trained(agent="B"), Trained(learner="ppo")),
        min_length=1,
        description="learners that are compared",
    )
    training_tasks: Count = Field(100, description="tasks that a run trains on")
    held_out_tasks: Count = Field(1000, description="tasks that it never trains on")
    runs: int = Field(5, ge=2, description="training runs of each learner")
    point_steps: Count = Field(48_000, description="environment steps between two points of a learning curve")
    hidden: Count = Field(64, description="units of every layer")
    largest_gradient: Rate = Field(1.0, description="norm to which longer gradients are cut")
    description_weight: Rate = Field(0.1, description="weight of the supervised loss of agent B")
    svg: SVG = SVG()
    ppo: PPO = PPO()
    betas: tuple[Weight, ...] = Field(
        (0.0, 0.01, 0.1), min_length=1, description="weights of the bottleneck's cost, per nat"
    )
    bottleneck_family: Family = Field("semicircle", description="family on which the bottleneck is tried")

    @field_validator("learners")
    @classmethod
    def _known(cls, learners: tuple[Trained, ...]) -> tuple[Trained, ...]:
        if Trained(learner="ppo", agent="B") in learners:
            raise ValueError("has ppo with agent B, must have ppo with agent A alone")
        return learners
