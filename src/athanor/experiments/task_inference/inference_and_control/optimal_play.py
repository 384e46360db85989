"""Compute what the Bayes-optimal agent earns in each part of a trial, where it is known."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.experiments.task_inference.inference_and_control.config import InferenceAndControl
from athanor.experiments.task_inference.inference_and_control.parts import parts_of, split
from athanor.experiments.task_inference.learning.config import Learning
from athanor.experiments.task_inference.learning.families import family_of
from athanor.tasks.bandit.optimal_rewards import optimal_rewards as bandit
from athanor.tasks.grid_navi.bayes_optimal import bayes_optimal_by_episode as grid_navi
from athanor.tasks.numpad.exact import optimal_rewards as numpad

MOST_PULLS = 12  # of a bandit: the induction visits all multisets of counts
COLUMNS = ["family", "setting", "part", "mean_return"]
# (rules, episodes) -> rewards by step, or by part. Simple Alchemy's optimal agent is simulated elsewhere; in
# semicircle the optimum is known between bounds alone.
KNOWN: dict[str, Callable[[Any, int], Float[np.ndarray, "time"]]] = {
    "bandit": lambda rules, episodes: bandit(rules),
    "grid_navi": grid_navi,
    "numpad": lambda rules, episodes: numpad(rules),
}


def run(learning: Learning, inference_and_control: InferenceAndControl) -> dict[str, pd.DataFrame]:
    """Return `optimal_rewards`: one row per part of a trial and game in which the optimal agent is known."""
    rows = []
    for game in inference_and_control.games:
        if game.family not in KNOWN:
            continue
        rules = family_of(game.family).rules(game.setting)
        if getattr(rules, "pulls", 0) > MOST_PULLS:
            continue
        episodes = learning.game(game.family, game.setting).episodes
        rewards = split(KNOWN[game.family](rules, episodes), parts_of(rules, episodes))
        rows += [(game.family, game.setting, part, reward) for part, reward in enumerate(rewards)]
    return {"optimal_rewards": pd.DataFrame(rows, columns=COLUMNS)}
