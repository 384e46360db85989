"""What learners in eager PyTorch share, as such code is commonly written; for their speed only.

One environment steps at a time, in Python; the policy is evaluated on one observation a step, and the log-probability
of the action keeps its graph until the loss is differentiated. PyTorch is optional: only where it is installed is this
module imported.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from torch.distributions import Categorical

from athanor.learning.adaptation import Inner
from athanor.learning.policy_gradient import PolicyGradient

Weights = list[torch.Tensor]  # weight and bias of each layer, the first layer first
Choose = Callable[[Categorical], torch.Tensor]  # draws an action
Observation = Float[np.ndarray, "size"]


@runtime_checkable
class Game(Protocol):
    """Episodes on one task, one after the other."""

    def reset(self) -> Observation:
        """Start an episode."""

    def step(self, action: int) -> tuple[Observation, float, bool]:
        """Take an action; return what is seen then, the reward, and whether the episode is over."""


OwnGame = TypeVar("OwnGame", bound=Game)


class Episode(NamedTuple):
    """One episode, as long as it lasted."""

    observation: torch.Tensor  # axes (time, size)
    policy: list[Categorical]  # at each step
    log_probability: torch.Tensor  # of the actions taken; axis (time,); remembers the policy
    reward: list[float]


def meta_gradient(
    inner: Inner, games: Sequence[OwnGame], actor: Weights, loss: Callable[[OwnGame, Weights], torch.Tensor]
) -> Sequence[torch.Tensor]:
    """Return the gradient of the sum over tasks of the loss after adaptation; each loss plays episodes of its own."""
    total = torch.zeros(())
    for game in games:
        adapted = actor
        for _ in range(inner.steps):
            slopes = torch.autograd.grad(loss(game, adapted), adapted, create_graph=not inner.first_order)
            adapted = [weight - inner.rate * slope for weight, slope in zip(adapted, slopes, strict=True)]
        total = total + loss(game, adapted)
    return torch.autograd.grad(total, actor)


def play(game: Game, actor: Weights, choose: Choose = Categorical.sample) -> Episode:
    """Play an episode."""
    observations, policies, chosen, rewards = [torch.from_numpy(game.reset())], [], [], []
    over = False
    while not over:
        policies.append(Categorical(logits=forward(actor, observations[-1])))
        action = choose(policies[-1])
        chosen.append(policies[-1].log_prob(action))
        observation, reward, over = game.step(int(action))
        observations.append(torch.from_numpy(observation))
        rewards.append(reward)
    return Episode(torch.stack(observations[:-1]), policies, torch.stack(chosen), rewards)


def forward(weights: Weights, inputs: torch.Tensor) -> torch.Tensor:
    """Return the outputs of a perceptron with two hidden layers."""
    first, first_bias, second, second_bias, last, last_bias = weights
    hidden = torch.relu(torch.relu(inputs @ first + first_bias) @ second + second_bias)
    return hidden @ last + last_bias


def advantages(gradient: PolicyGradient, reward: list[float], value: list[float]) -> list[float]:
    """Return the generalised advantages of the steps that count (Schulman et al. 2016, 16)."""
    steps = len(reward) - gradient.drop_last_step
    following = [*value[1:], 0.0]
    advantage, found = 0.0, []
    for time in reversed(range(steps)):
        surprise = reward[time] + gradient.discount * following[time] - value[time]
        advantage = surprise + gradient.discount * gradient.gae_lambda * advantage
        found.append(advantage)
    return found[::-1]


def returns(gradient: PolicyGradient, reward: list[float]) -> list[float]:
    """Return the discounted returns of an episode."""
    total, found = 0.0, []
    for one in reversed(reward):
        total = one + gradient.discount * total
        found.append(total)
    return found[::-1]


def descend(optimiser: torch.optim.Optimizer, weights: Weights, direction: Sequence[torch.Tensor]) -> None:
    """Take a step of an optimiser along a gradient."""
    for weight, slope in zip(weights, direction, strict=True):
        weight.grad = slope
    optimiser.step()


def parameters(arrays: Sequence[np.ndarray]) -> Weights:
    """Return copies of arrays as weights to be learnt."""
    return [torch.tensor(array, requires_grad=True) for array in arrays]
