import json
import signal
import subprocess
import time
from functools import partial

import numpy as np
from toy_study import CONDITIONS, Project

from athanor import results

NUMBERS = ("run", "toy.numbers", "--out", "results/toy")
DOUBLE = ("run", "toy.double", "--out", "results/toy")
SOURCE = ("--input", "source=results/toy/numbers.csv")


def manifest(project: Project, name: str) -> dict:
    return json.loads((project.folder / "results" / f"{name}.manifest.json").read_text())


def test_an_experiment_writes_its_tables_and_arrays_with_manifests(project: Project) -> None:
    project.made(*NUMBERS)
    project.made(*DOUBLE, *SOURCE, *CONDITIONS)
    folder = project.folder / "results" / "toy"
    assert (folder / "doubled.csv").read_text() == "x,y,mode\n0,0,plain\n1,2,plain\n2,4,plain\n"
    np.testing.assert_array_equal(results.read_arrays(folder / "x.npz")["x"], [0, 1, 2])
    read = manifest(project, "toy/doubled.csv")
    assert read["artefact"] == "results/toy/doubled.csv"
    assert read["made_by"] == "toy.double"
    assert read["conditions"] == {"mode": "plain", "times": 1}
    assert read["sections"] == ["double"]
    assert list(read["inputs"]) == ["results/toy/numbers.csv"]
    assert (read["seed"], read["device"]) == (None, "none")


def test_a_key_depends_on_seed_and_experiment_but_not_on_conditions(project: Project) -> None:
    def draw(mode: str) -> list[float]:
        project.made("run", "toy.draw", "--out", "results/toy", "--condition", f"mode={mode}")
        path = project.folder / "results" / "toy" / f"draw_{mode}.npz"
        return list(results.read_arrays(path)["x"])

    first = draw("a")
    assert draw("b") == first
    assert manifest(project, "toy/draw_a.npz")["seed"] == 1
    assert manifest(project, "toy/draw_a.npz")["device"].startswith("cpu")
    project.edit("config.yaml", "seed: 1", "seed: 2")
    assert draw("a") != first


def test_what_is_asked_wrongly_is_one_line_and_writes_nothing(project: Project) -> None:
    asked: dict[tuple[str, ...], str] = {
        ("run", "toy.numbrs", "--out", "r"): "toy.numbrs is not an experiment; did you mean toy.numbers?",
        (*NUMBERS, "--condition", "a=1"): "a is not a known condition; allowed: none",
        (*NUMBERS, "--input", "a=1"): "a is not a known input; allowed: none",
        (*DOUBLE, "--condition", "mod=1"): "mod is not a known condition; did you mean mode?",
        (*DOUBLE, "--condition", "mode"): "--condition mode must be name=value",
        (*DOUBLE, *SOURCE): "toy.double needs --condition mode=…",
        (*DOUBLE, "--condition", "mode=a", "times=b"): "condition times is b, must be a whole number",
        (*DOUBLE, "--condition", "mode=b", "times=1"): "condition mode is b, must be one of plain",
        (*DOUBLE, *CONDITIONS, "mode=b"): "condition mode is given 2 times, must be once",
        (*DOUBLE, *CONDITIONS): "toy.double needs --input source=…",
        (*DOUBLE, *CONDITIONS, *SOURCE): "results/toy/numbers.csv: input does not exist",
        (*DOUBLE, *CONDITIONS, *SOURCE, *SOURCE): "input source is given 2 times, must be once",
    }
    assert project.refused_in_turn(*asked) == list(asked.values())
    first, message = next(iter(asked.items()))
    assert project.refused(*first) == message
    assert not (project.folder / "results").exists()


def test_a_module_that_is_looked_up_must_be_there_and_be_declared(project: Project) -> None:
    """What a digest does not cover could change and leave the results fresh."""
    missing = "athanor.experiments.toy.shapes.star"
    shapes = "{shape: star}, {shape: triangle}, {shape: square}"
    project.edit("config.yaml", "toy:", f"toy:\n  drawing: {{shapes: [{shapes}]}}")
    assert project.refused(*project.perimeter("star")) == (
        f"toy.perimeter needs the module {missing}, which does not exist"
    )
    project.edit("src/athanor/experiments/toy/jobs.py", 'shapes.{shape}"', 'shapes.square"')
    project.made(*project.perimeter("square"))
    assert project.refused(*project.perimeter("triangle")) == (
        "toy.perimeter imports athanor.experiments.toy.shapes.triangle, which its Job must name among its modules"
    )
    assert "toy/perimeter/triangle/perimeter.csv" not in project.results()


