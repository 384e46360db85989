"""Time training by PPO on the cheetah's velocity, beside Gymnasium's vector environment and the physics alone.

All step as many cheetahs at a time on one core, and take turns; Gymnasium's play a fixed action and nothing learns. Times
are microseconds of the processor for each step of a cheetah.
"""

import contextlib
import tempfile

import gymnasium
import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.progress import progress
from athanor.experiments.protocols.timing import Program, compiled, seconds
from athanor.experiments.task_inference.learning.config import TrainingSpeed
from athanor.experiments.task_inference.off_policy.agents import method_of
from athanor.experiments.task_inference.off_policy.config import OffPolicy
from athanor.tasks.cheetah_velocity.physics import MOTORS, ROW, advance

PEER = "HalfCheetah-v5"
COLUMNS = ["program", "pair", "microseconds"]


def run(off_policy: OffPolicy, training_speed: TrainingSpeed, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `cheetah_speed`: one row per program and pair."""
    method = method_of(off_policy, "cheetah_velocity", "ppo", "A")
    cheetahs, steps = method.collected, method.trial.steps
    tasks = jax.vmap(method.trial.sample_task)(jax.random.split(key, cheetahs))
    programs: dict[str, Program] = {
        "training": compiled(method.learner.learn, method.learner.init(key), tasks, key),
        "gymnasium": gymnasium_steps(cheetahs, steps),
        "physics": physics_steps(cheetahs, steps),
    }
    rows = [
        (name, pair, 1e6 * seconds(program) / (cheetahs * steps))
        for pair in progress(range(training_speed.pairs), training_speed.pairs, "pairs timed:")
        for name, program in programs.items()
    ]
    return {"cheetah_speed": pd.DataFrame(rows, columns=COLUMNS)}


def gymnasium_steps(cheetahs: int, steps: int) -> Program:
    """Return some steps of Gymnasium's own half-cheetahs in its vector environment, one after another.

    MuJoCo writes what it has to say of the model's file into the working folder.
    """
    with tempfile.TemporaryDirectory() as elsewhere, contextlib.chdir(elsewhere):
        environment = gymnasium.make_vec(PEER, num_envs=cheetahs, vectorization_mode="sync")
    environment.reset(seed=0)
    environment.action_space.seed(0)
    action = environment.action_space.sample()

    def program() -> None:
        for _ in range(steps):
            environment.step(action)

    return program


def physics_steps(cheetahs: int, steps: int) -> Program:
    """Return as many steps of the physics alone, without JAX."""
    action = np.random.default_rng(0).uniform(-1.0, 1.0, (cheetahs, MOTORS))

    def program() -> None:
        rows = np.zeros((cheetahs, ROW))
        for _ in range(steps):
            rows, _velocity = advance(rows, action)

    return program
