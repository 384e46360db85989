"""MAML and FOMAML in eager PyTorch, as such code is commonly written; for its speed only.

One environment steps at a time, in Python; the policy is evaluated on one observation a step, and the log-probability
of the action keeps its graph until the loss is differentiated. The readings `released` and `written` are those of
`athanor.experiments.navigation.learners.methods`. PyTorch is optional: only where it is installed is this module imported.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch.distributions import Categorical

from athanor.experiments.navigation.learners.config import Released, Written
from athanor.experiments.navigation.timing.eager_game import Game
from athanor.learning.adaptation import Inner
from athanor.learning.policy_gradient import PolicyGradient

Weights = list[torch.Tensor]  # weight and bias of each layer, the first layer first
Choose = Callable[[Categorical], torch.Tensor]  # draws an action


class Start(NamedTuple):
    """What training starts from."""

    games: Sequence[Game]  # one a task
    actor: Sequence[np.ndarray]  # weight and bias of each layer
    critic: Sequence[np.ndarray]


class Episode(NamedTuple):
    """One episode, as long as it lasted."""

    observation: torch.Tensor  # axes (time, size)
    log_probability: torch.Tensor  # of the actions taken; axis (time,); remembers the policy
    reward: list[float]


def trained_by(
    start: Start, reading: Released | Written, algorithm: str, steps: int
) -> Callable[[], Sequence[Episode]]:
    """Return one outer step of a reading's algorithm on all tasks, to be called again and again."""
    torch.set_num_threads(1)
    if isinstance(reading, Written):
        return written(start, reading, steps, first_order=algorithm == "fomaml")
    return released_maml(start, reading, steps) if algorithm == "maml" else released_fomaml(start, reading)


def released_maml(start: Start, released: Released, steps: int) -> Callable[[], Sequence[Episode]]:
    """Return the released MAML: N episodes a task for a copy of the critic, one for the loss of all tasks.

    The gradients of the N inner losses reach no weight; run eagerly, they are computed all the same.
    """
    gradient = PolicyGradient(released.discount, released.gae_lambda, drop_last_step=True)
    actor = parameters(start.actor)
    optimiser = torch.optim.Adam(actor, lr=released.outer_rate)

    def update() -> Sequence[Episode]:
        played, losses = [], []
        for game in start.games:
            critic = parameters(start.critic)
            critic_optimiser = torch.optim.Adam(critic, lr=released.critic_rate)
            episodes = [play(game, actor) for _ in range(steps + 1)]
            for episode in episodes[:-1]:
                torch.autograd.grad(policy_loss(gradient, episode, critic), actor)
                fit(critic, critic_optimiser, [episode], gradient)
            losses.append(policy_loss(gradient, episodes[-1], critic))
            played += episodes
        descend(optimiser, actor, torch.autograd.grad(sum(losses), actor))
        return played

    return update


def released_fomaml(start: Start, released: Released) -> Callable[[], Sequence[Episode]]:
    """Return the released FOMAML: an episode and a step for each task, and once more for the last."""
    gradient = PolicyGradient(released.discount, released.gae_lambda, drop_last_step=True)
    actor, critic = parameters(start.actor), parameters(start.critic)
    optimiser = torch.optim.Adam(actor, lr=released.outer_rate)

    def update() -> Sequence[Episode]:
        played = []
        for game in [*start.games, start.games[-1]]:
            played.append(play(game, actor))
            loss = policy_loss(gradient, played[-1], critic)
            descend(optimiser, actor, torch.autograd.grad(loss, actor))
        return played

    return update


def written(start: Start, written: Written, steps: int, first_order: bool) -> Callable[[], Sequence[Episode]]:
    """Return MAML, differentiated twice, or FOMAML, as the equations have them."""
    gradient = PolicyGradient(written.discount, written.gae_lambda)
    inner = Inner(steps, written.inner_rate, first_order)
    actor, critic = parameters(start.actor), parameters(start.critic)
    outer = torch.optim.Adam if first_order else torch.optim.SGD
    optimiser = outer(actor, lr=written.outer_rate)
    critic_optimiser = torch.optim.Adam(critic, lr=written.critic_rate)

    def update() -> Sequence[Episode]:
        direction, played = meta_gradient(gradient, inner, start.games, actor, critic)
        descend(optimiser, actor, direction)
        fit(critic, critic_optimiser, played, gradient)
        return played

    return update


def meta_gradient(
    gradient: PolicyGradient,
    inner: Inner,
    games: Sequence[Game],
    actor: Weights,
    critic: Weights,
    choose: Choose = Categorical.sample,
) -> tuple[Sequence[torch.Tensor], list[Episode]]:
    """Return the gradient of the sum over tasks of the loss after adaptation, and all episodes, task by task."""
    total, played = torch.zeros(()), []
    for game in games:
        adapted = actor
        for _ in range(inner.steps):
            played.append(play(game, adapted, choose))
            loss = policy_loss(gradient, played[-1], critic)
            slopes = torch.autograd.grad(loss, adapted, create_graph=not inner.first_order)
            adapted = [weight - inner.rate * slope for weight, slope in zip(adapted, slopes, strict=True)]
        played.append(play(game, adapted, choose))
        total = total + policy_loss(gradient, played[-1], critic)
    return torch.autograd.grad(total, actor), played


def play(game: Game, actor: Weights, choose: Choose = Categorical.sample) -> Episode:
    """Play an episode."""
    observations, chosen, rewards = [torch.from_numpy(game.reset())], [], []
    over = False
    while not over:
        policy = Categorical(logits=forward(actor, observations[-1]))
        action = choose(policy)
        chosen.append(policy.log_prob(action))
        observation, reward, over = game.step(int(action))
        observations.append(torch.from_numpy(observation))
        rewards.append(reward)
    return Episode(torch.stack(observations[:-1]), torch.stack(chosen), rewards)


def forward(weights: Weights, inputs: torch.Tensor) -> torch.Tensor:
    """Return the outputs of a perceptron with two hidden layers."""
    first, first_bias, second, second_bias, last, last_bias = weights
    hidden = torch.relu(torch.relu(inputs @ first + first_bias) @ second + second_bias)
    return hidden @ last + last_bias


def policy_loss(gradient: PolicyGradient, episode: Episode, critic: Weights) -> torch.Tensor:
    """Return - sum log pi(a | s) A over the steps that count."""
    with torch.no_grad():
        values = forward(critic, episode.observation)[:, 0].tolist()
    weights = torch.tensor(advantages(gradient, episode.reward, values))
    return -(episode.log_probability[: len(weights)] * weights).sum()


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


def fit(
    critic: Weights, optimiser: torch.optim.Optimizer, episodes: Sequence[Episode], gradient: PolicyGradient
) -> None:
    """Take one step on the mean squared error of the discounted returns."""
    target = torch.tensor([target for episode in episodes for target in returns(gradient, episode.reward)])
    value = forward(critic, torch.cat([episode.observation for episode in episodes]))[:, 0]
    descend(optimiser, critic, torch.autograd.grad(torch.mean((value - target) ** 2), critic))


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
