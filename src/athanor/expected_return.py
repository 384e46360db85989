"""What a family says of an agent's expected return: its value, or where it lies."""

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import numpy as np
from jaxtyping import Float

Rules = TypeVar("Rules")
_DEVIATIONS = 1.96  # half the width of a 95 % interval, in standard errors


class ExpectedReturn(NamedTuple):
    """An expected return: exact if its bounds are equal; else a bracket, or an estimate and its 95 % interval."""

    episodes: int  # on the task; where returns are listed episode by episode, the number of the episode
    agent: str
    expected_return: float
    lower: float
    upper: float


def exact(agent: str, value: float, episodes: int = 1) -> ExpectedReturn:
    """Return a value that is known."""
    return ExpectedReturn(episodes, agent, value, value, value)


def bracket(agent: str, lower: float, upper: float) -> ExpectedReturn:
    """Return a value of which bounds are known; for it stands their middle."""
    return ExpectedReturn(1, agent, (lower + upper) / 2, lower, upper)


def simulated(agent: str, returns: Float[np.ndarray, "simulation"], episodes: int = 1) -> ExpectedReturn:
    """Return the mean of at least two independent returns and its interval."""
    mean = float(returns.mean())
    half = _DEVIATIONS * float(returns.std(ddof=1)) / len(returns) ** 0.5
    return ExpectedReturn(episodes, agent, mean, mean - half, mean + half)


def rules_of(setting: str, settings: Mapping[str, Rules]) -> Rules:
    """Return the rules of a setting; raise ValueError for an unknown one."""
    if setting not in settings:
        raise ValueError(f"setting is {setting!r}, must be one of {', '.join(settings)}")
    return settings[setting]
