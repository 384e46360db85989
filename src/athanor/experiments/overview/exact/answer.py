"""An answer: a number that is computed exactly, and what it is a number of."""

from typing import NamedTuple


class Answer(NamedTuple):
    """A row of the table of exact answers; the texts are of letters, digits, underscores, points and hyphens."""

    row: int  # number of the statement in the list of the overview's statements, from 1
    family: str  # folder of the task family
    setting: str  # its rules in a word, and where it varies the agent or the size that is asked of
    quantity: str  # what the number is
    value: float
