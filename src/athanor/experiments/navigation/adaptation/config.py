"""The sections of config.yaml on adaptation to hidden targets, and on what it takes to reach all targets."""

from typing import Literal, get_args

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Discount, Section
from athanor.experiments.navigation.game.config import SettingName
from athanor.tasks.navigation.rules import Distribution, ObstacleLevel

Trained = Literal["maml", "emaml", "fomaml", "reptile", "joint"]
AdaptationLearner = Literal[Trained, "random"]
ADAPTATION_LEARNERS: tuple[AdaptationLearner, ...] = get_args(AdaptationLearner)
Change = Literal["discount", "exploration", "curriculum", "inner_steps", "shaping"]
Variant = Literal["base", Change, "combination", "long"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)


class Adaptation(Section):
    """Meta-learning with the target hidden and drawn anew in every episode, tested on targets of its own."""

    setting: SettingName = Field("clean", description="setting of the environment")
    obstacles: ObstacleLevel = Field("medium", description="obstacle level")
    discount: Discount = Field(0.98, description="discount per step")
    gae_lambda: float = Field(0.97, ge=0.0, le=1.0, description="lambda of the advantages")
    observation_offset: float = Field(5.0, description="metres, subtracted from every observed coordinate")
    trajectories: Count = Field(10, description="trajectories of a task for a gradient")
    inner_steps: Count = Field(3, description="inner steps in training")
    inner_rate: float = Field(0.1, gt=0.0, description="rate of the inner steps, in training and in tests")
    outer_rate: float = Field(2e-3, gt=0.0, description="rate of the outer Adam at first; it falls to 0")
    entropy: float = Field(0.1, ge=0.0, description="weight of the entropy bonus, in normalised advantages")
    sampling_weight: float = Field(
        0.1, gt=0.0, allow_inf_nan=False, description="weight of E-MAML's term in learner emaml"
    )
    episodes: Count = Field(250, description="training episodes: outer steps on eight new targets")
    seeds: int = Field(10, ge=2, description="training runs of each learner")
    test_targets: Count = Field(40, description="targets drawn for the tests, the same for all")
    test_steps: Count = Field(5, description="steps of adaptation in a test, each on new trajectories")
    compared_step: Count = Field(3, description="steps after which learners are compared")

    def model_post_init(self, context: object) -> None:
        """Refuse a comparison after more steps than there are."""
        if self.compared_step > self.test_steps:
            raise ValueError(
                f"compared_step is {self.compared_step}, must be at most test_steps ({self.test_steps})"
            )


class Transfer(Section):
    """MAML trained with more or fewer inner steps on one distribution of hidden targets, tested on it and on another."""

    inner_steps: tuple[Count, ...] = Field((1, 3, 5), min_length=2, description="inner steps in training")
    trained: Distribution = Field("narrow", description="distribution of the targets trained on")
    shifted: Distribution = Field("uniform", description="another, that is tested on besides")
    episodes: Count = Field(120, description="training episodes: outer steps on eight new targets")
    seeds: int = Field(10, ge=2, description="training runs of each number of inner steps")

    @model_validator(mode="after")
    def _comparisons_are_possible(self) -> "Transfer":
        steps = list(self.inner_steps)
        if steps != sorted(set(steps)):
            raise ValueError(f"inner_steps is {steps}, must rise and name each number once")
        if self.shifted == self.trained:
            raise ValueError(f"shifted is {self.shifted}, must differ from trained")
        return self


class AllEight(Section):
    """What it takes to reach all eight targets: the corrected MAML, changed in one thing at a time."""

    discount: Discount = Field(1.0, description="discount per step in variant discount")
    gae_lambda: float = Field(
        0.98, ge=0.0, le=1.0, description="lambda of the advantages in variant discount"
    )
    entropy: float = Field(0.05, ge=0.0, description="weight of the entropy bonus in variant exploration")
    curriculum: float = Field(
        0.5, gt=0.0, le=1.0, description="share of training until variant curriculum has all targets"
    )
    inner_steps: int = Field(3, ge=2, description="inner steps in variant inner_steps")
    shaping: float = Field(
        300.0, gt=0.0, description="reward in variant shaping for a move nearer on the shortest path"
    )
    combined: tuple[Change, ...] = Field(
        ("discount", "shaping"), min_length=2, description="changes made together in variant combination"
    )
    episodes: Count = Field(240, description="training episodes: outer steps on the eight targets")
    long_episodes: Count = Field(800, description="the same in variant long, which is combination otherwise")
    within: float = Field(
        0.5, gt=0.0, description="a target counts as reached this near to the reachable optimum, in metres"
    )
    seeds: int = Field(10, ge=2, description="training runs of each variant")
