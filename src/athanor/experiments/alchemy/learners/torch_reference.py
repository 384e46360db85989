"""MAML over the chemistries in eager PyTorch, as such code is commonly written; for its speed only.

It is the MAML of `athanor.experiments.alchemy.learners.methods`. PyTorch is optional: only where it is installed is this
module imported.
"""

import random
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from torch.distributions import Categorical

from athanor.experiments.alchemy.agents.plain_play import Episodes, draw_chemistry, draw_items
from athanor.experiments.alchemy.learners.config import Learners, MetaLearning
from athanor.experiments.alchemy.learners.methods import gradient
from athanor.experiments.protocols.eager import (
    Choose,
    Weights,
    advantages,
    descend,
    meta_gradient,
    parameters,
    play,
    returns,
)
from athanor.learning.adaptation import Inner
from athanor.learning.baselines import RIDGE
from athanor.learning.policy_gradient import LEAST_DEVIATION, PolicyGradient
from athanor.tasks.alchemy.rules import Rules


def maml(
    rules: Rules, learners: Learners, study: MetaLearning, start: Sequence[np.ndarray], updates: int
) -> Callable[[], None]:
    """Return one update of MAML on fresh chemistries, to be called again and again; the rate falls over `updates`."""
    torch.set_num_threads(1)
    rng, actor = random.Random(0), parameters(start)
    optimiser = torch.optim.Adam(actor, lr=study.outer_rate)
    falling = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, updates)
    inner, loss = Inner(study.inner_steps, study.inner_rate), partial(policy_loss, gradient(learners))

    def update() -> None:
        games = [
            Episodes(rules, draw_chemistry(rules, rng), partial(draw_items, rules, rng))
            for _ in range(study.tasks)
        ]
        descend(optimiser, actor, meta_gradient(inner, games, actor, loss))
        falling.step()

    return update


def policy_loss(
    settings: PolicyGradient, game: Episodes, actor: Weights, choose: Choose = Categorical.sample
) -> torch.Tensor:
    """Play a chemistry's episodes; return - mean of log pi(a | s) A and the weighted entropy over their steps."""
    episodes = [play(game, actor, choose) for _ in range(settings.trajectories)]
    target = torch.tensor([returns(settings, episode.reward) for episode in episodes])
    value = linear_baseline(torch.stack([episode.observation for episode in episodes]), target).tolist()
    advantage = normalised(
        torch.tensor(
            [advantages(settings, one.reward, own) for one, own in zip(episodes, value, strict=True)]
        )
    )
    chosen = torch.stack([episode.log_probability for episode in episodes])
    entropy = torch.stack([policy.entropy() for episode in episodes for policy in episode.policy])
    return -(chosen * advantage).mean() - settings.entropy * entropy.mean()


def linear_baseline(observation: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return the fit of the targets (trajectory, time), as `athanor.learning.baselines.linear_baseline` does."""
    steps = target.shape[1]
    gone = (torch.arange(steps) / steps).expand_as(target)[..., None]
    features = torch.cat([observation, observation**2, gone, gone**2, gone**3], -1).flatten(0, 1)
    x, y = standardised(features), standardised(target.reshape(-1, 1))
    gram = x.T @ x / len(x) + RIDGE * torch.eye(x.shape[1])
    fit = x @ torch.linalg.solve(gram, x.T @ y / len(x))
    return target.mean() + target.std(correction=0) * fit.reshape(target.shape)


def standardised(columns: torch.Tensor) -> torch.Tensor:
    """Shift and scale columns to mean 0 and deviation 1."""
    return (columns - columns.mean(0)) / columns.std(0, correction=0).clamp_min(1e-6)


def normalised(advantage: torch.Tensor) -> torch.Tensor:
    """Shift and scale advantages (trajectory, time) to mean 0 and deviation 1 over trajectories, at each step."""
    deviation = advantage.std(0, correction=0)
    least = LEAST_DEVIATION * (deviation**2).mean().sqrt() + 1e-8
    return (advantage - advantage.mean(0)) / (deviation + least)
