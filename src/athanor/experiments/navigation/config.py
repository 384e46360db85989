"""All sections of config.yaml under `navigation`, and what they must agree on.

Experiments import the modules of the sections they take, not this one: a result depends on no other section's code.
"""

import math

from pydantic import model_validator

from athanor.experiments.config import Section
from athanor.experiments.navigation.adaptation.config import Adaptation, AllEight, Transfer
from athanor.experiments.navigation.distributions.conditions import base_condition, conditions
from athanor.experiments.navigation.distributions.config import Curriculum, DifficultyStudy, Distributions
from athanor.experiments.navigation.first_order.conditions import misfits
from athanor.experiments.navigation.first_order.config import FirstOrder, LocalOptimality
from athanor.experiments.navigation.game.build import impossible_targets
from athanor.experiments.navigation.game.config import Discounts, Environment
from athanor.experiments.navigation.inner_steps.config import Ablation, InnerSteps, Plateau
from athanor.experiments.navigation.learners.config import Learners
from athanor.experiments.navigation.single.config import Configurations, SingleTask
from athanor.experiments.navigation.timing.config import Published, Timing


class NavigationConfig(Section):
    """Navigation: the released environment, its exact solution, and what the released code learns in it."""

    environment: Environment = Environment()
    discounts: Discounts = Discounts()
    learners: Learners = Learners()
    inner_steps: InnerSteps = InnerSteps()
    ablation: Ablation = Ablation()
    plateau: Plateau = Plateau()
    first_order: FirstOrder = FirstOrder()
    local_optimality: LocalOptimality = LocalOptimality()
    configurations: Configurations = Configurations()
    single_task: SingleTask = SingleTask()
    adaptation: Adaptation = Adaptation()
    transfer: Transfer = Transfer()
    all_eight: AllEight = AllEight()
    distributions: Distributions = Distributions()
    difficulty: DifficultyStudy = DifficultyStudy()
    curriculum: Curriculum = Curriculum()
    timing: Timing = Timing()
    published: Published = Published()

    @model_validator(mode="after")
    def _targets_are_possible(self) -> "NavigationConfig":
        for problem in impossible_targets(self.environment):
            raise ValueError(f"environment.{problem}")
        return self

    @model_validator(mode="after")
    def _released_discount_is_solved(self) -> "NavigationConfig":
        discount = self.learners.released.discount * self.learners.released.gae_lambda
        if not any(math.isclose(discount, solved, rel_tol=1e-9) for solved in self.discounts.discounts):
            raise ValueError(
                f"discounts.discounts is {list(self.discounts.discounts)}, "
                f"must include learners.released.discount times learners.released.gae_lambda ({discount:.10g})"
            )
        return self

    @model_validator(mode="after")
    def _ablation_is_among_the_trained(self) -> "NavigationConfig":
        steps, trained = self.ablation.steps, self.inner_steps.steps
        if steps[0] != trained[0] or not set(steps) <= set(trained):
            raise ValueError(
                f"ablation.steps is {list(steps)}, must begin with the first of inner_steps.steps "
                f"({list(trained)}) and be among them"
            )
        for count in steps:
            if self.inner_steps.corrected_trajectories * (count + 1) % 2:
                raise ValueError(
                    f"inner_steps.corrected_trajectories is {self.inner_steps.corrected_trajectories}, must be even "
                    f"where ablation.steps ({list(steps)}) has even numbers"
                )
        return self

    @model_validator(mode="after")
    def _first_order_fits(self) -> "NavigationConfig":
        targets = len(self.environment.setting(self.first_order.setting).targets)
        sections = (self.first_order, self.configurations, self.single_task)
        for problem in misfits(*sections, targets, self.learners.corrected.episodes):
            raise ValueError(problem)
        return self

    @model_validator(mode="after")
    def _base_condition_is_trained(self) -> "NavigationConfig":
        base = base_condition(self.environment)
        if base not in conditions(self.distributions):
            raise ValueError(f"distributions has no {', '.join(base)}, must include the base condition")
        return self
