"""Exact values in a maze whose walls are known, and how far the best of several returns lies above their mean.

A return without discount is goal_reward + step_reward · (T − 1), where T is the step that enters the goal, and
step_reward · H where none of the H steps does. So the distribution of T under a policy is that of the return.
"""

from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Float, Int

from athanor.tasks.maze.board import board, following
from athanor.tasks.maze.environment import Maze

Values = Float[np.ndarray, "cell action"]


class Optimum(NamedTuple):
    """The best play at every number of steps left, from 1."""

    values: Float[np.ndarray, "left cell action"]  # of an action, then the best play
    policy: Int[np.ndarray, "left cell"]


def sampled_walls(rules: Maze, seed: int) -> Bool[np.ndarray, "passage"]:
    """Return the passages of the maze that a seed draws."""
    return np.asarray(rules.sample_task(jax.random.key(seed)).open)


def chances(rules: Maze, passages: Bool[np.ndarray, "passage"]) -> Float[np.ndarray, "cell action cell"]:
    """Return how likely an action leads from a cell to a cell; the goal holds."""
    entered = np.eye(rules.size**2)[following(board(rules.size), passages)]
    slipped = entered.mean(axis=1, keepdims=True)
    chance = (1 - rules.slip) * entered + rules.slip * slipped
    chance[rules.goal] = np.eye(rules.size**2)[rules.goal]
    return chance


def optimum(rules: Maze, passages: Bool[np.ndarray, "passage"]) -> Optimum:
    """Return the best play by backward induction over the steps left; ties go to the first action."""
    chance, later = chances(rules, passages), np.zeros(rules.size**2)
    gain = rules.step_reward + (rules.goal_reward - rules.step_reward) * chance[:, :, rules.goal]
    gain[rules.goal] = 0.0
    values = np.empty((rules.steps, *gain.shape))
    for left in range(rules.steps):
        values[left] = gain + chance @ later
        later = values[left].max(axis=1)
    return Optimum(values, values.argmax(axis=2))


def policy_return(
    rules: Maze, passages: Bool[np.ndarray, "passage"], policy: Float[np.ndarray, "cell action"]
) -> float:
    """Return the expected return of a policy, given as probabilities that do not depend on the time."""
    moves = np.einsum("ca,cad->cd", policy, chances(rules, passages))
    presence, total = np.eye(rules.size**2)[0], 0.0
    for _ in range(rules.steps):
        going_on, arrived = 1 - presence[rules.goal], presence[rules.goal]
        presence = presence @ moves
        entered = presence[rules.goal] - arrived
        total += rules.goal_reward * entered + rules.step_reward * (going_on - entered)
    return float(total)


def arrivals(
    rules: Maze,
    passages: Bool[np.ndarray, "passage"],
    start: int,
    first: int,
    policy: Int[np.ndarray, "left cell"],
) -> Float[np.ndarray, "steps"]:
    """Return the probabilities that the goal is entered at steps 1 … H, after a given first action."""
    chance, cells = chances(rules, passages), np.arange(rules.size**2)
    presence = chance[start, first]
    reached = [presence[rules.goal]]
    for left in range(len(policy) - 1, 0, -1):
        presence = presence @ chance[cells, policy[left - 1]]
        reached.append(presence[rules.goal])
    return np.diff(np.array(reached), prepend=0.0)


def outcomes(
    rules: Maze, reached: Float[np.ndarray, "steps"]
) -> tuple[Float[np.ndarray, "outcome"], Float[np.ndarray, "outcome"]]:
    """Return the possible returns and their probabilities, given when the goal is entered."""
    steps = np.arange(len(reached))
    value = np.append(rules.goal_reward + rules.step_reward * steps, rules.step_reward * len(reached))
    return value, np.append(reached, 1 - reached.sum())


def expected_best(
    value: Float[np.ndarray, "outcome"], chance: Float[np.ndarray, "outcome"], visits: int
) -> float:
    """Return the expected greatest of some independent outcomes: Σ x (F(x)ⁿ − F(x−)ⁿ)."""
    if visits < 1:
        raise ValueError(f"visits is {visits}, must be at least 1")
    order = np.argsort(value, kind="stable")
    below = np.append(0.0, np.clip(np.cumsum(chance[order]), 0.0, 1.0))
    below[-1] = 1.0
    return float(value[order] @ np.diff(below**visits))


def over_estimate(rules: Maze, passages: Bool[np.ndarray, "passage"], visits: int) -> float:
    """Return what the best of some returns from the start lies above the value, in expectation.

    The table of best returns holds, of the best first action in the start, the greatest of as many independent returns,
    one an episode, each played on optimally. So it would stand with optimal play, at its best; where the agent itself
    acts on the table its returns, and with them the best of them, are no higher than the luckiest walk's.
    """
    best = optimum(rules, passages)
    first = int(best.policy[-1, 0])
    value, chance = outcomes(rules, arrivals(rules, passages, 0, first, best.policy))
    return expected_best(value, chance, visits) - float(best.values[-1, 0, first])
