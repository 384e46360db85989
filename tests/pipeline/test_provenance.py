"""What makes the study's trainings stale: what their conditions make them read, and nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from toy_study import SOURCE

ROOT = Path(__file__).parents[2]
LEARNING = "src/athanor/experiments/task_inference/learning"
TASKS = "src/athanor/tasks"
EXACT = "src/athanor/experiments/task_inference/exact/config.py"
# Jobs that take all games: they put together and look up what is quickly computed.
WHOLE = {
    "task_inference.learning.analysis",
    "task_inference.inference_and_control.optimal_play",
}
DIGESTS = """
import json
from athanor.pipeline import config, provenance, study
found = config.load("config.yaml")
print(json.dumps({
    " ".join([job.experiment, *map(str, given.values())]): provenance.provenance(job.experiment, found, given).params
    for job in study.jobs() for given in study.conditions(job, found)
}))
"""
Digests = dict[str, dict[str, str]]  # of code and configuration, by experiment and conditions


class Study:
    """A copy of the study."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(SOURCE, folder / "src" / "athanor", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "config.yaml", folder)

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text()
        assert old in text
        (self.folder / name).write_text(text.replace(old, new, 1))

    def digests(self) -> Digests:
        done = subprocess.run(
            [sys.executable, "-c", DIGESTS],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": "src"},
            capture_output=True,
            text=True,
            check=True,
        )
        found: Digests = json.loads(done.stdout)
        return found

    def changed(self, before: Digests) -> dict[str, set[str]]:
        """Return the jobs of before whose digest is another now, by what it is of."""
        after = self.digests()
        return {
            what: {name for name, was in before.items() if after[name][what] != was[what]}
            for what in ("code", "config")
        }


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Digests:
    return Study(tmp_path_factory.mktemp("before")).digests()


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study(tmp_path)


def test_another_learner_family_and_game_make_no_training_stale(study: Study, before: Digests) -> None:
    for old, new in (("learners/recurrent", "learners/newest"), ("families/bandit", "families/newest")):
        shutil.copy(study.folder / LEARNING / f"{old}.py", study.folder / LEARNING / f"{new}.py")
    shutil.copytree(study.folder / TASKS / "bandit", study.folder / TASKS / "newest")
    study.edit(
        EXACT,
        "SETTINGS: dict[str, tuple[str, ...]] = {",
        'SETTINGS: dict[str, tuple[str, ...]] = {"newest": ("5x10",),',
    )
    study.edit(
        "config.yaml",
        "      - {family: semicircle, settings",
        "      - {family: newest, settings: [5x10]}\n      - {family: semicircle, settings",
    )
    study.edit("config.yaml", "learners: [recurrent,", "learners: [newest, recurrent,")
    study.edit(
        "config.yaml",
        "      - {family: grid_navi, setting: 5x5_15,",
        "      - {family: newest, setting: 5x10, updates: 1, batch: 1, further: [varibad]}\n"
        "      - {family: grid_navi, setting: 5x5_15,",
    )
    assert study.changed(before) == {"code": set(), "config": WHOLE}


def test_what_a_condition_reads_makes_it_stale_alone(study: Study, before: Digests) -> None:
    study.edit(f"{LEARNING}/learners/belief_outputs.py", "belief=", "memory=False, belief=")
    study.edit(f"{LEARNING}/families/numpad.py", "* rules.pads", "* int(rules.pads)")
    study.edit(
        "config.yaml",
        '{family: noisy_target, setting: "0.2_100", episodes: 1, updates: 300',
        '{family: noisy_target, setting: "0.2_100", episodes: 1, updates: 301',
    )
    numpad = {name for name in before if re.match(r"task_inference\.(learning|inf).* numpad ", name)}
    assert len(numpad) > 6
    noisy_target = {
        name
        for name in before
        if re.match(r"task_inference\.learning\.(training|references) noisy_target", name)
    }
    assert study.changed(before) == {
        "code": {
            "task_inference.learning.training grid_navi 5x5_15 belief_outputs",
            "task_inference.inference_and_control.optimal_play",
            *numpad,
        },
        "config": noisy_target | WHOLE,
    }
