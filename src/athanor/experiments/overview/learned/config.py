"""The sections of config.yaml on what is learnt."""

from typing import Annotated

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Discount, Rate, Section, Share


class RevealingAction(Section):
    """Trials until exploration is learnt, where one of many actions reveals the task."""

    actions: tuple[Annotated[int, Field(ge=2, le=256)], ...] = Field(
        (4, 8, 16, 32, 64), min_length=2, description="actions, A"
    )
    tasks: int = Field(4, ge=2, description="tasks that they can reveal")
    most_trials: Count = Field(2_000_000, description="trials after which a run is given up")
    runs: int = Field(20, ge=2, description="runs of each size")

    @model_validator(mode="after")
    def _enough_actions(self) -> "RevealingAction":
        if min(self.actions) < self.tasks:
            raise ValueError(f"actions has {min(self.actions)}, must be at least tasks = {self.tasks} each")
        return self


class MetaGradients(Section):
    """Discounts of each state of the chain of noise, tuned by meta-gradients."""

    rate: float = Field(0.1, gt=0.0, lt=1.0, description="learning rate of the values")
    meta_rate: Rate = Field(0.05, description="learning rate of the discounts at first; it falls to 0")
    actors: Count = Field(64, description="value estimates whose meta-gradients are averaged")
    updates: int = Field(5_000, ge=4, description="meta-updates")
    runs: int = Field(5, ge=2, description="runs")
    initial: float = Field(0.5, ge=0.0, le=1.0, description="discount of every state at first")


Slip = Annotated[float, Field(ge=0.0, lt=1.0)]


class EpisodicControls(Section):
    """Tables of best returns, dictionaries of averages and Q-learning, on mazes and deep sea of 100 states each."""

    maze_slips: tuple[Slip, ...] = Field(
        (0.0, 0.05, 0.1, 0.2, 0.4), min_length=1, description="chance that a move slips, in mazes"
    )
    deep_sea_slips: tuple[Slip, ...] = Field(
        (0.0, 0.1), min_length=1, description="the same for turns in deep sea"
    )
    maze_episodes: Count = Field(300, description="episodes of training in a maze")
    deep_sea_episodes: Count = Field(1000, description="episodes of training in deep sea")
    exploration: float = Field(0.1, ge=0.0, le=1.0, description="probability of an action drawn uniformly")
    neighbours: int = Field(11, ge=1, le=100, description="nearest keys whose best returns are averaged")
    dictionary_neighbours: int = Field(50, ge=1, le=100, description="nearest keys that the dictionary reads")
    delta: Rate = Field(1e-3, description="added to squared distances in its kernel")
    unit: Rate = Field(0.1, description="of observations, that its distances are measured in")
    rate: float = Field(0.1, gt=0.0, le=1.0, description="learning rate of its averages, and of Q-learning")
    steps: Count = Field(10, description="steps of its targets before they bootstrap")
    tables: Count = Field(5, description="tables of a run after optimal play")
    runs: int = Field(10, ge=2, description="runs")


Skills = Annotated[int, Field(ge=2, le=24)]
Temperature = Annotated[float, Field(ge=0.01)]


class SkillTasks(Section):
    """Skills of the room that a discriminator tells apart, learnt together with it or drawn at random."""

    skills: tuple[Skills, ...] = Field((4, 5, 6, 7, 8), min_length=1, description="skills, K")
    temperature: Temperature = Field(0.1, description="nats of reward that a nat of entropy is worth")
    temperatures: tuple[Temperature, ...] = Field(
        (0.3, 1.0, 3.0), description="further ones, for the most skills"
    )
    rounds: Count = Field(100, description="rounds of one discriminator and one set of policies")
    deviation: Rate = Field(1.0, description="standard deviation of a random discriminator's logits")
    runs: int = Field(10, ge=2, description="runs")


