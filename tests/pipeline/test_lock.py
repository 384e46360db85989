import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from athanor.pipeline import lock

HOLD = "import sys, time; from athanor.pipeline import lock; lock.acquire(sys.argv[1]); print('held', flush=True); "


def start(folder: Path, then: str = "time.sleep(60)") -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != lock.OWNER}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD + then, str(folder)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_is_refused_until_the_first_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(lock.OWNER, "")
    first = start(tmp_path)
    with pytest.raises(lock.LockError) as caught:
        lock.acquire(tmp_path)
    assert str(caught.value) == (
        f"another run (pid {first.pid}) is working in {tmp_path}/; wait for it or stop it"
    )
    assert lock.holder(tmp_path) == str(first.pid)
    first.kill()
    first.wait()
    assert lock.holder(tmp_path) is None
    second = start(tmp_path)
    assert lock.holder(tmp_path) == str(second.pid)
    assert (tmp_path / lock.NAME).read_text() == f"{second.pid}\n"
    second.kill()
    second.wait()


def test_a_file_system_without_locks_is_said_and_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_locks(stream: object, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setenv(lock.OWNER, "")
    monkeypatch.setattr(fcntl, "flock", without_locks)
    folder = tmp_path / "results"
    lock.acquire(folder)
    assert capsys.readouterr().err == (
        f"athanor: the file system of {folder}/ has no locks, so nothing stops a second run in it\n"
    )
    assert lock.holder(folder) is None


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "results").touch()
    with pytest.raises(lock.LockError) as caught:
        lock.acquire(tmp_path / "results")
    assert str(caught.value) == (
        f"{tmp_path}/results/ cannot be written: file exists; the key results of the configuration names another"
    )


def test_nobody_holds_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    assert lock.holder(tmp_path / "none") is None


def test_a_program_that_a_run_starts_does_not_keep_the_lock(tmp_path: Path) -> None:
    first = start(
        tmp_path,
        "import subprocess; print(subprocess.Popen(['sleep', '30']).pid, flush=True); time.sleep(60)",
    )
    assert first.stdout is not None
    child = int(first.stdout.readline())
    first.kill()
    first.wait()
    assert lock.holder(tmp_path) is None
    os.kill(child, signal.SIGKILL)


def test_a_job_ends_when_its_run_is_killed(tmp_path: Path) -> None:
    job = "from athanor.pipeline import lock; import time; lock.end_with_owner(0.05); time.sleep(60)"
    run = start(
        tmp_path,
        f"import subprocess; job = subprocess.Popen([sys.executable, '-c', {job!r}]); "
        "time.sleep(0.5); print(job.pid, job.poll(), flush=True); time.sleep(60)",
    )
    assert run.stdout is not None
    pid, code = run.stdout.readline().split()
    assert code == "None"  # it works as long as the run does
    run.kill()
    run.wait()
    deadline = time.monotonic() + 10
    while lock._alive(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not lock._alive(int(pid))
