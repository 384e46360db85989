"""Exact expected returns with independent arms: optimal, and of agents that act on the posterior.

Backward induction over the multisets of the arms' (successes, failures). With t pulls made there is one array per
partition of t, with one axis per group of arms pulled equally often. Pulling an arm with m pulls moves it from group m
to group m + 1, whose axes are neighbours; all other axes stay.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from athanor.tasks.bandit.gittins import gittins_indices, means
from athanor.tasks.bandit.multisets import (
    Partition,
    joined,
    moved,
    multiset_count,
    multisets,
    partitions,
    without,
)
from athanor.tasks.bandit.thompson import Quadrature, choice_probabilities, quadrature

AGENTS = ("bayes_optimal", "greedy", "thompson", "gittins")

Values = Float[np.ndarray, "_ agent"]  # by state: expected rewards still to come


class _Tables(NamedTuple):
    """What the sweep looks up: by pulls made and successes."""

    mean: Float[np.ndarray, "pulls successes"]
    gittins: Float[np.ndarray, "left pulls successes"]
    thompson: Quadrature


def exact_values(arms: int, pulls: int) -> dict[str, float]:
    """Return every agent's expected return; greedy and Gittins choose evenly among equally good arms.

    An agent that pulls at most `pulls` arms leaves the others as they were: Bayes-optimal values need no more arms than
    pulls, but the others' choices depend on how many arms are fresh.
    """
    tables = _Tables(means(pulls), gittins_indices(pulls), quadrature(arms, pulls))
    later = {each: np.zeros((_states(each), len(AGENTS))) for each in partitions(pulls, arms)}
    for made in reversed(range(pulls)):
        value = partial(_value, tables, pulls - made, later)
        later = {each: value(each) for each in partitions(made, arms)}
    (start,) = later.values()
    return dict(zip(AGENTS, start[0].tolist(), strict=True))


def shifted_values(arms: int, pulls: int, alpha: float, beta: float) -> dict[str, float]:
    """Return what is earned on arms drawn from Beta(α, β): by the optimum, and by the one that takes them for uniform.

    The latter is the best that learning on uniform arms can end in; of arms that are equally good to it, it takes one.
    """
    taken, true = means(pulls), means(pulls, alpha, beta)
    later = {each: np.zeros((_states(each), 3)) for each in partitions(pulls, arms)}
    for made in reversed(range(pulls)):
        later = {each: _shifted(taken, true, later, each) for each in partitions(made, arms)}
    ((_, mistaken, optimal),) = next(iter(later.values()))
    return {"optimal": float(optimal), "optimal_elsewhere": float(mistaken)}


def _shifted(
    taken: Float[np.ndarray, "pulls successes"],
    true: Float[np.ndarray, "pulls successes"],
    later: dict[Partition, Values],
    partition: Partition,
) -> Values:
    """Return the optimum on uniform arms, and on the true ones what that agent earns and the optimum."""
    supposed, gain = (
        np.concatenate([_gains(mean, later, partition, at) for at in range(len(partition))])
        for mean in (taken, true)
    )
    choice = supposed[..., 0].argmax(axis=0)
    mistaken = np.take_along_axis(gain[..., 1], choice[None], axis=0)[0]
    return np.stack([supposed[..., 0].max(axis=0), mistaken, gain[..., 2].max(axis=0)], axis=-1)


def _value(tables: _Tables, left: int, later: dict[Partition, Values], partition: Partition) -> Values:
    """Return the values at all states of a partition, with so many pulls left."""
    states = _states(partition)
    gain = np.concatenate([_gains(tables.mean, later, partition, at) for at in range(len(partition))])
    mean = _spread(tables.mean, partition)
    index = _spread(tables.gittins[left], partition)
    alike = np.concatenate([np.full(_slots(group), _multiplicity(group)) for group in partition])[:, None]
    thompson = [chance.reshape(-1, states) for chance in choice_probabilities(tables.thompson, partition)]
    greedy, gittins = _best(mean) * alike, _best(index) * alike
    followed = [greedy / greedy.sum(axis=0), np.concatenate(thompson), gittins / gittins.sum(axis=0)]
    values = [gain[..., 0].max(axis=0)]
    values += [(chance * gain[..., agent]).sum(axis=0) for agent, chance in enumerate(followed, 1)]
    return np.stack(values, axis=-1)


def _gains(
    mean: Float[np.ndarray, "pulls successes"], later: dict[Partition, Values], partition: Partition, at: int
) -> Float[np.ndarray, "slot state agent"]:
    """Return the expected reward of pulling each arm of a group and of all that follows."""
    pulls, arms = partition[at]
    following = moved(partition, pulls)
    joins = partition[at + 1][1] if partition[at + 1 :] and partition[at + 1][0] == pulls + 1 else 0
    before = _states(partition[:at])
    left, target = multiset_count(pulls, arms - 1), multiset_count(pulls + 1, joins + 1)
    values = later[following]
    values = values.reshape(before, left, target, -1, values.shape[-1])
    slots = _slots(partition[at])
    successes = multisets(pulls, arms).T[:slots]
    leave = without(pulls, arms).T[:slots, :, None]
    join = joined(pulls + 1, joins).T
    paid = values[:, leave, join[successes + 1]]  # before slot multiset joined after agent
    unpaid = values[:, leave, join[successes]]
    chance = mean[pulls, successes][:, :, None, None, None]
    gain = chance * (1.0 + paid) + (1.0 - chance) * unpaid
    return np.moveaxis(gain, 1, 0).reshape(slots, -1, values.shape[-1])


def _spread(
    table: Float[np.ndarray, "pulls successes"], partition: Partition
) -> Float[np.ndarray, "slot state"]:
    """Return an entry for each arm at every state of a partition."""
    spread = []
    for at, (pulls, arms) in enumerate(partition):
        slots = _slots((pulls, arms))
        entries = table[pulls, multisets(pulls, arms).T[:slots]][:, None, :, None]
        shape = (slots, _states(partition[:at]), entries.shape[2], _states(partition[at + 1 :]))
        spread.append(np.broadcast_to(entries, shape).reshape(slots, -1))
    return np.concatenate(spread)


def _best(score: Float[np.ndarray, "slot state"]) -> Float[np.ndarray, "slot state"]:
    """Return 1 at the arms with the largest score and 0 elsewhere."""
    return (score == score.max(axis=0)).astype(float)


def _states(groups: Sequence[tuple[int, int]]) -> int:
    """Return the number of states of a partition, or of some of its groups."""
    return int(np.prod([multiset_count(*group) for group in groups]))


def _slots(group: tuple[int, int]) -> int:
    """Return how many arms of a group are looked at: one stands for all the fresh ones."""
    pulls, arms = group
    return arms if pulls else 1


def _multiplicity(group: tuple[int, int]) -> int:
    """Return how many arms each of them stands for."""
    pulls, arms = group
    return 1 if pulls else arms
