"""Learning to explore in tables: end to end, and with exploration and execution apart (DREAM).

The smallest game in which it matters: one of A exploring actions, number 0, shows which of M tasks it is, all others show
nothing; then one of A executing actions is right for the task and pays 1. Both learners see the same trials, in which
actions are drawn uniformly, and estimate values by means:

    end to end    Q(a, o, x) of execution x after action a showed o;   Q(a) = Σ_o P(o | a) max_x Q(a, o, x)
    apart         Q(task, x) of execution;  Q(a) = mean of log q(task | a, o) − log 1/M, with the decoder q

(Liu et al. 2021). End to end, an exploring action is worth something only once the right execution was met together with
it: A² pairs must be tried. Apart, execution is learnt from the task itself and exploration from what it tells: A.
"""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class RevealingGame:
    """The rules: how many actions and tasks there are; in task m the executing action m is right."""

    actions: int  # A, of either kind
    tasks: int  # M

    def __post_init__(self) -> None:
        if self.tasks < 2:
            raise ValueError(f"tasks is {self.tasks}, must be at least 2")
        if self.actions < self.tasks:
            raise ValueError(f"actions is {self.actions}, must be at least tasks = {self.tasks}")

    def shown(
        self, explored: Int[np.ndarray, "trial"], task: Int[np.ndarray, "trial"]
    ) -> Int[np.ndarray, "trial"]:
        """Return what exploring shows as a number: the task after action 0, else M − 1 plus the action."""
        return np.where(explored == 0, task, self.tasks - 1 + explored)


@dataclass
class Counts:
    """Sufficient statistics of the trials so far."""

    game: RevealingGame
    tried: Float[np.ndarray, "shown action"] = field(init=False)  # executions, by what exploring showed
    paid: Float[np.ndarray, "shown action"] = field(init=False)  # of these, those that paid
    told: Float[np.ndarray, "shown task"] = field(
        init=False
    )  # trials by what was shown and which task it was

    def __post_init__(self) -> None:
        shown = self.game.tasks - 1 + self.game.actions
        self.tried, self.paid = np.zeros((2, shown, self.game.actions))
        self.told = np.zeros((shown, self.game.tasks))
        self.task_tried, self.task_paid = np.zeros((2, self.game.tasks, self.game.actions))

    def add(self, trials: int, rng: np.random.Generator) -> None:
        """Draw trials with uniform tasks and actions, and count them."""
        game = self.game
        explored, executed = rng.integers(game.actions, size=(2, trials))
        task = rng.integers(game.tasks, size=trials)
        shown, right = game.shown(explored, task), executed == task
        np.add.at(self.tried, (shown, executed), 1)
        np.add.at(self.paid, (shown, executed), right)
        np.add.at(self.told, (shown, task), 1)
        np.add.at(self.task_tried, (task, executed), 1)
        np.add.at(self.task_paid, (task, executed), right)


def end_to_end_is_optimal(counts: Counts) -> bool:
    """Return whether greedy exploration reveals the task and the execution that follows is right in each."""
    value = _mean(counts.paid, counts.tried)
    tasks = counts.game.tasks
    seen = counts.tried.sum(axis=1)
    revealing = float(_mean((seen * value.max(axis=1))[:tasks].sum(), seen[:tasks].sum()))
    others = value[tasks:].max(initial=0.0)
    return bool(revealing > others) and _right(value[:tasks])


def decoupled_is_optimal(counts: Counts) -> bool:
    """Return the same of exploration paid by what it tells, a decoder, and execution learnt from the task."""
    gained, tasks = information_rewards(counts), counts.game.tasks
    decoded = counts.told[:tasks]
    knows = bool((np.argmax(decoded, axis=1) == np.arange(tasks)).all() and decoded.any(axis=1).all())
    found = bool(gained[0] > gained[1:].max(initial=-np.inf))
    return found and knows and _right(_mean(counts.task_paid, counts.task_tried))


def information_rewards(counts: Counts) -> Float[np.ndarray, "action"]:
    """Return the mean information reward of each exploring action: log q(task | shown) + log M, where q adds one to counts."""
    told, tasks = counts.told, counts.game.tasks
    decoder = (told + 1) / (told.sum(axis=1, keepdims=True) + tasks)
    sums, trials = (told * (np.log(decoder) + np.log(tasks))).sum(axis=1), told.sum(axis=1)
    first = _mean(sums[:tasks].sum(), trials[:tasks].sum())
    return np.append(first, _mean(sums[tasks:], trials[tasks:]))


def samples_until_optimal(game: RevealingGame, most: int, rng: np.random.Generator) -> dict[str, float]:
    """Return the trials after which each learner's greedy behaviour is first optimal; not a number if it never is.

    It is looked at every A / 2 trials, and end to end, where more are needed, every A² / 16.
    """
    counts, trials = Counts(game), 0
    every = {"decoupled": max(game.actions // 2, 1), "end_to_end": max(game.actions**2 // 16, 1)}
    checks = {"decoupled": decoupled_is_optimal, "end_to_end": end_to_end_is_optimal}
    found = dict.fromkeys(checks, np.nan)
    while trials < most and checks:
        step = min(every[name] - trials % every[name] for name in checks)
        counts.add(step, rng)
        trials += step
        due = [name for name in checks if trials % every[name] == 0]
        for name in due:
            if checks[name](counts):
                found[name] = float(trials)
                del checks[name]
    return found


def _mean(
    total: Float[np.ndarray, "*entry"] | float, count: Float[np.ndarray, "*entry"] | float
) -> Float[np.ndarray, "*entry"]:
    """Return means, 0 where nothing was counted."""
    return np.asarray(total / np.maximum(count, 1))


def _right(value: Float[np.ndarray, "task action"]) -> bool:
    """Return whether in each task the right action, alone, has the greatest value."""
    best = value == value.max(axis=1, keepdims=True)
    return bool((best == (np.eye(*value.shape) > 0)).all())
