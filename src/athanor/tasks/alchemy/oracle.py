"""The oracle: the most that a trial can pay when the chemistry is known, and how to play for it.

Within a trial nothing is random, so only the potions that a stone uses up matter, not their order among stones. For each
graph and stone the sets of potions that lead to a paying vertex and contain no other such set are few (at most four);
the best trial takes one of them, or none, for each stone, as far as potions and steps go. Sets are held as counts by
kind in one word, so that comparing two of them is a subtraction.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int, PRNGKeyArray

from athanor.tasks.alchemy.chemistries import KINDS, VERTICES, moves
from athanor.tasks.alchemy.environment import NO_POTION, Alchemy, Chemistry, State
from athanor.tasks.alchemy.rules import REWARDS

FIELD = 5  # bits of a kind's count, of which the highest stays free to catch a borrow
_MOST = 2 ** (FIELD - 1) - 1  # potions of a kind; more are never of use to up to seven stones
GUARDS = sum(2 ** (FIELD * kind + FIELD - 1) for kind in range(KINDS))

Counts = tuple[int, ...]


class Options(NamedTuple):
    """What can be made of a stone; option 0, and any that pads the others, leaves it alone."""

    need: Int[np.ndarray, "graph stone option"]  # potions by kind, packed
    steps: Int[np.ndarray, "graph stone option"]  # dips and the deposit
    reward: Int[np.ndarray, "graph stone option"]
    first: Int[np.ndarray, "graph stone option"]  # kind of the first dip; NO_POTION where there is none


class Plan(NamedTuple):
    """The best that is left of a trial."""

    value: Int[Array, ""]  # reward
    option: Int[Array, "stone"]  # that each stone takes


@cache
def options() -> Options:
    """Return the options of every graph and stone, an absent one included."""
    table = moves()
    found = [[_options(table[graph], vertex) for vertex in range(VERTICES)] for graph in range(len(table))]
    width = 1 + max(len(ways) for stones in found for ways in stones)
    entries = np.zeros((len(table), VERTICES + 1, width, len(Options._fields)), np.int32)
    entries[..., -1] = NO_POTION
    for graph, stones in enumerate(found):
        for vertex, ways in enumerate(stones):
            entries[graph, vertex, 1 : 1 + len(ways)] = [_entry(*way) for way in ways]
    return Options(*np.moveaxis(entries, -1, 0))


def _entry(path: Counts, reward: int) -> tuple[int, int, int, int]:
    need = sum(1 << FIELD * kind for kind in path)
    return need, len(path) + 1, reward, path[0] if path else NO_POTION


def _options(table: Int[np.ndarray, "vertex kind"], start: int) -> list[tuple[Counts, int]]:
    """Return paths, as kinds in order, to vertices that pay; of those that pay alike only the Pareto-minimal ones."""
    best: dict[tuple[int, Counts], Counts] = {}
    for path, vertex in _simple_paths(table, (), (start,)):
        best.setdefault((int(REWARDS[vertex]), _count(path)), path)
    return [
        (path, reward)
        for (reward, counts), path in best.items()
        if reward > 0 and not any(_less(other, counts) for pays, other in best if pays == reward)
    ]


def _simple_paths(
    table: Int[np.ndarray, "vertex kind"], path: Counts, visited: Counts
) -> Iterator[tuple[Counts, int]]:
    """Generate every path that visits no vertex twice, with where it ends."""
    yield path, visited[-1]
    for kind, vertex in enumerate(table[visited[-1]].tolist()):
        if vertex not in visited:
            yield from _simple_paths(table, (*path, kind), (*visited, vertex))


def _count(path: Counts) -> Counts:
    return tuple(path.count(kind) for kind in range(KINDS))


def _less(one: Counts, other: Counts) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def plan(
    graph: Int[Array, ""], stones: Int[Array, "stone"], potions: Int[Array, ""], steps: Int[Array, ""]
) -> Plan:
    """Return the best choice of options for stones, potions as counts by kind, and steps that are left.

    max Σ_i reward(o_i) over options o_i with Σ_i need(o_i) <= potions and Σ_i steps(o_i) <= steps.
    """
    table = options()
    need, taken, reward = (jnp.asarray(column)[graph, stones] for column in table[:3])
    needs, rewards = _sums(need), _sums(reward)
    enough = ((potions | GUARDS) - needs) & GUARDS == GUARDS
    in_time = _sums(taken) <= steps
    values = jnp.where(enough & in_time, rewards, -1)  # leaving all alone is worth 0
    best = jnp.argmax(values)
    width = need.shape[1]
    option = best // width ** jnp.arange(len(stones) - 1, -1, -1) % width
    return Plan(values[best], option.astype(jnp.int32))


def _sums(columns: Int[Array, "stone option"]) -> Int[Array, "combination"]:
    """Return the sums over one entry of each row; the last row's entry varies fastest."""
    total = columns[0]
    for column in columns[1:]:
        total = (total[:, None] + column).ravel()
    return total


def count_potions(potions: Int[Array, "potion"]) -> Int[Array, ""]:
    """Return how many potions of each kind there are, packed; used ones are none."""
    counts = jnp.sum(potions[:, None] == jnp.arange(KINDS), axis=0)
    return jnp.sum(jnp.minimum(counts, _MOST) << FIELD * jnp.arange(KINDS))


def plan_trial(env: Alchemy, task: Chemistry, state: State) -> Plan:
    """Return the best plan for the rest of a trial."""
    stones, potions = state.stones.astype(jnp.int32), state.potions.astype(jnp.int32)
    return plan(task.graph, stones, count_potions(potions), env.trial_steps - state.time % env.trial_steps)


def plan_episode(env: Alchemy, task: Chemistry, key: PRNGKeyArray) -> Int[Array, ""]:
    """Return the most that an episode can pay, its items drawn: trials differ in nothing else."""
    starts = jax.vmap(env.reset, (None, 0))(task, jax.random.split(key, env.trials))
    return jnp.sum(jax.vmap(lambda start: plan_trial(env, task, start).value)(starts))


def act(env: Alchemy, task: Chemistry, state: State) -> Int[Array, ""]:
    """Return the next action of the best plan: the first stone that is not left alone is dipped or deposited."""
    best = plan_trial(env, task, state)
    taken = best.option > 0
    slot = jnp.argmax(taken)
    stone = state.stones[slot].astype(jnp.int32)
    kind = jnp.asarray(options().first)[task.graph, stone, best.option[slot]]
    target = jnp.where(kind == NO_POTION, 0, 1 + jnp.argmax(state.potions == kind.astype(jnp.int8)))
    action = env.no_op + 1 + slot * (env.potions + 1) + target
    return jnp.where(jnp.any(taken), action, env.no_op).astype(jnp.int32)
