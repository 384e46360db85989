"""Scripted gaits: every motor follows a sine wave of its own, all of one frequency; which are good is searched for.

A simulated gait has a velocity at each step, and so a return for every hidden velocity at once. The search keeps all
gaits that it has tried, and tries what lies near the best of them for each of the velocities. One episode may have been
luck: at the end the best are tried again.
"""

import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.cheetah_velocity.environment import CheetahVelocity
from athanor.tasks.cheetah_velocity.physics import JOINTS, MOTORS, ROW, SECONDS, advance

SIZE = (
    3 * MOTORS + 1
)  # numbers of a gait: the motors' amplitudes, phases (rad) and offsets, then the frequency (Hz)
CELLS = 25  # of the range of hidden velocities; a gait is searched for the middle of each
FIRST = 400  # gaits drawn at random
ROUNDS = 6
CHILDREN = 150  # gaits tried in a round
TRIES = 4  # further episodes of each of the best
_PARENTS = 4  # gaits per velocity that are varied, and at the end tried again
_MIXED = 0.2  # share of a gait's numbers that come from a second parent
_LOW = np.repeat([0.0, 0.0, -0.3, 1.0], [MOTORS, MOTORS, MOTORS, 1])
_HIGH = np.repeat([1.2, 2 * np.pi, 0.3, 5.0], [MOTORS, MOTORS, MOTORS, 1])
_SPREAD = np.repeat([0.15, 0.3, 0.1, 0.2], [MOTORS, MOTORS, MOTORS, 1])  # of variations; standard deviations

Gaits = Float[np.ndarray, "gait 19"]


def middles(rules: CheetahVelocity) -> Float[np.ndarray, "cell"]:
    """Return the middle of each cell of the range of hidden velocities."""
    return rules.lowest + (np.arange(CELLS) + 0.5) / CELLS * (rules.highest - rules.lowest)


def search(rules: CheetahVelocity, rng: np.random.Generator) -> Float[np.ndarray, "cell 19"]:
    """Return the best gait that was found for each cell."""
    gaits = rng.uniform(_LOW, _HIGH, (FIRST, SIZE))
    returns = returns_of(velocities(rules, gaits, rng), middles(rules))
    for _ in range(ROUNDS):
        best = _best(returns)
        children = _varied(gaits[rng.choice(best, CHILDREN)], gaits[rng.choice(best, CHILDREN)], rng)
        more = returns_of(velocities(rules, children, rng), middles(rules))
        gaits, returns = np.concatenate([gaits, children]), np.concatenate([returns, more])
    finalists = gaits[np.unique(_best(returns))]
    again = returns_of(velocities(rules, np.tile(finalists, (TRIES, 1)), rng), middles(rules))
    return finalists[again.reshape(TRIES, len(finalists), CELLS).mean(axis=0).argmax(axis=0)]


def velocities(
    rules: CheetahVelocity, gaits: Gaits, rng: np.random.Generator
) -> Float[np.ndarray, "step gait"]:
    """Return the mean velocities of the steps of an episode with each gait."""
    rows, found = np.zeros((len(gaits), ROW)), np.empty((rules.steps, len(gaits)))
    rows[:, :JOINTS] = rng.uniform(-rules.noise, rules.noise, (len(gaits), JOINTS))
    rows[:, JOINTS : 2 * JOINTS] = rules.noise * rng.standard_normal((len(gaits), JOINTS))
    for step in range(rules.steps):
        rows, found[step] = advance(rows, torques(gaits, step))
    return found


def torques(gaits: Gaits, step: int) -> Float[np.ndarray, "gait motor"]:
    """Return what the gaits ask of the motors in a step."""
    amplitude, phase, offset, frequency = np.split(gaits, [MOTORS, 2 * MOTORS, 3 * MOTORS], axis=1)
    wave = np.sin(2 * np.pi * frequency * step * SECONDS + phase)
    return np.clip(offset + amplitude * wave, -1.0, 1.0)


def returns_of(
    velocity: Float[np.ndarray, "step gait"], targets: Float[np.ndarray, "target"]
) -> Float[np.ndarray, "gait target"]:
    """Return what velocities earn where each target is the hidden velocity."""
    return sum(np.maximum(1 - np.abs(now[:, None] / targets - 1), 0) for now in velocity)


def _best(returns: Float[np.ndarray, "gait cell"]) -> Int[np.ndarray, "parent"]:
    """Return the numbers of the gaits that are best for each cell; one that is for several is there as often."""
    return np.argsort(-returns, axis=0)[:_PARENTS].ravel()


def _varied(first: Gaits, second: Gaits, rng: np.random.Generator) -> Gaits:
    """Return a child of each pair of gaits: mostly the first, with noise on every number."""
    child = np.where(rng.random(first.shape) < _MIXED, second, first)
    return child + _SPREAD * rng.standard_normal(first.shape)
