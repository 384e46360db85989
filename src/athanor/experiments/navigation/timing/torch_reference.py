"""MAML and FOMAML in eager PyTorch, as such code is commonly written; for its speed only.

The readings `released` and `written` are those of `athanor.experiments.navigation.learners.methods`. PyTorch is
optional: only where it is installed is this module imported.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch.distributions import Categorical

from athanor.experiments.navigation.learners.config import Released, Written
from athanor.experiments.navigation.timing.eager_game import Game
from athanor.experiments.protocols import eager
from athanor.experiments.protocols.eager import (
    Choose,
    Episode,
    Weights,
    advantages,
    descend,
    forward,
    parameters,
    play,
    returns,
)
from athanor.learning.adaptation import Inner
from athanor.learning.policy_gradient import PolicyGradient


class Start(NamedTuple):
    """What training starts from."""

    games: Sequence[Game]  # one a task
    actor: Sequence[np.ndarray]  # weight and bias of each layer
    critic: Sequence[np.ndarray]


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
    played = []

    def loss(game: Game, weights: Weights) -> torch.Tensor:
        played.append(play(game, weights, choose))
        return policy_loss(gradient, played[-1], critic)

    return eager.meta_gradient(inner, games, actor, loss), played


def policy_loss(gradient: PolicyGradient, episode: Episode, critic: Weights) -> torch.Tensor:
    """Return - sum log pi(a | s) A over the steps that count."""
    with torch.no_grad():
        values = forward(critic, episode.observation)[:, 0].tolist()
    weights = torch.tensor(advantages(gradient, episode.reward, values))
    return -(episode.log_probability[: len(weights)] * weights).sum()


def fit(
    critic: Weights, optimiser: torch.optim.Optimizer, episodes: Sequence[Episode], gradient: PolicyGradient
) -> None:
    """Take one step on the mean squared error of the discounted returns."""
    target = torch.tensor([target for episode in episodes for target in returns(gradient, episode.reward)])
    value = forward(critic, torch.cat([episode.observation for episode in episodes]))[:, 0]
    descend(optimiser, critic, torch.autograd.grad(torch.mean((value - target) ** 2), critic))
