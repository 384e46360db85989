"""A Slurm cluster of two nodes on this machine: munge, one controller and two daemons, without accounting."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scontrol", "scancel")
PATH = f"{os.environ['PATH']}:/usr/sbin"
MARK = "CLUSTER_OF_TEST"
NODES = ("one", "two")
# Without systemd and cgroups; the times of a node's answers are for a busy machine. Jobs of a lost node start again once
# their old credential has expired.
CONFIGURATION = """\
ClusterName=athanor
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdTimeout=300
MessageTimeout=100
TCPTimeout=60
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=1
KillWait=1
NodeName=one NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=8 RealMemory=8000
NodeName=two NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=8 RealMemory=8000
PartitionName=work Nodes=one,two Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> list[str]:
    """Return what this machine lacks of Slurm's programs, and of what its daemons do not start without."""
    lacking = [program for program in PROGRAMS if shutil.which(program, path=PATH) is None]
    return lacking + [folder for folder in ("/sys/fs/cgroup",) if not os.path.ismount(folder)]


@dataclass
class Cluster:
    """The daemons, and what is asked of them."""

    folder: Path
    daemons: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Return what programs of Slurm find this cluster by, and what belongs to it is known by."""
        conf = str(self.folder / "slurm.conf")
        return {"SLURM_CONF": conf, MARK: conf, "PATH": f"{self.folder / 'bin'}:{PATH}"}

    def start(self) -> None:
        """Start all daemons and wait until both nodes take jobs."""
        self._prepare()
        paths = [
            f"--{name}={self.folder}/munge.{name}" for name in ("key-file", "socket", "pid-file", "seed-file")
        ]
        self._daemon("munged", "--force", "--foreground", *paths)
        wait_for(lambda: (self.folder / "munge.socket").exists(), "munge")
        self._daemon("slurmctld", "-D")
        for node in NODES:
            self._daemon(node, "-D", "-N", node, program="slurmd")
        wait_for(self._idle, "two idle nodes")

    def _idle(self) -> bool:
        """Return whether both nodes take jobs; fail where a daemon has ended."""
        for name, daemon in self.daemons.items():
            assert daemon.poll() is None, (self.folder / f"{name}.out").read_text()
        return self.ask("sinfo", "--noheader", "--format=%t").split() == ["idle"]

    def _prepare(self) -> None:
        """Write a key, the configuration, and an srun that knows it: the plugin takes SLURM_CONF from those in jobs."""
        for name in ("state", "bin"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)  # munge's clients are others
        key, configuration, srun = (
            self.folder / name for name in ("munge.key-file", "slurm.conf", "bin/srun")
        )
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        ports = [_free_port() for _ in range(3)]
        configuration.write_text(
            CONFIGURATION.format(folder=self.folder, host=_host(), user=_user(), ports=ports)
        )
        srun.write_text(
            f'#!/bin/sh\nSLURM_CONF={configuration} exec {shutil.which("srun", path=PATH)} "$@"\n'
        )
        srun.chmod(0o755)

    def _daemon(self, name: str, *arguments: str, program: str = "") -> None:
        with (self.folder / f"{name}.out").open("wb") as output:
            self.daemons[name] = subprocess.Popen(
                [str(shutil.which(program or name, path=PATH)), *arguments],
                env={**os.environ, **self.environment, "DAEMON": name},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def ask(self, *command: str) -> str:
        """Return what a program of Slurm prints; nothing where it fails."""
        environment = {**os.environ, **self.environment}
        return subprocess.run(command, env=environment, capture_output=True, text=True).stdout

    def jobs(self) -> dict[str, dict[str, str]]:
        """Return what the controller says of each job, finished ones too, by its number."""
        lines = self.ask("scontrol", "--oneliner", "show", "job").splitlines()
        found = [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in lines]
        return {job["JobId"]: job for job in found if "JobId" in job}

    def kill_node(self, node: str) -> None:
        """Let a node die: its daemon and all that it runs, at once and without a word to the controller."""
        self.daemons[node].kill()
        steps = {pid for pid, environ in self.processes().items() if f"DAEMON={node}" in environ}
        _kill(steps)  # before their jobs, whose end they would report
        _kill({pid for pid, environ in self.processes().items() if f"SLURMD_NODENAME={node}" in environ})
        self.daemons[node].wait()

    def processes(self) -> dict[int, set[str]]:
        """Return the environment of every process that belongs to the cluster: daemons, steps and jobs."""
        mark = f"{MARK}={self.folder / 'slurm.conf'}"
        found = {pid: environ for pid, environ in _environments() if mark in environ}
        return {pid: environ for pid, environ in found.items() if pid != os.getpid()}

    def stop(self) -> None:
        """Stop everything that was started; nothing may be left."""
        self.ask("scancel", "--state=pending,running")
        for daemon in reversed(self.daemons.values()):
            daemon.terminate()
        for daemon in self.daemons.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                daemon.wait(5)
        end = time.monotonic() + 30
        while (left := self.processes()) and time.monotonic() < end:
            _kill(set(left))
            time.sleep(0.1)
        for daemon in self.daemons.values():
            daemon.wait()
        assert not left


def wait_for(condition, what: str, seconds: float = 600.0) -> None:
    """Wait until something is so; it may take long on a busy machine."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


def _environments() -> Iterator[tuple[int, set[str]]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):  # gone, or of another user
                text = (folder / "environ").read_bytes().decode(errors="replace")
                yield int(folder.name), set(text.split("\0"))


def _kill(processes: set[int]) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _host() -> str:
    return socket.gethostname().partition(".")[0]


def _user() -> str:
    return Path(f"/proc/{os.getpid()}").owner()
