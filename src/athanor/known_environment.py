"""The environment that every process of the study starts from: no setting of the user reaches a result.

Python reads its variables before any module of ours runs. A process that was started with others therefore starts
itself anew, once, with those that are known, and with the code of the checkout in which one works. Only the standard
library is imported here, since whatever lies on a foreign PYTHONPATH may not load.

What the user may choose has names of the project's own: ATHANOR_PLATFORM (cpu, cuda, rocm or tpu),
ATHANOR_COMPILATION_CACHE (a folder) and ATHANOR_OPTIMISATION (0, 1 or 2: programs that compile faster and may run
slower).
"""

import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

# What begins with these changes numbers, pictures or the code that runs.
PREFIXES = (
    *("JAX", "XLA_", "EQX_", "NPY_", "SCIPY_", "PYTHON", "MPL", "MATPLOTLIB"),
    *("OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "GOTO_", "BLIS_", "VECLIB_", "NUMEXPR_"),
    *("CUBLAS_", "CUDNN_", "NVIDIA_TF32_", "GLIBC_TUNABLES"),
)
HARMLESS = frozenset(
    {
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONFAULTHANDLER",
        "PYTHONPYCACHEPREFIX",
        "PYTHONUNBUFFERED",
    }
)
# One job is one core: it leaves the others to other jobs, and makes results the same whatever their number.
FIXED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "GOTO_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NPROC": "1",  # XLA's threads: what it cuts a small kernel into costs more than it saves
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",  # no module from the working folder
    "PYTHONUTF8": "1",
    "MPLBACKEND": "Agg",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",  # every program is kept
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}
# Without the newer emitters of fused loops learners compile in two thirds of the time, to programs that are no slower.
XLA_FLAGS = "--xla_cpu_multi_thread_eigen=false --xla_cpu_use_fusion_emitters=false"
LEVEL_FLAG = "--xla_backend_optimization_level="
LEVELS = ("", "0", "1", "2")  # "": XLA's own. At 0 a training loop can run several times slower, at 1 hardly
PLATFORM, CACHE, LEVEL = "ATHANOR_PLATFORM", "ATHANOR_COMPILATION_CACHE", "ATHANOR_OPTIMISATION"
OWNER = "ATHANOR_OWNER"  # "host:pid" of the run that jobs belong to
PUT_ASIDE = "ATHANOR_PUT_ASIDE"  # names, told once and kept for the manifests
UNCACHED = "JAX_ENABLE_COMPILATION_CACHE"
PLATFORMS = ("cpu", "cuda", "rocm", "tpu")
MARK = Path("src", "athanor", "known_environment.py")  # what makes a folder a checkout


class StartError(Exception):
    """Say in one line why no process of the study can start here."""


class NoCheckout(StartError):
    """Say that one works outside of any checkout, where the known environment and the installed code are used."""


def checkout(folder: Path | None = None) -> Path | None:
    """Return the checkout that a folder (by default the working one) lies in, if it lies in one."""
    folder = Path.cwd() if folder is None else folder
    return next((place for place in (folder, *folder.parents) if (place / MARK).is_file()), None)


def enter() -> Path:
    """Return the checkout in which one works; start anew unless this process runs its code in the known environment."""
    root = checkout() or _own_root()
    wanted = known(os.environ, root)
    if _governed(os.environ) != _governed(wanted):
        _tell(wanted, root)
        os.execve(sys.executable, [sys.executable, "-m", "athanor.pipeline.cli", *sys.argv[1:]], wanted)
    if not root.samefile(_own_root()):
        raise StartError(
            f"the code of {_own_root()} runs, not that of {root}; set it up there by: make setup"
        )
    if checkout() is None:
        raise NoCheckout(f"{Path.cwd()} is in no checkout of the study; change to one, such as {root}")
    return root


def settle(root: Path | str | None = None) -> None:
    """Give what this process starts (Snakemake its jobs) the known environment, and import the checkout's own code."""
    root = Path(root or checkout() or _own_root()).resolve()
    try:
        wanted = known(os.environ, root)
    except StartError as error:
        print(f"athanor: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    _tell(wanted, root)
    own = str(root / "src")
    foreign = {own, *map(os.path.abspath, filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))}
    sys.path[:] = [own, *(place for place in sys.path if os.path.abspath(place) not in foreign)]
    for name in _governed(os.environ).keys() - wanted.keys():
        del os.environ[name]
    os.environ.update(wanted)


