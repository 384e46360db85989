"""Train PPO of Stable-Baselines3, or RecurrentPPO of sb3-contrib, on bandits, and place it on the yardstick.

    .venv/bin/python -m pip install sb3-contrib
    .venv/bin/python examples/stable_baselines.py RecurrentPPO 300000    # steps; keeps examples/RecurrentPPO.zip
    AGENT=RecurrentPPO athanor score examples/stable_baselines.py --family Bandit --setting 5x10

In training the environment shows what was done and paid (`see_history`). `athanor score` shows the family's own
observation, so that `act` remembers its last action itself.
"""

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3 import PPO
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.env_util import make_vec_env

import athanor  # noqa: F401 (registers the environments)

ARMS, PULLS = 5, 10
ALGORITHMS = {"PPO": (PPO, "MlpPolicy"), "RecurrentPPO": (RecurrentPPO, "MlpLstmPolicy")}
FOLDER = Path(__file__).parent


def train(name: str, steps: int, environments: int = 64) -> Path:
    """Train an algorithm for some environment steps, and return where the agent is kept."""
    algorithm, policy = ALGORITHMS[name]
    rules = {"arms": ARMS, "pulls": PULLS, "see_history": True}
    env = make_vec_env("athanor/Bandit-v0", environments, seed=0, env_kwargs=rules)
    size = environments * PULLS  # of a batch: whole episodes
    agent = algorithm(
        policy, env, n_steps=PULLS, batch_size=size, n_epochs=4, learning_rate=3e-3, ent_coef=0.01, seed=0
    )
    agent.learn(steps)
    place = FOLDER / f"{name}.zip"
    agent.save(place)
    return place


@cache
def trained(name: str) -> BaseAlgorithm:
    """Return the agent that was kept."""
    return ALGORITHMS[name][0].load(FOLDER / f"{name}.zip")


def act(observation: np.ndarray, reward: float, memory: Any) -> tuple[Any, Any]:
    """Return an arm, and what to remember: the network's memory and the arm. It is called by `athanor score`."""
    start = memory is None
    cells, arm = (None, None) if start else memory
    pulled = np.zeros(ARMS) if arm is None else np.eye(ARMS)[arm]
    seen = np.concatenate([observation, pulled, [reward, start]]).astype(np.float32)
    arm, cells = trained(os.environ.get("AGENT", "RecurrentPPO")).predict(seen, cells, np.array([start]))
    return arm, (cells, int(arm))


if __name__ == "__main__":
    print(train(sys.argv[1], int(sys.argv[2])))
