"""The sections of config.yaml on the learners of the three readings."""

from typing import Literal, get_args

from pydantic import Field

from athanor.experiments.config import Count, Discount, Section

Reading = Literal["released", "written", "corrected"]
Algorithm = Literal["maml", "fomaml", "reptile"]
READINGS: tuple[Reading, ...] = get_args(Reading)


class Networks(Section):
    """Actor and critic, two hidden layers each."""

    hidden: Count = Field(128, description="units of a hidden layer")


class Released(Section):
    """The learner as the released code has it."""

    discount: Discount = Field(0.98, description="discount per step")
    gae_lambda: float = Field(0.97, ge=0.0, le=1.0, description="lambda of the advantages")
    outer_rate: float = Field(5e-4, gt=0.0, description="rate of the policy's Adam")
    critic_rate: float = Field(3e-4, gt=0.0, description="rate of the critic's Adam")


class Written(Section):
    """The learner as the equations and Table 1 have it; outer SGD for MAML, Adam for FOMAML."""

    discount: Discount = Field(0.98, description="discount per step")
    gae_lambda: float = Field(0.97, ge=0.0, le=1.0, description="lambda of the advantages")
    inner_rate: float = Field(3e-4, gt=0.0, description="rate of the inner steps")
    outer_rate: float = Field(5e-4, gt=0.0, description="rate of the outer optimiser")
    critic_rate: float = Field(3e-4, gt=0.0, description="rate of the critic's Adam, a step an episode")


class Corrected(Section):
    """The learner with changes that make it train; chosen on seeds that no reported number uses."""

    discount: Discount = Field(0.9, description="discount per step, shorter-sighted than as written")
    gae_lambda: float = Field(0.97, ge=0.0, le=1.0, description="lambda of the advantages")
    observation_offset: float = Field(5.0, description="metres, subtracted from every observed coordinate")
    trajectories: Count = Field(8, description="trajectories of a task for a gradient")
    inner_rate: float = Field(0.01, gt=0.0, description="rate of the inner steps")
    outer_rate: float = Field(2e-3, gt=0.0, description="rate of the outer Adam at first; it falls to 0")
    entropy: float = Field(0.003, ge=0.0, description="weight of the entropy bonus, in normalised advantages")
    episodes: Count = Field(200, description="training episodes: outer steps on eight tasks")
    seeds: int = Field(10, ge=2, description="training runs of each condition")


class Learners(Section):
    """How each reading learns."""

    networks: Networks = Networks()
    released: Released = Released()
    written: Written = Written()
    corrected: Corrected = Corrected()