def known(environ: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return the environment that a process of a checkout starts from: the user's without what would reach results."""
    new = chosen(environ, root)
    lost = {
        name
        for name, value in _governed(environ).items()
        if new.get(name, value if name in HARMLESS else None) != value
        and not (name.endswith("_THREADS") and environ.get(OWNER))  # which Snakemake sets for each job
    }
    names = sorted({*_names_put_aside(environ), *lost})
    kept = {name: value for name, value in environ.items() if not _governs(name) or name in HARMLESS}
    kept |= {CACHE: os.path.abspath(environ[CACHE])} if environ.get(CACHE) else {}
    return kept | new | ({PUT_ASIDE: ",".join(names)} if names else {})


def chosen(environ: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return the variables that the study chooses by itself."""
    device = environ.get(PLATFORM) or "cpu"
    if device not in PLATFORMS:
        raise StartError(f"{PLATFORM} is {device}, must be one of {', '.join(PLATFORMS)}")
    level = environ.get(LEVEL, "")
    if level not in LEVELS:
        raise StartError(f"{LEVEL} is {level}, must be one of {', '.join(LEVELS[1:])}")
    found = FIXED | {
        "JAX_PLATFORMS": device if device == "cpu" else f"{device},cpu",
        "XLA_FLAGS": XLA_FLAGS + (f" {LEVEL_FLAG}{level}" if level else ""),
        "PYTHONPATH": str(root / "src"),
        "MPLCONFIGDIR": str(root / ".cache" / "matplotlib"),
    }
    cache = _cache(environ, root)
    if not _can_be_written(cache):
        return found | {UNCACHED: "false"}
    return found | {"JAX_COMPILATION_CACHE_DIR": str(cache / processor_digest())}


def numerics(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return what the user chose that changes the last digits of numbers: results made so are no others' results."""
    device = environ.get(PLATFORM) or "cpu"
    level = (f"optimisation {environ[LEVEL]}",) if environ.get(LEVEL) else ()
    return level if device == "cpu" else (device, *level)


def _cache(environ: Mapping[str, str], root: Path) -> Path:
    return Path(os.path.abspath(environ.get(CACHE) or root / ".cache" / "jax"))


def _can_be_written(folder: Path) -> bool:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def processor_digest(info: Path = Path("/proc/cpuinfo")) -> str:
    """Return a name for the kind of processor: compiled code of one may not run, or not run alike, on another."""
    text = info.read_text(errors="replace") if info.is_file() else ""
    first = re.split(r"\n\s*\n", text)[0]  # the cores of a machine are alike
    kinds = r"^(?:model name|flags|Features|CPU (?:implementer|architecture|variant|part))\s*:.*$"
    features = re.findall(kinds, first, re.MULTILINE)
    what = "\n".join([os.uname().sysname, os.uname().machine, *features])
    return hashlib.sha256(what.encode()).hexdigest()[:12]


def recorded(environ: Mapping[str, str] = os.environ) -> dict[str, dict[str, str] | list[str]]:
    """Return what a manifest says of its process's environment: settings without places, and the names put aside."""
    settings = {name: value for name, value in sorted(_governed(environ).items()) if "/" not in value}
    return {"settings": settings, "put_aside": _names_put_aside(environ)}


def _names_put_aside(environ: Mapping[str, str]) -> list[str]:
    return [name for name in environ.get(PUT_ASIDE, "").split(",") if name]


def _governs(name: str) -> bool:
    return name.startswith(PREFIXES) or name in FIXED


def _governed(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if _governs(name)}


def _tell(wanted: Mapping[str, str], root: Path) -> None:
    for line in _lines(wanted, root):
        print(f"athanor: {line}", file=sys.stderr, flush=True)


def _lines(wanted: Mapping[str, str], root: Path) -> Iterator[str]:
    """Yield what is to be said of a new environment."""
    names = sorted({*_names_put_aside(wanted)} - {*_names_put_aside(os.environ)})
    if names:
        yield f"put aside, since no setting of the user reaches a result: {', '.join(names)}"
    if wanted.get(UNCACHED) != os.environ.get(UNCACHED):
        yield f"{_cache(wanted, root)} cannot be written, so each program is compiled anew; {CACHE} names another folder"


def _own_root() -> Path:
    return Path(__file__).resolve().parents[2]
