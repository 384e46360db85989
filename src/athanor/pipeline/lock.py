"""Let one run at a time work in a results folder.

The kernel holds the lock for the process, and lets go when it ends, however it ends: nothing is left to unlock.
"""

import fcntl
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import IO

from athanor import known_environment

NAME = ".lock"
OWNER = known_environment.OWNER
_held: list[IO[str]] = []  # the lock lives as long as its open file


class LockError(Exception):
    """Say in one line who works in the folder."""


def acquire(folder: Path | str) -> None:
    """Hold the folder until this process ends, or raise LockError."""
    folder = Path(folder)
    stream = _opened(folder)
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = _pid(stream)
        stream.close()
        raise LockError(
            f"another run (pid {owner}) is working in {folder}/; wait for it or stop it"
        ) from None
    except OSError:
        print(
            f"athanor: the file system of {folder}/ has no locks, so nothing stops a second run in it",
            file=sys.stderr,
        )
    stream.truncate(0)
    stream.write(f"{os.getpid()}\n")
    stream.flush()
    _held.append(stream)
    os.environ[OWNER] = f"{socket.gethostname()}:{os.getpid()}"


def _opened(folder: Path) -> IO[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / NAME).open("a+")
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise LockError(
            f"{folder}/ cannot be written: {reason}; the key results of the configuration names another"
        ) from None


def holder(folder: Path | str) -> str | None:
    """Return the pid of the run that holds the folder, or None."""
    path = Path(folder) / NAME
    if not path.is_file():
        return None
    with path.open() as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _pid(stream)
        except OSError:  # a file system without locks
            return None
    return None


def end_with_owner(interval: float = 1.0) -> None:
    """End this job once the run that started it is gone: a killed run must leave nobody writing."""
    host, _, pid = os.environ.get(OWNER, "").partition(":")
    if pid and host == socket.gethostname():
        threading.Thread(target=_watch, args=(int(pid), interval), daemon=True).start()


def _watch(pid: int, interval: float) -> None:
    while _alive(pid):
        time.sleep(interval)
    os._exit(1)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _zombie(pid)


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def _pid(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read().strip() or "unknown"
