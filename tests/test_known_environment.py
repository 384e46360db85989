"""Tests of athanor.known_environment: nothing of the user's settings reaches a process of the study."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor import known_environment
from athanor.known_environment import CACHE, LEVEL, OWNER, PLATFORM, PUT_ASIDE, StartError, known

NAMES = ["JAX_ENABLE_X64", "XLA_FLAGS", "OMP_NUM_THREADS", "PYTHONPATH", "PYTHONUNBUFFERED", "HOME"]
ENVIRONMENTS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["", "0", "1", "a/b"]))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    mark = tmp_path / "checkout" / known_environment.MARK
    mark.parent.mkdir(parents=True)
    mark.touch()
    return tmp_path / "checkout"


def test_what_would_reach_results_is_replaced_and_named(root: Path) -> None:
    given = {
        "JAX_DEFAULT_PRNG_IMPL": "rbg",
        "JAX_PLATFORMS": "cuda",
        "XLA_FLAGS": "--no_such_flag",
        "MATPLOTLIBRC": "/mine",
        "PYTHONPATH": "/foreign",
        "OMP_NUM_THREADS": "1",  # as the study has it
        "PYTHONUNBUFFERED": "1",  # changes nothing
        "HOME": "/home/me",
    }
    new = known(given, root)
    assert new[PUT_ASIDE] == "JAX_DEFAULT_PRNG_IMPL,JAX_PLATFORMS,MATPLOTLIBRC,PYTHONPATH,XLA_FLAGS"
    assert "JAX_DEFAULT_PRNG_IMPL" not in new and "MATPLOTLIBRC" not in new
    assert new["JAX_PLATFORMS"] == "cpu"
    assert new["XLA_FLAGS"] == known_environment.XLA_FLAGS
    assert new["PYTHONPATH"] == str(root / "src")
    assert (new["PYTHONUNBUFFERED"], new["HOME"]) == ("1", "/home/me")


def test_threads_that_snakemake_gives_a_job_are_one_and_not_the_users(root: Path) -> None:
    new = known({"OMP_NUM_THREADS": "8", OWNER: "host:1"}, root)
    assert new["OMP_NUM_THREADS"] == "1" and PUT_ASIDE not in new
    assert known({"OMP_NUM_THREADS": "8"}, root)[PUT_ASIDE] == "OMP_NUM_THREADS"


def test_nothing_is_said_of_an_environment_without_settings(root: Path) -> None:
    assert PUT_ASIDE not in known({"HOME": "/home/me", "PATH": "/bin"}, root)


@given(ENVIRONMENTS)
def test_a_known_environment_is_known(given: dict[str, str]) -> None:
    first = known(given, Path("/checkout"))
    assert known(first, Path("/checkout")) == first


@given(ENVIRONMENTS, ENVIRONMENTS)
def test_settings_of_the_user_make_no_difference(one: dict[str, str], other: dict[str, str]) -> None:
    def settings(given: dict[str, str]) -> object:
        chosen = {name: value for name, value in given.items() if name != "PYTHONUNBUFFERED"}
        return known_environment.recorded(known(chosen, Path("/checkout")))["settings"]

    assert settings(one) == settings(other)


def test_the_device_is_chosen_by_a_name_of_our_own(root: Path) -> None:
    assert known({PLATFORM: "cuda"}, root)["JAX_PLATFORMS"] == "cuda,cpu"
    assert known({PLATFORM: ""}, root)["JAX_PLATFORMS"] == "cpu"
    with pytest.raises(StartError, match="ATHANOR_PLATFORM is gpu, must be one of cpu, cuda, rocm, tpu"):
        known({PLATFORM: "gpu"}, root)


def test_the_level_of_optimisation_is_chosen_by_a_name_of_our_own(root: Path) -> None:
    assert known({LEVEL: "1"}, root)["XLA_FLAGS"].endswith(" --xla_backend_optimization_level=1")
    assert known({LEVEL: ""}, root)["XLA_FLAGS"] == known_environment.XLA_FLAGS
    with pytest.raises(StartError, match="ATHANOR_OPTIMISATION is 9, must be one of 0, 1, 2"):
        known({LEVEL: "9"}, root)


def test_what_changes_the_last_digits_is_told_apart() -> None:
    ways = [{}, {LEVEL: "0"}, {LEVEL: "1"}, {PLATFORM: "cuda"}, {PLATFORM: "cuda", LEVEL: "1"}]
    assert len({known_environment.numerics(given) for given in ways}) == len(ways)
    for usual in ({PLATFORM: ""}, {PLATFORM: "cpu"}, {LEVEL: ""}, {CACHE: "/elsewhere"}):
        assert known_environment.numerics(usual) == ()


def test_compiled_programs_stay_in_the_checkout_or_where_they_are_wanted(root: Path, tmp_path: Path) -> None:
    processor = known_environment.processor_digest()
    assert known({}, root)["JAX_COMPILATION_CACHE_DIR"] == str(root / ".cache" / "jax" / processor)
    shared = tmp_path / "shared"
    assert known({CACHE: str(shared)}, root)["JAX_COMPILATION_CACHE_DIR"] == str(shared / processor)


def test_without_a_place_for_compiled_programs_none_are_kept(root: Path) -> None:
    new = known({CACHE: str(root / known_environment.MARK / "none")}, root)
    assert "JAX_COMPILATION_CACHE_DIR" not in new
    (line,) = known_environment._lines(new, root)
    assert line == (
        f"{root / known_environment.MARK}/none cannot be written, so each program is compiled anew; "
        "ATHANOR_COMPILATION_CACHE names another folder"
    )


def test_processors_differ_by_their_features_and_not_by_their_clock(tmp_path: Path) -> None:
    def digest(model: str, flags: str, clock: str) -> str:
        info = tmp_path / "cpuinfo"
        core = f"model name\t: {model}\ncpu MHz\t\t: {clock}\nflags\t\t: {flags}\n"
        info.write_text(f"processor\t: 0\n{core}\nprocessor\t: 1\n{core}\n")
        return known_environment.processor_digest(info)

    first = digest("A", "fpu avx2", "2000")
    assert digest("A", "fpu avx2", "3100") == first
    assert len({first, digest("A", "fpu avx2 avx512f", "2000"), digest("B", "fpu avx2", "2000")}) == 3


def test_a_checkout_is_found_from_any_of_its_folders(root: Path, tmp_path: Path) -> None:
    inside = root / "paper" / "sections"
    inside.mkdir(parents=True)
    assert known_environment.checkout(inside) == root == known_environment.checkout(root)
    assert known_environment.checkout(tmp_path) is None


def test_snakemake_settles_before_it_imports_anything_of_ours(root: Path, tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise ImportError('foreign')")
    module = Path(known_environment.__file__)
    code = f"""
import os, runpy, sys
runpy.run_path({str(module)!r})["settle"]({str(root)!r})
import numpy
assert sys.path[0] == os.environ["PYTHONPATH"] == {str(root / "src")!r}
assert "JAX_ENABLE_X64" not in os.environ
"""
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "JAX_ENABLE_X64": "1", PUT_ASIDE: ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("\n") == 1
    assert shlex.split(done.stderr.replace(",", ""))[:3] == ["athanor:", "put", "aside"]
    assert "JAX_ENABLE_X64" in done.stderr and "PYTHONPATH" in done.stderr
