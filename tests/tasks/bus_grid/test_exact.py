"""Exact values of the bus grid: by hand, and against a recursion over sets of tasks that plays the environment itself."""

from functools import cache
from itertools import permutations, product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.bus_grid.environment import MOVES, BusGrid, Lines, State
from athanor.tasks.bus_grid.exact import (
    execution_values,
    exploration_values,
    informed,
    matchings,
    uninformed,
)


def all_tasks(rules):
    orders = [np.array(order) for order in permutations(range(4))]
    kinds = [orders, [4 + order for order in orders]] if rules.distracting else [orders]
    return np.array([np.concatenate(task) for task in product(*kinds)])


def played(rules, goal):
    """Return cell, reward and end of every step of the environment: by task, cell and action."""
    cells = jnp.asarray(np.indices((rules.size,) * 2).reshape(2, -1).T, jnp.int32)

    def one(task, cell, action):
        state = State(cell, jnp.asarray(rules.goals[goal]), jnp.int32(0))
        following, transition = rules.step(Lines(task), state, action, jax.random.key(0))
        return following.cell @ jnp.array([rules.size, 1]), transition.reward

    step = jax.vmap(jax.vmap(jax.vmap(one, (None, None, 0)), (None, 0, None)), (0, None, None))
    tables = jax.jit(step)(jnp.asarray(all_tasks(rules)), cells, jnp.arange(len(MOVES)))
    return tuple(np.asarray(table, dtype).tolist() for table, dtype in zip(tables, (int, float), strict=True))


def by_recursion(rules, goal, tasks):
    """Return the value of a belief: every action, the tasks parted by the cell that they lead to."""
    entered, rewards = played(rules, goal)
    corner = int(rules.goals[goal] @ [rules.size, 1])

    @cache
    def value(cell, open_, left):
        if left == 0 or cell == corner:
            return 0.0
        return max(after(cell, open_, left, action) for action in range(len(MOVES)))

    def after(cell, open_, left, action):
        parts = {}
        for task in open_:
            parts.setdefault(entered[task][cell][action], []).append(task)
        return sum(
            len(part)
            / len(open_)
            * (rewards[part[0]][cell][action] + value(following, tuple(part), left - 1))
            for following, part in parts.items()
        )

    middle = int(rules.middle @ [rules.size, 1])
    return value(middle, tuple(tasks), rules.horizon)


@pytest.mark.parametrize(
    "rules",
    [
        BusGrid(size=5, horizon=5, step_reward=-0.3),
        BusGrid(size=9, horizon=7),
        BusGrid(size=7, horizon=9, step_reward=-0.01),
        BusGrid(size=9, horizon=5, distracting=True),
    ],
    ids=str,
)
def test_the_values_are_those_of_the_recursion(rules):
    values = execution_values(rules, 1)
    tasks = all_tasks(rules)
    assert values[0, 0] == pytest.approx(by_recursion(rules, 1, range(len(tasks))))
    listed = matchings().listed
    known = [index for index, task in enumerate(tasks) if task[2] == 0]
    where = listed.index((-1, -1, 0, -1))
    assert values[where, 0] == pytest.approx(by_recursion(rules, 1, known))
    complete = listed.index(tuple(tasks[5][:4].tolist()))
    same = [index for index, task in enumerate(tasks) if (task[:4] == tasks[5][:4]).all()]
    assert values[complete, 0] == pytest.approx(by_recursion(rules, 1, same))


def test_values_by_hand():
    # Known: to the bus, ride, step: 1 − 0.2. Unknown: eight steps on foot: 1 − 0.7.
    assert informed(BusGrid()) == pytest.approx(0.8)
    assert uninformed(BusGrid()) == pytest.approx(0.3)
    # Three steps can only try one bus of four; the others cost 0.3.
    assert uninformed(BusGrid(horizon=3)) == pytest.approx(0.25 * 0.8 + 0.75 * -0.3)
    # Where a side is long, trying pays; however long it is, the fourth bus is known after three.
    assert uninformed(BusGrid(size=15, horizon=100)) == pytest.approx(
        uninformed(BusGrid(size=13, horizon=100))
    )


def test_all_goals_are_alike():
    values = [execution_values(BusGrid(), goal)[0, 0] for goal in range(4)]
    assert values == pytest.approx([values[0]] * 4)


def test_exploration_by_hand():
    values = exploration_values(BusGrid(), 12)
    assert (np.diff(values) >= 0).all()
    assert values[:2] == pytest.approx([0.3, 0.3])
    # Three of the four must be ridden: 1 to a stop, 1 to ride, 1 back, 2 to the next stop, …: 2 + 4 + 4.
    assert np.flatnonzero(values > 0.8 - 1e-9)[0] == 10


def test_209_partial_matchings():
    listed, chance, _ = matchings()
    assert len(set(listed)) == 209 and listed[0] == (-1,) * 4
    assert np.allclose(chance.sum(axis=2), 1)
    assert np.allclose(chance.sum(axis=1), 1)
