"""Place a foreign agent on the yardstick: 0 is the random agent's expected return, 1 the Bayes-optimal agent's.

An agent is a Python file with a function

    act(observation, reward, memory) -> (action, memory)

in NumPy, PyTorch or JAX. `observation` is what the environment shows, `reward` that of the step before (0 at the first
step of an episode) and `memory` what `act` returned last, None at the first step on a task: it is kept from episode to
episode on a task. It never sees the task.
"""

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import gymnasium
import numpy as np

from athanor import FAMILIES
from athanor.pipeline.arguments import RunError
from athanor.pipeline.process import key_of
from athanor.reporting.statistics import Estimate, mean

Act = Callable[[np.ndarray, float, Any], tuple[Any, Any]]


LARGEST_SEED = 2**31 - 1  # further tasks have the seeds that follow


class Yardstick(NamedTuple):
    """The expected returns of a game that are 0 and 1 of the scale; of a bracketed optimum both ends."""

    random: float
    optimal: tuple[float, float]


class Request(NamedTuple):
    """What is to be scored."""

    script: Path
    family: str  # as in the id of its environment
    setting: str  # of the family
    episodes: int  # on a task
    tasks: int
    seed: int


def score(request: Request) -> str:
    """Return the line that tells an agent's mean return on a task, and its place on the yardstick."""
    if request.tasks < 2:
        raise RunError(f"--tasks is {request.tasks}, must be at least 2 for an interval")
    if not 0 <= request.seed <= LARGEST_SEED:
        raise RunError(f"--seed is {request.seed}, must be between 0 and {LARGEST_SEED}")
    act = load(request.script)
    module = family_module(request.family)
    scale = yardstick(module, request)
    rules = asdict(module.SETTINGS[request.setting])
    env = gymnasium.make(f"athanor/{request.family}-v0", disable_env_checker=True, **rules)
    returns = played(env, act, request)
    found = mean(returns, np.random.default_rng(request.seed))
    return line(request, found, scale)


def load(script: Path) -> Act:
    """Return the agent's function, or raise RunError."""
    spec = importlib.util.spec_from_file_location("agent", script) if script.is_file() else None
    if spec is None or spec.loader is None:
        raise RunError(f"{script}: is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise RunError(f"{script}: cannot be loaded: {type(error).__name__}: {error}") from error
    act: Act | None = getattr(module, "act", None)
    if not callable(act):
        raise RunError(f"{script}: has no function act(observation, reward, memory)")
    return act


def family_module(family: str) -> ModuleType:
    """Return the module of a family's expected returns, or raise RunError."""
    known = [name for name, folder in FAMILIES.items() if _spec(folder)]
    if family not in known:
        raise RunError(f"--family is {family}, must be one of {', '.join(known)}: those with a yardstick")
    return importlib.import_module(f"athanor.tasks.{FAMILIES[family]}.returns")


def _spec(folder: str) -> bool:
    return importlib.util.find_spec(f"athanor.tasks.{folder}.returns") is not None


def yardstick(module: ModuleType, request: Request) -> Yardstick:
    """Compute the ends of the scale, or raise RunError where there is none."""
    if request.setting not in module.SETTINGS:
        settings = ", ".join(module.SETTINGS)
        raise RunError(f"--setting is {request.setting}, must be one of {settings} ({request.family})")
    rows = module.exact_returns(request.setting, key_of(request.seed, "score"))
    found = {row.agent: row for row in rows if row.episodes == request.episodes}
    if not {"random", "bayes_optimal"} <= found.keys():
        known = sorted({row.episodes for row in rows if row.agent == "bayes_optimal"})
        listed = ", ".join(map(str, known)) or "none: the optimum is not known"
        raise RunError(f"--episodes is {request.episodes}, must be one of {listed} ({request.family})")
    optimal = found["bayes_optimal"]
    return Yardstick(found["random"].expected_return, (optimal.lower, optimal.upper))


def played(env: gymnasium.Env[Any, Any], act: Act, request: Request) -> np.ndarray:
    """Return the return of each task, over all its episodes; tasks are the same for all agents with a seed."""
    return np.array([_on_task(env, act, request, request.seed + number) for number in range(request.tasks)])


def _on_task(env: gymnasium.Env[Any, Any], act: Act, request: Request, seed: int) -> float:
    total, memory, task = 0.0, None, None
    for episode in range(request.episodes):
        options = {"task": task} if episode else None
        observation, _ = env.reset(seed=None if episode else seed, options=options)
        task, reward, over = env.unwrapped.task, 0.0, False  # type: ignore[attr-defined]
        while not over:
            action, memory = _asked(request.script, act, (observation, reward, memory))
            observation, gained, over, _, _ = _stepped(request.script, env, action)
            reward = float(gained)
            total += reward
    return total


def _asked(script: Path, act: Act, seen: tuple[np.ndarray, float, Any]) -> tuple[Any, Any]:
    """Return the agent's action and memory, or raise RunError for whatever goes wrong in it."""
    try:
        answer = act(*seen)
    except (Exception, SystemExit) as error:
        raise RunError(f"{script}: act raised {type(error).__name__}: {error}") from error
    if not isinstance(answer, tuple) or len(answer) != 2:
        raise RunError(f"{script}: act returned {type(answer).__name__}, must be the pair (action, memory)")
    return answer


def _stepped(script: Path, env: gymnasium.Env[Any, Any], action: Any) -> tuple[Any, ...]:
    try:
        return env.step(np.asarray(action))
    except (ValueError, TypeError) as error:  # what is no array, or no action of the family
        raise RunError(f"{script}: act returned no action: {error}") from error


def line(request: Request, found: Estimate, scale: Yardstick) -> str:
    """Tell the return and the score; of a bracketed optimum the score's interval covers both ends."""
    low, high = scale.optimal

    def place(value: float, optimal: float) -> float:
        return (value - scale.random) / (optimal - scale.random)

    middle = place(found.value, (low + high) / 2)
    ends = sorted(place(value, end) for value in (found.low, found.high) for end in scale.optimal)
    optimum = f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
    return (
        f"{request.script.name} on {request.family} {request.setting}: score {middle:.3f} [{ends[0]:.3f}, {ends[-1]:.3f}]; "
        f"mean return {found.value:.4g} [{found.low:.4g}, {found.high:.4g}] over {request.tasks} tasks, "
        f"random {scale.random:.4g}, Bayes-optimal {optimum}"
    )
