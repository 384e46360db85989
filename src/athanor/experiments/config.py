"""What the sections of config.yaml share. A module called `config` holds data alone: values count by value, not by code."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST = 10**9  # of any whole number: what a job is to count to takes years beyond it
Count = Annotated[int, Field(ge=1)]
Rate = Annotated[float, Field(gt=0.0)]
Discount = Annotated[float, Field(gt=0.0, le=1.0)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class ByCondition:
    """Mark a list whose entries name conditions of jobs: a job is handed its own entries, and depends on no others.

    They are the entries whose fields, called as the conditions are, agree with those that the job has: all of them for a
    job that has none. A list of plain values only says which conditions there are, and is empty for a job that has its own.
    """

    def __init__(self, *conditions: str) -> None:
        self.conditions = conditions

    def keeps(self, entry: Any, given: Mapping[str, str | int]) -> bool:
        """Return whether an entry is of the given conditions, whose values may be as they stand in paths."""
        return all(
            isinstance(entry, BaseModel) and str(getattr(entry, name)) == str(given[name])
            for name in self.conditions
            if name in given
        )


class ByPlace:
    """Mark a list whose entries are told apart by their places, such as one a trial: the same may be given twice."""


class Section(BaseModel):
    """A section of the configuration: frozen, with unknown keys, absurd numbers and repeated entries refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="after")
    def _computable(self) -> "Section":
        """Refuse whole numbers that no job could count to, and lists that name an entry twice."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            for number in _leaves(value):
                if isinstance(number, int) and abs(number) > MOST:
                    raise ValueError(f"{name} is {number}, must be at most {MOST}")
            by_place = any(isinstance(mark, ByPlace) for mark in field.metadata)
            if get_args(field.annotation)[-1:] == (Ellipsis,) and not by_place:
                _refuse_repeated(name, value)
        return self


def _leaves(value: Any) -> Iterator[Any]:
    """Yield what stands in a list, and in lists within it."""
    if not isinstance(value, tuple):
        yield value
        return
    for entry in value:
        yield from _leaves(entry)


def _refuse_repeated(name: str, entries: tuple[Any, ...]) -> None:
    for place, entry in enumerate(entries):
        if entry in entries[:place]:
            shown = " ".join(map(str, dict(entry).values())) if isinstance(entry, BaseModel) else entry
            raise ValueError(f"{name} names {shown} twice, must name each once")


def narrowed(value: Any, given: Mapping[str, str | int]) -> Any:
    """Return a section, its lists by condition with the entries of the given conditions alone; it is not checked again."""
    if isinstance(value, tuple):
        return tuple(narrowed(entry, given) for entry in value)
    if not isinstance(value, BaseModel) or not given:
        return value
    kept = {}
    for name, field in type(value).model_fields.items():
        own = getattr(value, name)
        for mark in (mark for mark in field.metadata if isinstance(mark, ByCondition)):
            own = tuple(entry for entry in own if mark.keeps(entry, given))
        kept[name] = narrowed(own, given)
    return value.model_copy(update=kept)


class Statistics(Section):
    """Intervals of the reported numbers."""

    confidence: float = Field(0.95, gt=0.0, lt=1.0, description="level of every interval")
    bootstrap_samples: int = Field(10_000, ge=100, description="resamples of a bootstrap interval")
