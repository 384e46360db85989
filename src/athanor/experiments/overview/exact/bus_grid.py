"""The bus grid: what knowing the buses is worth (row 7), and how long exploring takes to learn it (row 10)."""

import numpy as np

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.bus_grid.environment import BusGrid
from athanor.tasks.bus_grid.exact import execution_values, exploration_values

_CLOSE = 1e-9  # a sum of probabilities may miss a value by so much


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return the values of one episode with and without knowledge, by size of the grid, and after exploring."""
    rules, sizes = BusGrid(), settings.bus_grid.sizes
    found = [*_values(7, rules), *_values(10, BusGrid(distracting=True, horizon=settings.bus_grid.horizon))]
    found += [answer for size in sizes for answer in _values(7, BusGrid(size=size, horizon=4 * size))]
    explored = exploration_values(rules, rules.horizon)
    steps = int(np.argmax(explored > explored.max() - _CLOSE))
    found += [
        Answer(10, "bus_grid", _setting(rules), "least_steps_of_exploration", steps),
        Answer(10, "bus_grid", _setting(rules), "explored", float(explored.max())),
    ]
    return found + [
        Answer(10, "bus_grid", _setting(rules), f"explored_{number}", float(value))
        for number, value in enumerate(explored[: steps + 1])
    ]


def _values(row: int, rules: BusGrid) -> list[Answer]:
    """Return what is earned by who knows every bus and by who knows none, on the goal in the first corner."""
    values = execution_values(rules, 0)
    known = {"informed": float(values[-1, -1]), "uninformed": float(values[0, 0])}
    return [Answer(row, "bus_grid", _setting(rules), quantity, value) for quantity, value in known.items()]


def _setting(rules: BusGrid) -> str:
    side = f"{rules.size}x{rules.size}"
    return f"{side}_distracting" if rules.distracting else f"{side}_{rules.horizon}"
