"""The game as a Markov decision process over (belief, lights, what was earned, where the agent is).

Time does not enter the transitions, so that one table of them serves every step of a backward induction.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from athanor.tasks.numpad.beliefs import Beliefs
from athanor.tasks.numpad.board import destinations
from athanor.tasks.numpad.environment import START, Numpad


class Model(NamedTuple):
    """The reachable states, and the two things that can follow an action.

    A hit: the pad entered lights up. A miss: it does not, or no pad is entered.
    """

    start: Int[np.ndarray, "root"]
    belief: Int[np.ndarray, "state"]
    lit: Int[np.ndarray, "state"]
    pad: Int[np.ndarray, "state"]
    chance: Float[np.ndarray, "state action"]  # of a hit
    reward: Float[np.ndarray, "state action"]  # of a hit
    hit: Int[np.ndarray, "state action"]  # state that follows
    miss: Int[np.ndarray, "state action"]


class _Situations(NamedTuple):
    """What a state says besides the belief: without lights on the pad matters, else it is the last one lit."""

    lit: Int[np.ndarray, "situation"]
    earned: Int[np.ndarray, "situation"]
    pad: Int[np.ndarray, "situation"]  # 0 where lights are on: the belief says which
    number: Int[np.ndarray, "lit earned pad"]


def model_of(rules: Numpad, beliefs: Beliefs, roots: int) -> Model:
    """Tabulate what can be reached from an episode's start with one of the first beliefs."""
    situations = _situations(rules)
    size = len(situations.lit)
    belief, situation = np.divmod(np.arange(len(beliefs.known) * size), size)
    lit, earned = situations.lit[situation], situations.earned[situation]
    pad = np.where(lit == 0, situations.pad[situation], beliefs.pad[belief, lit - 1])
    start = np.arange(roots) * size + situations.number[0, 0, START]
    following = _transitions(rules, beliefs, situations, (belief, lit, earned, pad))
    model = Model(start, belief, lit, pad, *following)
    return _restricted(model, _reached(model))


def _situations(rules: Numpad) -> _Situations:
    dark = [(0, earned, pad) for earned in range(rules.pads) for pad in range(rules.cells)]
    bright = [(lit, earned, 0) for lit in range(1, rules.pads) for earned in range(lit, rules.pads)]
    rows = np.array(dark + bright)
    number = np.zeros((rules.pads, rules.pads, rules.cells), np.int64)
    for at, (lit, earned, pad) in enumerate(rows):
        number[lit, earned, pad if lit == 0 else slice(None)] = at
    lits, amounts, pads = rows.T
    return _Situations(lits, amounts, pads, number)


def _transitions(
    rules: Numpad, beliefs: Beliefs, situations: _Situations, state: tuple[Int[np.ndarray, "state"], ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return chance and reward of a hit, then the states that follow a hit and a miss, by state and action."""
    belief, lit, earned, pad = (entry[:, None] for entry in state)
    entered = destinations(rules.rows, rules.columns)[pad[:, 0]]
    stays = entered == pad
    chance = np.where(stays, 0.0, beliefs.marginal[belief, lit, entered])
    reward = np.broadcast_to(np.where(lit + 1 > earned, 1.0, 0.0), chance.shape)
    learns = beliefs.known[belief] == lit
    informed = [np.where(learns, after[belief, entered], belief) for after in (beliefs.hit, beliefs.miss)]
    completes = lit + 1 == rules.pads
    lights = np.where(completes, 0, lit + 1)
    best = np.where(completes, 0, np.maximum(earned, lit + 1))
    size = len(situations.lit)
    hit = informed[0] * size + situations.number[lights, best, entered]
    miss = informed[1] * size + situations.number[0, earned, entered]
    return chance, reward, hit, np.where(stays, np.arange(len(belief))[:, None], miss)


def _reached(model: Model) -> Bool[np.ndarray, "state"]:
    """Return which states can be reached from the start."""
    reached = np.zeros(len(model.belief), bool)
    frontier = model.start
    while len(frontier):
        reached[frontier] = True
        chance = model.chance[frontier]
        following = np.concatenate([model.hit[frontier][chance > 0], model.miss[frontier][chance < 1]])
        frontier = np.unique(following[~reached[following]])
    return reached


def _restricted(model: Model, kept: Bool[np.ndarray, "state"]) -> Model:
    """Return the model of states that are closed under transitions; what has no chance may lead anywhere."""
    number = np.maximum(np.cumsum(kept) - 1, 0)
    return Model(
        number[model.start],
        *(column[kept] for column in (model.belief, model.lit, model.pad)),
        *(column[kept] for column in (model.chance, model.reward)),
        *(number[column[kept]] for column in (model.hit, model.miss)),
    )
