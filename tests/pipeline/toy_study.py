"""A small study of its own: a copy of the package with one toy part, so that tests can edit and run all of it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import athanor
from athanor import known_environment

SOURCE = Path(athanor.__file__).parent  # the code that is installed
COPIED = ("pipeline", "reporting")

FILES = {
    "src/athanor/tasks/__init__.py": "",
    "src/athanor/tasks/arithmetic.py": "def twice(x):\n    return 2 * x\n",
    "src/athanor/tasks/unused.py": "X = 1\n",
    "src/athanor/experiments/toy/__init__.py": "",
    "src/athanor/experiments/toy/config.py": """
from typing import Annotated
from pydantic import BaseModel, ConfigDict, Field
from athanor.experiments.config import ByCondition

class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

class Numbers(Section):
    count: int = Field(3, ge=1, description="rows")

class Double(Section):
    offset: int = Field(0, description="added")

class Drawn(Section):
    shape: str = Field(description="a module of shapes")
    length: int = Field(1, description="of a side")

class Drawing(Section):
    shapes: Annotated[tuple[Drawn, ...], ByCondition("shape")] = Field(
        (Drawn(shape="square"), Drawn(shape="triangle")), min_length=1, description="shapes drawn"
    )

class ToyConfig(Section):
    numbers: Numbers = Numbers()
    drawing: Drawing = Drawing()
    double: Double = Double()
""",
    "src/athanor/experiments/toy/jobs.py": """
from athanor.experiments.job import Job

JOBS = (
    Job("toy.numbers", ("numbers.csv",)),
    Job("toy.double", ("doubled.csv", "x.npz"), over={"mode": ("plain",), "times": (1,)}, inputs={"source": "toy/numbers.csv"}),
    Job("toy.draw", ("draw.npz",), over={"mode": ("a", "b")}),
    Job("toy.perimeter", ("perimeter.csv",), over=lambda toy: [{"shape": one.shape} for one in toy.drawing.shapes],
        modules=("athanor.experiments.toy.shapes.{shape}",)),
    Job("toy.crash", ("crash.csv",)),
    Job("toy.slow", ("slow.csv",)),
    Job("toy.timing", ("timing.csv",), measures_time=True),
    Job("toy.summary", ("estimates/toy.csv",), inputs={"numbers_file": "toy/numbers.csv"}),
)
""",
    "src/athanor/experiments/toy/numbers.py": """
import pandas as pd

def run(numbers):
    return {"numbers": pd.DataFrame({"x": range(numbers.count)})}
""",
    "src/athanor/experiments/toy/double.py": '''
"""Double."""
from pathlib import Path
from athanor.results import read_table
from athanor.tasks.arithmetic import twice

def run(double, source: Path, mode: str, times: int):
    """Double."""
    table = read_table(source)
    return {"doubled": table.assign(y=times * twice(table.x) + double.offset, mode=mode), "x": {"x": table.x.to_numpy()}}
''',
    "src/athanor/experiments/toy/draw.py": """
import jax
import numpy as np

def run(key, mode: str):
    return {f"draw_{mode}": {"x": np.asarray(jax.random.uniform(key, (2,)))}}
""",
    "src/athanor/experiments/toy/perimeter.py": """
import importlib
import pandas as pd

def run(drawing, shape: str):
    sides = importlib.import_module(f"athanor.experiments.toy.shapes.{shape}").SIDES
    return {"perimeter": pd.DataFrame({"length": [sides * one.length for one in drawing.shapes]})}
""",
    "src/athanor/experiments/toy/shapes/__init__.py": "",
    "src/athanor/experiments/toy/shapes/square.py": "SIDES = 4\n",
    "src/athanor/experiments/toy/shapes/triangle.py": "SIDES = 3\n",
    "src/athanor/experiments/toy/crash.py": "def run():\n    raise ZeroDivisionError\n",
    "src/athanor/experiments/toy/slow.py": """
import time
from pathlib import Path
import pandas as pd

