"""The command line on other people's machines: their settings, their folders, another checkout's code."""

import json
import os
import subprocess
import sys
from pathlib import Path

from toy_study import SOURCE, Project

from athanor import known_environment, results

DRAW = ("run", "toy.draw", "--out", "results/toy", "--condition", "mode=a")
NUMBERS = ("run", "toy.numbers", "--out", "results/toy")
FIGURE = ("figure", "figures/points.py", "--out", "results/figures", "--input", "results/toy/numbers.csv")
SETTINGS = {
    "JAX_DEFAULT_PRNG_IMPL": "rbg",
    "JAX_ENABLE_X64": "1",
    "JAX_PLATFORMS": "cuda",
    "JAX_THREEFRY_PARTITIONABLE": "0",
    "OMP_NUM_THREADS": "8",
    "XLA_FLAGS": "--no_such_flag",
}
TOLD = "athanor: put aside, since no setting of the user reaches a result: {}\n"
FOREIGN_MODULES = ("jax", "numpy", "optax", "pandas", "pydantic", "yaml")


def start(project: Project, *arguments: str, folder: str = ".", **environment: str) -> tuple[int, str, str]:
    """Run the command as its script does, with another checkout's code installed, somewhere in a checkout."""
    done = subprocess.run(
        [sys.executable, "-m", "athanor_start", *arguments],
        cwd=project.folder / folder,
        env=project.environment(**{"PYTHONPATH": str(SOURCE.parent), **environment}),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_settings_of_the_user_change_no_number(project: Project, tmp_path: Path) -> None:
    project.made(*DRAW)
    path = project.folder / "results/toy/draw_a.npz"
    expected = path.read_bytes()
    path.unlink()
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    for name in FOREIGN_MODULES:
        (foreign / f"{name}.py").write_text("raise ImportError('foreign')\n")
    code, _, errors = start(project, *DRAW, PYTHONPATH=f"{foreign}{os.pathsep}{SOURCE.parent}", **SETTINGS)
    assert code == 0, errors
    assert path.read_bytes() == expected
    names = sorted([*SETTINGS, "PYTHONPATH"])
    assert errors == TOLD.format(", ".join(names))
    environment = json.loads(results.manifest_path(path).read_text())["environment"]
    assert environment["put_aside"] == names
    assert environment["settings"]["JAX_PLATFORMS"] == "cpu"
    assert environment["settings"]["XLA_FLAGS"] == known_environment.XLA_FLAGS
    assert environment["settings"]["OMP_NUM_THREADS"] == environment["settings"]["NPROC"] == "1"
    assert str(project.folder) not in json.dumps(environment)


def test_a_figure_starts_from_the_defaults_of_matplotlib(project: Project, tmp_path: Path) -> None:
    project.made(*NUMBERS)
    project.made(*FIGURE)
    paths = [project.folder / "results/figures" / f"points.{kind}" for kind in ("pdf", "png")]
    expected = [path.read_bytes() for path in paths]
    settings = "savefig.bbox: tight\nfont.weight: bold\ntext.usetex: True\nlines.linewidth: 9\n"
    (project.folder / "matplotlibrc").write_text(settings)
    (tmp_path / "mine").write_text(settings)
    project.made(*FIGURE, MATPLOTLIBRC=str(tmp_path / "mine"), MPLBACKEND="pdf")
    assert [path.read_bytes() for path in paths] == expected


def test_homes_and_caches_that_cannot_be_written_do_no_harm(project: Project) -> None:
    project.made(*NUMBERS)
    nowhere = {
        "HOME": "/proc/none",
        "XDG_CACHE_HOME": "/proc/none/cache",
        "XDG_CONFIG_HOME": "/proc/none/config",
    }
    done = project.athanor(*FIGURE, **nowhere)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_code_of_the_checkout_runs_from_any_of_its_folders(project: Project) -> None:
    def made(*arguments: str) -> str:
        code, output, errors = start(project, *arguments, folder="figures")
        assert (code, errors) == (0, TOLD.format("PYTHONPATH")), errors
        return output

    made("run", "toy.numbers", "--out", "../results/toy")  # which the installed code does not know
    manifest = json.loads((project.folder / "results/toy/numbers.csv.manifest.json").read_text())
    assert manifest["artefact"] == "results/toy/numbers.csv"
    numbers = "../results/toy/numbers.csv"
    double = ("run", "toy.double", "--input", f"source={numbers}", "--condition", "mode=plain", "times=1")
    made(*double, "--out", f"{project.folder}/results/toy")
    made("figure", "points.py", "--input", numbers, "--out", "../results/figures")
    assert made("status").startswith("results/figures/points.pdf: fresh\n")


def test_outside_of_a_checkout_is_one_line(project: Project) -> None:
    outside = project.folder.resolve().parent
    code, output, errors = start(project, "status", folder="..")
    assert (code, output) == (1, "")
    assert errors == (
        f"athanor: {outside} is in no checkout of the study; change to one, such as {SOURCE.resolve().parents[1]}\n"
    )
    code, output, _ = start(project, "schema", folder="..")  # of the installed code
    assert code == 0 and json.loads(output)["title"] == "Config"


def test_a_device_that_is_not_there_is_one_line(project: Project) -> None:
    assert project.refused(*DRAW, ATHANOR_PLATFORM="gpu") == (
        "ATHANOR_PLATFORM is gpu, must be one of cpu, cuda, rocm, tpu"
    )
    for absent in ("rocm", "cuda"):  # JAX itself takes the processor in the place of the latter
        assert project.refused(*DRAW, ATHANOR_PLATFORM=absent) == (
            f"ATHANOR_PLATFORM is {absent}, but JAX finds no such device here; unset it"
        )


def test_numbers_of_programs_that_were_compiled_quickly_are_no_others(project: Project) -> None:
    """Their last digits differ, and a run that goes on must not mix the two."""
    quick = {"ATHANOR_OPTIMISATION": "0"}
    project.made(*NUMBERS, **quick)
    assert "stale: code" in project.athanor("status").stdout
    assert "stale: code" not in project.athanor("status", **quick).stdout
    project.made(*NUMBERS)
    assert "stale: code" not in project.athanor("status").stdout


def test_results_behind_a_link_stay_fresh_when_its_target_moves(project: Project) -> None:
    (project.folder / "disk").mkdir()
    (project.folder / "results").symlink_to("disk")
    project.make_all()
    (project.folder / "disk").rename(project.folder / "other")
    (project.folder / "results").unlink()
    (project.folder / "results").symlink_to(project.folder / "other")
    done = project.athanor("status")
    assert done.returncode == 0, done.stdout
    assert "other" not in done.stdout


def test_a_figure_script_runs_by_itself_in_its_folder(project: Project) -> None:
    def draw() -> tuple[int, str]:
        folder, environment = project.folder / "figures", project.environment(MPLBACKEND="Agg")
        command = [sys.executable, "points.py"]
        done = subprocess.run(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stderr

    missing = project.folder.resolve() / "results/toy/numbers.csv"
    assert draw() == (1, f"athanor: {missing}: does not exist; run the step that makes it\n")
    project.made(*NUMBERS)
    assert draw() == (0, "")
    manifest = json.loads((project.folder / "results/figures/points.pdf.manifest.json").read_text())
    assert manifest["artefact"] == "results/figures/points.pdf"
    assert list(manifest["inputs"]) == ["results/toy/numbers.csv"]


def test_the_doctor_works_in_any_folder(project: Project) -> None:
    (project.folder / "paper").mkdir()
    (project.folder / "paper" / "tex-packages.txt").write_text("latexmk\n")
    code, output, errors = start(project, "doctor", folder="figures", **SETTINGS)
    assert "Traceback" not in errors
    lines = output.splitlines()
    assert all(line.startswith(("ok ", "missing ")) for line in lines)
    assert "ok JAX device: cpu cpu" in lines
    assert "ok configuration config.yaml" in lines
    assert code == (1 if any(line.startswith("missing ") for line in lines) else 0)
