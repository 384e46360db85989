import re
import shutil
import subprocess
from pathlib import Path

import pytest

from athanor.pipeline import doctor, paper
from athanor.pipeline.doctor import Finding

LOCK = """\
numpy==2.4.6 \\
    --hash=sha256:0 \\
    # via jax
uvloop==0.1 ; python_version < "3" \\
snakemake[reports]==9.27.1 \\
"""


def test_a_finding_is_one_line() -> None:
    assert str(Finding("latexmk")) == "ok latexmk"
    assert str(Finding("latexmk", "apt-get install latexmk")) == "missing latexmk : apt-get install latexmk"


def test_the_lock_file_is_read() -> None:
    assert doctor.locked(LOCK) == {"numpy": "2.4.6", "uvloop": "0.1", "snakemake": "9.27.1"}


def test_a_package_of_another_version_is_missing(tmp_path: Path) -> None:
    lock_file = tmp_path / "requirements.lock"
    lock_file.write_text("numpy==0.1 \\\nnot-there==1 \\\n")
    line = str(doctor._packages(lock_file))
    assert line.startswith("missing packages numpy 0.1, not-there 1 : ")
    assert line.endswith(f"-m pip install --require-hashes -r {lock_file}")
    lock_file.unlink()
    assert str(doctor._packages(lock_file)) == f"missing {lock_file} : git checkout -- {lock_file}"


def test_what_the_paper_loads_is_found(tmp_path: Path) -> None:
    (tmp_path / "sections").mkdir()
    (tmp_path / "own.sty").write_text("\\RequirePackage{siunitx}\n")
    (tmp_path / "main.tex").write_text(
        "\\documentclass[11pt]{article}\n\\usepackage{own, booktabs}% \\usepackage{no}\n% \\usepackage{never}\n"
        "\\usepackage[a,\n b]{natbib}\n\\bibliographystyle{plainnat}\n"
    )
    (tmp_path / "sections" / "a.tex").write_text("\\usepackage{tikz}")
    assert doctor.tex_files(tmp_path) == [
        "article.cls",
        "booktabs.sty",
        "natbib.sty",
        "plainnat.bst",
        "siunitx.sty",
        "tikz.sty",
    ]


def test_missing_tex_names_the_line_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.tex").write_text("\\documentclass{article}")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(doctor, "install_line", lambda: "apt-get install latexmk")
    lines = [str(finding) for finding in doctor._tex(tmp_path)]
    names = [*paper.PROGRAMS, "kpsewhich", "article.cls"]
    assert lines == [f"missing {name} : apt-get install latexmk" for name in names]


def test_a_package_that_tex_does_not_know_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.tex").write_text("\\documentclass{article}\\usepackage{tikz}")
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(doctor, "install_line", lambda: "apt-get install latexmk")
    answer = subprocess.CompletedProcess([], 1, stdout="/texmf/article.cls\n")
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: answer)
    lines = [str(finding) for finding in doctor._tex(tmp_path)]
    assert lines[-2:] == ["ok article.cls", "missing tikz.sty : apt-get install latexmk"]


def test_a_full_disk_and_a_bad_configuration_are_missing(tmp_path: Path) -> None:
    assert str(doctor._disk(77.0)) == "ok disk: 77 GiB free"
    assert str(doctor._disk(0.5)) == "missing disk: 0.5 GiB free, 2 GiB needed : rm -r .cache"
    path = tmp_path / "c.yaml"
    path.write_text("seed: x")
    (line,) = map(str, doctor._configuration(path))
    assert line == f'missing valid configuration ({path}: seed is "x", must be a whole number) : edit {path}'


def test_results_on_a_full_disk_of_their_own_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert str(doctor._results_disk(tmp_path)) == f"ok {tmp_path}: space for results"
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: (49_152, 4_096, 45_056))
    assert str(doctor._results_disk(tmp_path)) == (
        f"missing {tmp_path}: the disk is full: 16,777,216 bytes needed, 45,056 free : df {tmp_path}"
    )


def test_what_tests_start_is_no_need_but_the_line_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path: name)
    assert list(map(str, doctor._of_tests())) == ["ok Slurm", "ok Chromium"]
    monkeypatch.setattr(shutil, "which", lambda name, path: None)
    lines = list(map(str, doctor._of_tests()))
    assert re.fullmatch("ok without Slurm, .* : .*apt-get install .* slurm-wlm munge", lines[0])
    assert re.fullmatch("ok without Chromium, .* : .*apt-get install .* chromium", lines[1])


def test_the_doctor_ends_with_1_if_something_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "findings_for", lambda path: iter([Finding("a"), Finding("b", "get b")]))
    assert doctor.main(Path("config.yaml")) == 1
    assert capsys.readouterr().out == "ok a\nmissing b : get b\n"
    monkeypatch.setattr(doctor, "findings_for", lambda path: iter([Finding("a")]))
    assert doctor.main(Path("config.yaml")) == 0