def run():
    Path("started").touch()
    time.sleep(60)
    return {"slow": pd.DataFrame({"x": [1]})}
""",
    "src/athanor/experiments/toy/timing.py": """
import time
import pandas as pd

def run():
    return {"timing": pd.DataFrame({"ns": [time.perf_counter_ns()]})}
""",
    "src/athanor/experiments/toy/summary.py": """
from pathlib import Path
import pandas as pd
from athanor.results import read_table

def run(numbers_file: Path):
    value = len(read_table(numbers_file))
    row = ["toy.count", value, value, value, "", "d", "rows"]
    return {"estimates/toy": pd.DataFrame([row], columns="quantity value low high unit format description".split())}
""",
    "config.yaml": "results: results\nseed: 1\ntoy:\n  numbers: {count: 3}\n",
    "figures/points.py": """
# %% [markdown]
# # Points
# %%
import matplotlib.pyplot as plt
from athanor.reporting import figure

table = figure.table("toy/numbers.csv")
canvas, axes = plt.subplots(layout="constrained")
axes.plot(table.x)
figure.save(canvas, "points")
""",
    "reference/expected.csv": "quantity,expected,tolerance,note\ntoy.count,3,0,by hand\n",
}


@dataclass(frozen=True)
class Project:
    """A folder with a study, and the command line run in it."""

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "athanor.pipeline.cli", *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        foreign = ("ATHANOR_", *known_environment.PREFIXES)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {**kept, "PYTHONPATH": str(self.folder / "src"), **more}

    def athanor(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
        )

    def refused(self, *arguments: str, **environment: str) -> str:
        """Run what must be refused, and return the one line that says why."""
        done = self.athanor(*arguments, **environment)
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.startswith("athanor: ")
        assert done.stderr.count("\n") == 1
        return done.stderr.removeprefix("athanor: ").removesuffix("\n")

    def refused_in_turn(self, *commands: Sequence[str]) -> list[str]:
        """Let one process run commands that must be refused, and return the one line of each that says why."""
        code = "import sys; from athanor.pipeline.cli import main; print([main(one) for one in eval(sys.argv[1])])"
        done = subprocess.run(
            [sys.executable, "-c", code, repr([list(one) for one in commands])],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == f"{[1] * len(commands)}\n"
        lines = done.stderr.splitlines()
        assert len(lines) == len(commands) and all(line.startswith("athanor: ") for line in lines)
        return [line.removeprefix("athanor: ") for line in lines]

    def made(self, *arguments: str, **environment: str) -> None:
        """Run what must succeed."""
        done = self.athanor(*arguments, **environment)
        assert done.returncode == 0, done.stderr

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def results(self) -> set[str]:
        folder = self.folder / "results"
        return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    def make_all(self) -> None:
        """Make numbers, what rests on them, and a figure."""
        self.made("run", "toy.numbers", "--out", "results/toy")
        source = "source=results/toy/numbers.csv"
        self.made("run", "toy.double", "--out", "results/toy", "--input", source, *CONDITIONS)
        self.made(
            "run", "toy.summary", "--out", "results/toy", "--input", "numbers_file=results/toy/numbers.csv"
        )

    def perimeter(self, shape: str) -> tuple[str, ...]:
        """Return the command that makes results of a condition."""
        out = f"results/toy/perimeter/{shape}"
        return ("run", "toy.perimeter", "--out", out, "--condition", f"shape={shape}")


CONDITIONS = ("--condition", "mode=plain", "times=1")


def create(folder: Path) -> Project:
    package = folder / "src" / "athanor"
    for name in COPIED:
        shutil.copytree(SOURCE / name, package / name, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "experiments").mkdir()
    for name in (
        "__init__.py",
        "known_environment.py",
        "plain_yaml.py",
        "results.py",
        "experiments/__init__.py",
        "experiments/config.py",
        "experiments/job.py",
    ):
        shutil.copy(SOURCE / name, package / name)
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Project(folder)
