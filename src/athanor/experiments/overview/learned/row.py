"""A row of the table of what was learnt."""

from typing import NamedTuple


class Learned(NamedTuple):
    """One number of one run."""

    row: int  # number of the statement
    system: str  # learner
    family: str
    condition: str
    run: int
    quantity: str
    value: float