class Reinstatement(Section):
    """LSTMs in the barcode bandit, with and without episodic reinstatement; tested on epochs of its full size."""

    contexts: int = Field(2, ge=1, le=10, description="contexts of an epoch of training")
    exposures: int = Field(4, ge=2, le=20, description="exposures of each context there")
    batch: Count = Field(16, description="epochs of an update")
    updates: Count = Field(210, description="updates")
    epochs: Count = Field(3, description="optimiser steps on the same epochs of the game")
    hidden: Count = Field(8, description="units of an arm")
    rate: Rate = Field(0.01, description="rate of Adam at first; it falls to a tenth")
    discount: Discount = Field(0.9, description="per pull")
    gae_lambda: float = Field(0.7, ge=0.0, le=1.0, description="lambda of the advantages")
    entropy: float = Field(0.03, ge=0.0, description="weight of the entropy bonus at first; it falls to 0")
    clip: Rate = Field(0.2, description="of the ratio of PPO")
    reward_scale: Rate = Field(10.0, description="by which rewards are divided")
    test_epochs: Count = Field(100, description="epochs of the full size that a run is tested on")
    runs: int = Field(5, ge=2, description="runs")


class Bonuses(Section):
    """Explorers of the noisy grid that are paid by visits, by prediction errors and by their difference."""

    episodes: int = Field(60, ge=2, description="episodes of a run; means are over the later half")
    every: Count = Field(4, description="episodes after which it is planned anew")
    runs: int = Field(10, ge=2, description="runs")


class GradientSignal(Section):
    """Policy gradients in the room: their noise beside their length, and fine-tuning on few trajectories."""

    runs: int = Field(20, ge=2, description="runs, each with a goal of its own")
    trajectories: int = Field(4000, ge=2, description="trajectories that the noise is estimated from")
    updates: Count = Field(400, description="updates along the exact gradient")
    rate: Rate = Field(1.0, description="rate of an update, of either kind")
    shots: tuple[Count, ...] = Field(
        (1, 2, 5, 10, 20, 40, 100), min_length=1, description="trajectories that a policy is fine-tuned on"
    )
    tuning_updates: Count = Field(100, description="updates on the same trajectories")


class OwnTasks(Section):
    """A policy of the room meta-trained by MAML on tasks that skills make, or on goals, and adapted to goals."""

    skills: Skills = Field(8, description="skills, K")
    temperature: Temperature = Field(0.1, description="nats of reward that a nat of entropy is worth")
    rounds: Count = Field(100, description="rounds of one discriminator and one set of policies")
    deviation: Rate = Field(1.0, description="standard deviation of a random discriminator's logits")
    initial: Rate = Field(0.1, description="standard deviation of the policy's logits at first")
    updates: Count = Field(300, description="outer updates, each on all tasks")
    outer_rate: Rate = Field(0.05, description="rate of the outer Adam at first; it falls to a tenth")
    inner_steps: Count = Field(3, description="inner updates in training")
    inner_rate: Rate = Field(10.0, description="rate of an update on a task, in training and after it")
    shown_updates: Count = Field(5, description="updates on a goal")
    runs: int = Field(10, ge=2, description="runs")


class ShiftedBandit(Section):
    """Recurrent learning and MAML on bandits with uniform arms, tested there and on arms from Beta(2, 1)."""

    updates: Count = Field(1000, description="updates")
    batch: Count = Field(64, description="trials of an update")
    points: Count = Field(10, description="points of a learning curve, besides the one before training")
    held_out: int = Field(4000, ge=2, description="trials of each test")
    hidden: Count = Field(32, description="units of a layer")
    epochs: Count = Field(3, description="steps of the recurrent learner's Adam on the same trials")
    rate: Rate = Field(0.01, description="rate of that Adam at first; it falls to a tenth")
    gae_lambda: Share = Field(0.9, description="lambda of its advantages")
    entropy: float = Field(0.03, ge=0.0, description="weight of its entropy bonus at first; it falls to 0")
    maml_entropy: float = Field(0.1, ge=0.0, description="weight of the entropy bonus in MAML")
    outer_rate: Rate = Field(0.003, description="rate of MAML's outer Adam at first; it falls to a tenth")
    inner_rate: Rate = Field(3.0, description="rate of MAML's inner update")
    runs: int = Field(5, ge=2, description="runs of each")

    @property
    def block(self) -> int:
        """Return the updates up to the next point."""
        return -(-self.updates // self.points)
