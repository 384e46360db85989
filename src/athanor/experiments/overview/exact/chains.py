"""Chains (row 11): the discounts that leave the least error, and the one above which a far reward is preferred."""

import numpy as np

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.chains.discounts import best_by_state, best_single, errors, long_run, threshold
from athanor.tasks.chains.environment import Chains


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return discounts and mean errors for each learning rate, and the threshold of the chain with a delay."""
    delay = Chains("delay", length=settings.chains.delay)
    found = [
        Answer(11, "chains", f"noise_alpha{rate:g}", quantity, value)
        for rate in settings.chains.rates
        for quantity, value in _values(Chains(), rate).items()
    ]
    return [*found, Answer(11, "chains", "delay", "threshold", threshold(delay))]


def _values(rules: Chains, rate: float) -> dict[str, float]:
    """Return the best discounts by state and for all states, where truncated meta-gradients settle, and mean errors."""
    kappa = long_run(rate)
    by_state, truncated, single = (
        best_by_state(rules, kappa),
        best_by_state(rules, rate),
        best_single(rules, kappa),
    )
    states = range(rules.length - 1)
    values = {f"gamma_{state}": float(by_state[state]) for state in states}
    values |= {f"gamma_truncated_{state}": float(truncated[state]) for state in states}
    alike, none = np.full(rules.length, single), np.ones(rules.length)
    every = {"by_state": by_state, "truncated": truncated, "single": alike, "undiscounted": none}
    losses = {f"loss_{name}": float(errors(rules, some, kappa).mean()) for name, some in every.items()}
    return values | {"gamma_single": single} | losses