def test_an_input_that_fails_its_manifest_is_named_and_not_used(project: Project) -> None:
    project.made(*NUMBERS)
    before = project.results()
    path = project.folder / "results" / "toy" / "numbers.csv"
    path.write_bytes(path.read_bytes()[:-2])
    message = "results/toy/numbers.csv: does not match its manifest (truncated, edited or foreign); "
    assert project.refused(*DOUBLE, *CONDITIONS, *SOURCE) == message + "delete it and run again"
    results.manifest_path(path).unlink()
    message = "results/toy/numbers.csv: has no manifest (foreign); delete it and run again"
    assert project.refused(*DOUBLE, *CONDITIONS, *SOURCE) == message
    assert project.results() < before


def test_a_crash_leaves_no_output(project: Project) -> None:
    done = project.athanor("run", "toy.crash", "--out", "results/toy")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr  # a fault of ours: the log shows where
    assert not (project.folder / "results").exists()


def test_a_signal_leaves_no_output(project: Project) -> None:
    for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9)):
        command = project.command("run", "toy.slow", "--out", "results/toy")
        (project.folder / "started").unlink(missing_ok=True)
        with subprocess.Popen(
            command,
            cwd=project.folder,
            env=project.environment(),
            stderr=subprocess.PIPE,
            # Where the tests run in the background of a shell, interrupts are ignored, and that is inherited.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        ) as job:
            deadline = time.monotonic() + 20
            while not (project.folder / "started").exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            job.send_signal(number)
            assert job.wait(10) == code
    assert not (project.folder / "results").exists()


def test_timings_are_replayed_where_an_earlier_run_is_named(project: Project) -> None:
    timing = ("run", "toy.timing", "--out", "results/toy")
    project.made(*timing)
    measured = (project.folder / "results/toy/timing.csv").read_bytes()
    (project.folder / "results").rename(project.folder / "earlier")
    project.made(*timing)
    assert (project.folder / "results/toy/timing.csv").read_bytes() != measured
    project.made(*timing, ATHANOR_MEASUREMENTS="earlier")
    assert (project.folder / "results/toy/timing.csv").read_bytes() == measured
    assert manifest(project, "toy/timing.csv")["replayed_from"] == "earlier/toy"


def test_timings_of_other_code_are_not_replayed(project: Project) -> None:
    timing = ("run", "toy.timing", "--out", "results/toy")
    assert project.refused(*timing, ATHANOR_MEASUREMENTS="earlier") == (
        "earlier/toy: has no results of toy.timing; unset ATHANOR_MEASUREMENTS or complete it"
    )
    project.made(*timing)
    (project.folder / "results").rename(project.folder / "earlier")
    project.edit("src/athanor/experiments/toy/timing.py", "perf_counter_ns()", "perf_counter_ns() + 1")
    assert project.refused(*timing, ATHANOR_MEASUREMENTS="earlier") == (
        "earlier/toy/timing.csv: was measured with other code or configuration; unset ATHANOR_MEASUREMENTS"
    )


def test_a_figure_reads_declared_inputs_only(project: Project) -> None:
    project.made(*NUMBERS)
    figure = ("figure", "figures/points.py", "--out", "results/figures")
    assert "not declared as its input" in project.refused(*figure)
    assert project.refused("figure", "figures/none.py", "--out", "r") == (
        "figures/none.py: figure script does not exist"
    )
    assert project.refused("figure", "README.md", "--out", "r") == (
        "README.md is no figure script; must be a Python file such as figures/overview.py"
    )
    project.made(*figure, "--input", "results/toy/numbers.csv")
    assert {"figures/points.pdf", "figures/points.png"} < project.results()
    read = manifest(project, "figures/points.pdf")
    assert read["made_by"] == "figures/points.py"
    assert list(read["inputs"]) == ["results/toy/numbers.csv"]
    first = (project.folder / "results/figures/points.pdf").read_bytes()
    project.made(*figure, "--input", "results/toy/numbers.csv")
    assert (project.folder / "results/figures/points.pdf").read_bytes() == first
