"""The section of config.yaml on how a target is searched for."""

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Discount, Rate, Section
from athanor.experiments.task_inference.learning.config import Game

FAMILY = "sparse_navigation"
MOST_EPISODES = 10  # of which scripted agents' returns are known


class PearlSettings(Section):
    """PEARL, on trials out of a store."""

    updates: Count = Field(600, description="updates of a run")
    collected: Count = Field(8, description="trials played for an update")
    roaming_episodes: Count = Field(
        8, description="first episodes of a trial of training, each with a random action that is held"
    )
    prior_episodes: Count = Field(8, description="episodes after these with z drawn from the prior")
    posterior_episodes: Count = Field(2, description="episodes after these with z drawn from the belief")
    capacity: Count = Field(1000, description="trials that the store holds")
    optimiser_steps: Count = Field(4, description="optimiser steps of an update")
    batch: Count = Field(16, description="trials drawn out of the store for an optimiser step")
    context: Count = Field(256, description="transitions drawn as the context of a trial")
    transitions: Count = Field(64, description="transitions drawn of a trial to learn from")
    hidden: Count = Field(64, description="units of every layer")
    components: Count = Field(3, description="components of z")
    rate: Rate = Field(3e-3, description="rate of Adam")
    largest_gradient: Rate = Field(10.0, description="norm to which longer gradients are cut")
    discount: Discount = Field(0.9, description="discount per step")
    entropy: float = Field(0.01, ge=0.0, description="weight of the policy's entropy, in rewards per nat")
    kl_weight: float = Field(3e-3, ge=0.0, description="weight of what z costs, per nat")
    target_rate: float = Field(
        0.02, gt=0.0, le=1.0, description="share of the target critics replaced at each step"
    )


class Behaviour(Section):
    """A belief agent and PEARL in sparse navigation, beside scripted agents."""

    runs: int = Field(5, ge=2, description="training runs of each agent")
    training_tasks: Count = Field(100, description="tasks that a run trains on")
    held_out_tasks: Count = Field(500, description="tasks that an agent is judged on")
    belief_network: Game = Field(
        Game(
            family=FAMILY,
            setting="0.2_20",
            episodes=6,
            updates=300,
            batch=64,
            rate=0.004,
            entropy=0.03,
            reward_scale=5.0,
            belief_weight=1.0,
        ),
        description="the game, and how agent B learns it by PPO",
    )
    pearl: PearlSettings = PearlSettings()

    @model_validator(mode="after")
    def _known_game(self) -> "Behaviour":
        game = self.belief_network
        if game.family != FAMILY:
            raise ValueError(f"belief_network.family is {game.family}, must be {FAMILY}")
        if game.episodes > MOST_EPISODES:
            raise ValueError(f"belief_network.episodes is {game.episodes}, must be at most {MOST_EPISODES}")
        return self
