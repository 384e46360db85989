"""Exact expected returns of the reference agents by setting."""

from typing import NamedTuple

from jaxtyping import PRNGKeyArray

from athanor.tasks.numpad.environment import Numpad
from athanor.tasks.numpad.exact import exact_values

SETTINGS = {  # rows x columns x pads of the sequence _ horizon
    f"{rows}x{columns}x{pads}_{horizon}": Numpad(rows, columns, pads, horizon)
    for rows, columns, pads, horizon in (
        (2, 2, 3, 10),
        (2, 2, 3, 20),
        (2, 2, 3, 30),
        (3, 3, 2, 12),
        (3, 3, 4, 200),
    )
}


class Row(NamedTuple):
    """An expected return and its bounds, which equal it where it is exact."""

    episodes: int  # on the task
    agent: str
    expected_return: float
    lower: float
    upper: float


def exact_returns(setting: str, key: PRNGKeyArray) -> list[Row]:
    """Return one row per agent; all are exact, so that the key does not matter."""
    del key
    if setting not in SETTINGS:
        raise ValueError(f"setting is {setting!r}, must be one of {', '.join(SETTINGS)}")
    values = exact_values(SETTINGS[setting])
    return [Row(1, agent, value, value, value) for agent, value in values.items()]
