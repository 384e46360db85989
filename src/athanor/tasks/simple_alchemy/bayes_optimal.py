"""The exact Bayes-optimal solution: backward induction over beliefs, and its policy to be played.

Within a trial a state is (belief, stone, full potions). Doing nothing or dipping into an empty potion never helps, so
the step of the trial is the number of empty potions, and a trial is solved from no potions left to all full. A trial's
end is worth the expected value of starting the next one with the same belief, so that the value with k trials to go
needs only the value with k - 1.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Integer
from scipy.sparse import csr_array

from athanor.tasks.simple_alchemy.belief_sets import IMPOSSIBLE, PRIOR, BeliefSets
from athanor.tasks.simple_alchemy.environment import (
    ACTIONS,
    ALL_FULL,
    DEPOSIT,
    FIRST_DIP,
    NO_OP,
    Objective,
    SimpleAlchemy,
    State,
    deposit_values,
    is_dip,
)
from athanor.tasks.simple_alchemy.graphs import POTIONS, VERTICES
from athanor.tasks.simple_alchemy.relabellings import Relabellings, relabellings

log = logging.getLogger(__name__)

# Values closer than this are ties (they are sums of at most a few hundred terms of order 1): the earlier action wins,
# with depositing or waiting before any dip.
TIE = 1e-11


class ExactSolution(NamedTuple):
    """Values of every belief at the start of a trial, and the optimal actions for the first objective."""

    value: Float[np.ndarray, "trials_left belief objective"]  # trials_left = 0, 1, ...
    action: Integer[np.ndarray, "trials_left potions belief vertex"]  # trials_left = 1, 2, ...


def solve(rules: SimpleAlchemy, beliefs: BeliefSets, objectives: Sequence[Objective]) -> ExactSolution:
    """Solve episodes of 1 ... rules.trials trials for several objectives at once (they take the place of rules.reward)."""
    dips = [_dip_model(beliefs, relabellings(rules.goal), potion) for potion in range(POTIONS)]
    values = [np.zeros((len(beliefs.code), len(objectives)))]
    actions = []
    for trial in range(rules.trials):
        value, action = _solve_trial(rules, dips, objectives, values[-1])
        values.append(value)
        actions.append(action)
        log.info("trial %d of %d solved", trial + 1, rules.trials)
    return ExactSolution(np.stack(values), np.stack(actions))


class _DipModel(NamedTuple):
    """The outcomes of dipping into one potion, one row a (belief, vertex), compressed."""

    row_start: Int[np.ndarray, "row_and_end"]
    probability: Float[np.ndarray, "outcome"]
    next_row: Int[np.ndarray, "outcome"]  # canonical (belief, vertex)
    potions_left: Integer[
        np.ndarray, "outcome potions"
    ]  # canonical mask, by the mask of potions before the dip


def _dip_model(beliefs: BeliefSets, group: Relabellings, potion: int) -> _DipModel:
    """Tabulate one potion's outcomes from the links between beliefs."""
    successor = beliefs.successor[:, :, potion]
    relabelling = beliefs.relabelling[:, :, potion]
    possible = successor != IMPOSSIBLE
    vertex = np.arange(VERTICES)[:, None]
    dipped = np.concatenate([vertex, vertex ^ 1, vertex ^ 2, vertex ^ 4], axis=1)  # by outcome
    next_row = successor * VERTICES + group.vertex_image[relabelling, dipped]
    probability = beliefs.graphs[successor] / beliefs.graphs[:, None, None]
    emptied = np.arange(ALL_FULL + 1) & ~(1 << potion)
    row_start = np.concatenate([[0], np.cumsum(possible.sum(axis=2).ravel())])
    return _DipModel(
        row_start,
        probability[possible],
        next_row[possible].astype(np.int32),
        group.potions_image[:, emptied].astype(np.uint8)[relabelling[possible]],
    )


def _solve_trial(
    rules: SimpleAlchemy,
    dips: list[_DipModel],
    objectives: Sequence[Objective],
    later: Float[np.ndarray, "belief objective"],
) -> tuple[Float[np.ndarray, "belief objective"], Integer[np.ndarray, "potions belief vertex"]]:
    """Solve one trial, given the value of starting the next one."""
    rows = len(later) * VERTICES
    value = np.empty((ALL_FULL + 1, rows, len(objectives)))
    action = np.empty((ALL_FULL + 1, rows), np.uint8)
    discount = np.array([objective.discount for objective in objectives])
    at_goal = np.arange(rows) % VERTICES == rules.goal
    for potions in sorted(range(ALL_FULL + 1), key=int.bit_count):
        step = POTIONS - potions.bit_count()
        worth = np.array([deposit_values(objective, rules.trial_steps)[step] for objective in objectives])
        stop = np.repeat(later, VERTICES, axis=0) * discount ** (rules.trial_steps - step)
        value[potions] = stop + np.where(at_goal[:, None], worth, 0.0)
        action[potions] = np.where(at_goal, DEPOSIT, NO_OP)
        for potion in range(POTIONS):
            if potions >> potion & 1:
                dip = discount * _expected_value(dips[potion], value, potions)
                better = dip > value[potions] + TIE
                value[potions] = np.where(better, dip, value[potions])
                action[potions] = np.where(better[:, 0], FIRST_DIP + potion, action[potions])
    start = value[ALL_FULL].reshape(len(later), VERTICES, -1).mean(axis=1)
    return start, action.reshape(ALL_FULL + 1, len(later), VERTICES)


