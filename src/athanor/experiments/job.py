"""What a group of experiments declares of its jobs, as data: a rule of the workflow is made from each.

Nothing here, nor in the `jobs.py` of a group, imports JAX. Inputs, sections and conditions come from the signature of the
experiment's `run`; what they are called there finds them (see `athanor.pipeline.study`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeAlias

Value: TypeAlias = str | int
Conditions: TypeAlias = Mapping[str, Value]  # of one job
Over: TypeAlias = Mapping[str, Sequence[Value]] | Callable[[Any], Iterable[Conditions]]


@dataclass(frozen=True)
class Result:
    """Results of a job that another takes: those whose conditions are as said."""

    file: str  # part/file, or experiment/file where several jobs of the part write one of that name
    where: Mapping[str, Value | Sequence[Value]] = field(default_factory=dict)  # value, or any of some values


# A result by its file, a tracked file of the checkout (reference/…), or these by the job's conditions and the section.
File: TypeAlias = str | Result
Input: TypeAlias = File | Sequence[File] | Callable[[Conditions, Any], Sequence[File]]


@dataclass(frozen=True, eq=False)  # each is declared once
class Job:
    """An experiment and what it writes, once for each of its conditions.

    Results are stale when what they depend on changes: the code of the experiment and of the modules that it imports by name,
    its sections of the configuration as far as they are of its conditions (see `athanor.experiments.config.ByCondition`), and
    its inputs.
    """

    experiment: str  # part.group.module, or part.module
    outputs: tuple[str, ...]  # files that `run` returns, such as returns.csv
    tables: Mapping[str, str] = field(default_factory=dict)  # of these, what the report shows, with a title
    over: Over = field(
        default_factory=dict
    )  # the values of each condition, or the conditions by the part's section
    inputs: Mapping[str, Input] = field(default_factory=dict)  # where the parameter's name does not find them
    modules: tuple[str, ...] = ()  # that `run` imports by name; conditions stand in braces
    fixed: Conditions = field(default_factory=dict)  # what the source fixes in the place of conditions
    stream: str = ""  # names the random numbers, where that is not the experiment: equal streams draw alike
    memory: int = 1500  # MB, at most
    measures_time: bool = False  # has the machine to itself; its results differ from run to run
    priority: int = 0  # of what others wait for

    def __post_init__(self) -> None:
        unknown = set(self.tables) - set(self.outputs)
        if unknown:
            raise ValueError(f"{self.experiment}: tables names {min(unknown)}, which is no output")

    @property
    def part(self) -> str:
        """Return the part of the study."""
        return self.experiment.partition(".")[0]

    @property
    def rule(self) -> str:
        """Return the name of the rule."""
        return self.experiment.replace(".", "_")

    def given(self, conditions: Conditions) -> Conditions:
        """Return the conditions of a run, with those that are fixed."""
        return {**self.fixed, **conditions}

    def conditions(self, section: Any) -> list[Conditions]:
        """Return the conditions of every run of the job, given the part's section of the configuration."""
        if callable(self.over):
            return [dict(one) for one in self.over(section)]
        return [dict(zip(self.over, values, strict=True)) for values in product(*self.over.values())]
