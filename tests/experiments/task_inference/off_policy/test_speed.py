"""All programs step as many cheetahs, and take turns."""

import gymnasium
import jax
import numpy as np

from athanor.experiments.task_inference.learning.config import TrainingSpeed
from athanor.experiments.task_inference.off_policy import speed
from athanor.experiments.task_inference.off_policy.config import PPO, OffPolicy
from athanor.tasks.cheetah_velocity import physics


def test_programs_take_turns_and_leave_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    few = OffPolicy(ppo=PPO(collected=2, epochs=1), hidden=4)
    table = speed.run(few, TrainingSpeed(pairs=2), jax.random.key(0))["cheetah_speed"]
    assert list(table.columns) == speed.COLUMNS
    assert table["program"].to_list() == ["training", "gymnasium", "physics"] * 2
    assert table["pair"].to_list() == [0] * 3 + [1] * 3 and (table["microseconds"] > 0).all()
    assert not list(tmp_path.iterdir())


def test_a_step_of_the_peer_is_as_long(tmp_path, monkeypatch):
    """Five steps of MuJoCo of a hundredth of a second, as ours."""
    monkeypatch.chdir(tmp_path)  # MuJoCo leaves a log
    peer = gymnasium.make(speed.PEER).unwrapped
    assert np.isclose(peer.dt, physics.SECONDS)