def _expected_value(
    dip: _DipModel, value: Float[np.ndarray, "potions row objective"], potions: int
) -> Float[np.ndarray, "row objective"]:
    """Return the expected value after a dip, for every (belief, vertex): a sparse matrix product."""
    masks, rows, objectives = value.shape
    column = dip.potions_left[:, potions].astype(np.int32) * rows + dip.next_row
    outcomes = csr_array((dip.probability, column, dip.row_start), shape=(rows, masks * rows))
    return outcomes @ value.reshape(-1, objectives)


class Policy(NamedTuple):
    """The optimal policy as tables, in canonical labels, with the images that lead there from the true labels."""

    start: Int[Array, ""]  # the prior's number among the beliefs
    successor: Integer[Array, "belief vertex potion outcome"]
    relabelling: Integer[Array, "belief vertex potion outcome"]
    action: Integer[Array, "trials_left potions belief vertex"]  # trials_left = 1, 2, ...
    vertex_image: Integer[Array, "relabelling vertex"]
    potions_image: Integer[Array, "relabelling potions"]
    action_image: Integer[Array, "relabelling action"]
    action_preimage: Int[Array, "relabelling action"]
    compose: Int[Array, "relabelling relabelling"]


class Position(NamedTuple):
    """Where an episode stands: a canonical belief, and the relabelling that takes the true labels to its labels."""

    belief: Int[Array, ""]
    relabelling: Int[Array, ""]


def policy_arrays(
    rules: SimpleAlchemy, beliefs: BeliefSets, solution: ExactSolution
) -> dict[str, np.ndarray]:
    """Return the policy's tables by name, as stored."""
    return {
        "start": np.array(np.searchsorted(beliefs.code, PRIOR)),
        "successor": beliefs.successor,
        "relabelling": beliefs.relabelling,
        "action": solution.action,
        "goal": np.array(rules.goal),
    }


def load_policy(arrays: Mapping[str, np.ndarray]) -> Policy:
    """Return the policy from its stored tables."""
    group = relabellings(int(arrays["goal"]))
    action_image = np.tile(np.arange(ACTIONS), (len(group.compose), 1))
    action_image[:, FIRST_DIP:DEPOSIT] = FIRST_DIP + group.potion_image
    tables = (
        *(arrays[name] for name in ("start", "successor", "relabelling", "action")),
        group.vertex_image,
        group.potions_image,
        action_image,
        np.argsort(action_image, axis=1),
        group.compose,
    )
    return Policy(*(jnp.asarray(table) for table in tables))


def start(policy: Policy) -> Position:
    """Return the position at the start of an episode."""
    return Position(policy.start.astype(jnp.int32), jnp.int32(0))


def act(policy: Policy, position: Position, state: State, trials_left: Int[Array, ""]) -> Int[Array, ""]:
    """Return the optimal action with a number of trials to go, the present one included."""
    potions = policy.potions_image[position.relabelling, state.potions]
    stone = policy.vertex_image[position.relabelling, state.stone]
    action = policy.action[trials_left - 1, potions, position.belief, stone].astype(jnp.int32)
    return jnp.where(state.in_cauldron, NO_OP, policy.action_preimage[position.relabelling, action])


def update(
    rules: SimpleAlchemy,
    policy: Policy,
    position: Position,
    state: State,
    action: Int[Array, ""],
    next_state: State,
) -> Position:
    """Follow a step to the next position; the last step of a trial shows nothing."""
    potion = jnp.clip(policy.action_image[position.relabelling, action] - FIRST_DIP, 0, POTIONS - 1)
    before, after = policy.vertex_image[position.relabelling, jnp.stack([state.stone, next_state.stone])]
    flipped = before ^ after
    outcome = flipped - jnp.where(flipped == 4, 1, 0)  # flips of bits 1, 2, 4 are outcomes 1, 2, 3
    link = (position.belief, before, potion, outcome)
    reached = Position(
        policy.successor[link],
        policy.compose[policy.relabelling[link].astype(jnp.int32), position.relabelling],
    )
    shown = is_dip(state, action) & (next_state.time % rules.trial_steps != 0)
    return Position(*(jnp.where(shown, new, old) for new, old in zip(reached, position, strict=True)))
