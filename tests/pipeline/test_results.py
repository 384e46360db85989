import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor import known_environment, results
from athanor.results import Origin, ResultError


def test_a_table_is_written_with_its_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.txt").write_text("input")
    origin = Origin(
        made_by="toy.x", code_digest="c", config_digest="d", sections=("s",), seed=7, device="cpu: cpu"
    )
    with results.making(origin):
        results.write_table(Path("results/a.csv"), pd.DataFrame({"x": [1, 2]}), [Path("in.txt")])
    assert Path("results/a.csv").read_bytes() == b"x\n1\n2\n"
    manifest = json.loads(Path("results/a.csv.manifest.json").read_text())
    assert manifest["artefact"] == "results/a.csv"
    assert manifest["made_by"] == "toy.x"
    assert manifest["sections"] == ["s"]
    assert (manifest["code_digest"], manifest["config_digest"], manifest["seed"]) == ("c", "d", 7)
    assert manifest["inputs"] == {"in.txt": hashlib.sha256(b"input").hexdigest()}
    assert manifest["sha256"] == hashlib.sha256(b"x\n1\n2\n").hexdigest()
    assert set(manifest["hardware"]) == {"cpu", "cores", "memory_gib"}
    assert manifest["packages"]["numpy"] == np.__version__
    assert 0 <= manifest["seconds"] < 60
    assert "replayed_from" not in manifest


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_a_table_keeps_every_digit(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    path = tmp_path_factory.mktemp("t") / "a.csv"
    results.write_table(path, pd.DataFrame({"x": values}))
    assert results.read_table(path)["x"].tolist() == values


def test_arrays_are_read_as_written_and_have_the_same_bytes_each_time(tmp_path: Path) -> None:
    arrays = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([True, False])}
    for name in ("x.npz", "y.npz"):
        results.write_arrays(tmp_path / name, arrays)
    read = results.read_arrays(tmp_path / "x.npz")
    assert list(read) == ["a", "b"]
    np.testing.assert_array_equal(read["a"], arrays["a"])
    assert (tmp_path / "x.npz").read_bytes() == (tmp_path / "y.npz").read_bytes()


