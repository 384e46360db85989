"""The example trains agents of Stable-Baselines3, where they are installed, and they are placed on the yardstick."""

import importlib.util
from pathlib import Path

import pytest

from athanor.pipeline import score

EXAMPLE = Path(__file__).parents[2] / "examples" / "stable_baselines.py"


@pytest.mark.parametrize("name", ["PPO", "RecurrentPPO"])
def test_an_agent_is_trained_and_scored(name, tmp_path, monkeypatch) -> None:
    pytest.importorskip("sb3_contrib")
    script = tmp_path / "agent.py"  # agents are kept beside it
    script.write_text(EXAMPLE.read_text())
    spec = importlib.util.spec_from_file_location("agent", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.train(name, steps=80, environments=4) == tmp_path / f"{name}.zip"
    monkeypatch.setenv("AGENT", name)
    line = score.score(score.Request(script, "Bandit", "5x10", episodes=1, tasks=20, seed=0))
    assert line.startswith("agent.py on Bandit 5x10: score ") and "random 5, Bayes-optimal 6.66" in line
