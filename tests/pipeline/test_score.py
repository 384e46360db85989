"""Tests of placing foreign agents on the yardstick: known policies, brackets by hand, one line for what cannot be."""

from pathlib import Path

import pytest

from athanor.pipeline.arguments import RunError
from athanor.pipeline.score import Request, Yardstick, line, load, score
from athanor.reporting.statistics import Estimate

FIRST_ARM = "def act(observation, reward, memory):\n    return 0, (memory or 0) + reward\n"


def request(tmp_path: Path, text: str = FIRST_ARM, **changes: object) -> Request:
    script = tmp_path / "agent.py"
    script.write_text(text)
    return Request(script, "Bandit", "2x10", 1, 300, 0)._replace(**changes)


def test_an_agent_that_does_not_learn_is_at_zero(tmp_path: Path) -> None:
    """Pulling the first arm ten times pays five in expectation, as random pulls do."""
    told = score(request(tmp_path))
    assert told.startswith("agent.py on Bandit 2x10: score ")
    low, high = map(float, told.split("[")[1].split("]")[0].split(","))
    assert -0.6 < low < 0 < high < 0.6
    assert "random 5, Bayes-optimal 6.022" in told
    assert score(request(tmp_path)) == told  # the same tasks again


def test_a_bracketed_optimum_widens_the_interval(tmp_path: Path) -> None:
    told = line(request(tmp_path), Estimate(3.0, 2.0, 4.0), Yardstick(0.0, (4.0, 5.0)))
    assert "score 0.667 [0.400, 1.000]" in told and "Bayes-optimal 4 to 5" in told


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"family": "Chess"}, r"--family is Chess, must be one of .*Bandit"),
        ({"setting": "9x9"}, r"--setting is 9x9, must be one of 2x10, .* \(Bandit\)"),
        ({"episodes": 7}, r"--episodes is 7, must be one of 1 \(Bandit\)"),
        ({"tasks": 1}, "--tasks is 1, must be at least 2"),
        ({"seed": -1}, "--seed is -1, must be between 0 and 2147483647"),
    ],
)
def test_what_cannot_be_scored_is_one_line(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(RunError, match=message):
        score(request(tmp_path, **changes))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\n", r"has no function act\(observation, reward, memory\)"),
        ("import nothing_of_the_kind\n", "cannot be loaded: ModuleNotFoundError"),
        ("def act(:\n", "cannot be loaded: SyntaxError"),
        ("import sys\nsys.exit(0)\n", "cannot be loaded: SystemExit: 0"),
    ],
)
def test_a_file_that_is_no_agent_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RunError, match=message):
        load(request(tmp_path, text).script)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 0", r"act returned int, must be the pair \(action, memory\)"),
        ("yield 0, memory", r"act returned generator, must be the pair \(action, memory\)"),
        ("return 99, memory", "act returned no action: action is array\\(99\\), must be"),
        ("return [[0], [0, 0]], memory", "act returned no action: "),
        ("raise KeyError('x')", "act raised KeyError: 'x'"),
        ("return act(observation, reward, memory)", "act raised RecursionError"),
        ("raise SystemExit(0)", "act raised SystemExit: 0"),
    ],
)
def test_what_goes_wrong_in_an_agent_is_one_line(tmp_path: Path, body: str, message: str) -> None:
    text = f"def act(observation, reward, memory):\n    {body}\n"
    with pytest.raises(RunError, match=message):
        score(request(tmp_path, text))


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is no Python file"):
        load(tmp_path / "none.py")