@given(st.binary(min_size=1, max_size=50), st.data())
def test_a_truncated_file_is_named_wherever_it_is_cut(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("t") / "x.bin"
    results.write_bytes(path, content)
    assert results.read_bytes(path) == content
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(ResultError) as caught:
        results.read_bytes(path)
    assert str(caught.value) == (
        f"{path}: does not match its manifest (truncated, edited or foreign); delete it and run again"
    )


def test_a_result_in_the_place_of_another_is_named(tmp_path: Path) -> None:
    """Both lie in results called alike, with their manifests; a folder that is moved as a whole stays good."""
    with results.making(Origin(folder=tmp_path / "r")):
        for condition in "ab":
            results.write_text(tmp_path / "r" / condition / "x.csv", condition)
    (tmp_path / "r").rename(tmp_path / "moved")
    path = tmp_path / "moved" / "a" / "x.csv"
    assert results.read_bytes(path) == b"a"
    (tmp_path / "moved" / "b").rename(tmp_path / "moved" / "c")
    path = tmp_path / "moved" / "c" / "x.csv"
    with pytest.raises(ResultError) as caught:
        results.read_bytes(path)
    assert str(caught.value) == f"{path}: is b/x.csv, put here with its manifest; delete it and run again"


def test_a_foreign_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("x\n1\n")
    with pytest.raises(ResultError, match=r"x\.csv: has no manifest \(foreign\); delete it and run again"):
        results.read_table(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sha256": 3}', "{", "\0"])
def test_an_unreadable_manifest_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    results.write_text(path, "x\n1\n")
    results.manifest_path(path).write_text(text)
    with pytest.raises(ResultError, match=r"x\.csv: has an unreadable manifest"):
        results.read_table(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"x\.csv: does not exist"):
        results.check(tmp_path / "x.csv")


def test_a_failure_before_the_end_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {tmp_path / "a.txt": b"old a", tmp_path / "b.txt": b"old b"}
    results.publish(old)
    write = Path.write_bytes

    def disk_full(path: Path, content: bytes) -> int:
        if path.name.startswith(".b.txt"):
            write(path, content[:2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", disk_full)
    with pytest.raises(ResultError, match=r": the disk is full: [\d,]+ bytes needed, [\d,]+ free$"):
        results.publish(dict.fromkeys(old, b"new"))
    assert {path: results.read_bytes(path) for path in old} == old
    assert not list(tmp_path.glob(".*"))


def test_a_device_that_is_full_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(path: Path, content: bytes) -> None:
        with open("/dev/full", "wb") as device:
            device.write(content)

    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(ResultError, match=r"the disk is full: [\d,]+ bytes needed"):
        results.write_text(tmp_path / "a.txt", "new")


def test_a_disk_without_room_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: (49152, 48000, 1152))
    folder = Path("results", "none", "yet")
    results.require_space(folder, 1152)
    with pytest.raises(ResultError) as caught:
        results.require_space(folder, 20000)
    assert str(caught.value) == "results/none/yet: the disk is full: 20,000 bytes needed, 1,152 free"
    with pytest.raises(ResultError, match="1,152 free"):
        results.write_text(folder / "a.txt", "x" * 1152)  # and its manifest
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("results").touch()
    with pytest.raises(ResultError, match=r"^results/part: cannot be written: not a directory$"):
        results.write_text(Path("results/part/a.txt"), "text")


def test_a_folder_of_another_user_is_refused_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path / "theirs")
    Path("theirs").mkdir()
    results.require_space(Path("ours/part"), 0)
    with pytest.raises(ResultError) as caught:
        results.require_space(Path("theirs/part"), 0)
    assert str(caught.value) == "theirs/part: cannot be written: permission denied for theirs"


def test_names_are_relative_whatever_a_link_points_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "checkout" / "figures").mkdir(parents=True)
    mark = tmp_path / "checkout" / known_environment.MARK
    mark.parent.mkdir(parents=True)
    mark.touch()
    (tmp_path / "checkout" / "results").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(tmp_path / "checkout")
    monkeypatch.chdir(tmp_path / "checkout")
    assert results.relative(Path("results/a.csv")) == "results/a.csv"
    assert results.relative(tmp_path / "checkout" / "results" / "a.csv") == "results/a.csv"
    assert results.relative(tmp_path / "link" / "figures" / "a.py") == "figures/a.py"
    monkeypatch.chdir(tmp_path / "checkout" / "figures")
    assert results.relative(Path("a.py")) == "figures/a.py"
    assert results.relative(Path("../results/a.csv")) == "results/a.csv"


def test_a_write_killed_midway_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    results.write_text(path, "old")
    code = f"""
import os, signal
from pathlib import Path
from athanor import results
write = Path.write_bytes
def killed(path, content):
    write(path, content[:1])
    os.kill(os.getpid(), signal.SIGKILL)
Path.write_bytes = killed
results.write_text(Path({str(path)!r}), "new")
"""
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    assert results.read_bytes(path) == b"old"


def test_a_file_without_its_new_manifest_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    results.write_text(path, "old")
    replace = os.replace

    def stop_at_manifest(source: Path, target: Path) -> None:
        if target.name.endswith(results.SUFFIX):
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", stop_at_manifest)
    with pytest.raises(KeyboardInterrupt):
        results.write_text(path, "new")
    with pytest.raises(ResultError, match="does not match its manifest"):
        results.read_bytes(path)


def test_a_folder_as_input_counts_by_its_names(tmp_path: Path) -> None:
    (tmp_path / "a.tex").write_text("a")
    before = results.input_digest(tmp_path)
    (tmp_path / "a.tex").write_text("edited")
    assert results.input_digest(tmp_path) == before
    (tmp_path / "b.tex").write_text("b")
    assert results.input_digest(tmp_path) != before


def test_reading_results_needs_no_jax() -> None:
    code = "import sys; import athanor.results; assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
