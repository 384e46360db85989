"""Exact expected returns of the reference agents by setting."""

from jaxtyping import PRNGKeyArray

from athanor.expected_return import ExpectedReturn, exact, rules_of
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


def exact_returns(setting: str, key: PRNGKeyArray) -> list[ExpectedReturn]:
    """Return one row per agent; all are exact, so that the key does not matter."""
    del key
    values = exact_values(rules_of(setting, SETTINGS))
    return [exact(agent, value) for agent, value in values.items()]
