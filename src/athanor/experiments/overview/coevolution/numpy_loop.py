"""The same evolution strategy in plain NumPy: one member after the other, one step of its episode at a time."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from athanor.experiments.overview.coevolution.runner import RULES
from athanor.learning.evolution import Evolution
from athanor.tasks.hop_course.environment import DEEPEST, PIT

Vector = Float[np.ndarray, "parameter"]
Layers = list[tuple[np.ndarray, np.ndarray]]  # weights and biases
DECAYS, SMALL = (0.9, 0.999), 1e-8  # of Adam


class Climb(NamedTuple):
    """What has evolved: the parameters, and Adam's means of the gradient and of its square."""

    params: Vector
    mean: Vector
    square: Vector
    steps: int = 0


def layers_of(agent: Any) -> Layers:
    """Return the weights and biases of an agent of the runner in NumPy."""
    linear = (agent.encoder.first, agent.encoder.second, agent.head.linear)
    return [(np.asarray(layer.weight), np.asarray(layer.bias)) for layer in linear]


def flat(layers: Layers) -> Vector:
    """Return layers as a vector."""
    return np.concatenate([part.ravel() for layer in layers for part in layer])


def shaped(params: Vector, like: Layers) -> Layers:
    """Return a vector as layers of the sizes of others."""
    found, at = [], 0
    for weight, bias in like:
        middle, end = at + weight.size, at + weight.size + bias.size
        found.append((params[at:middle].reshape(weight.shape), params[middle:end]))
        at = end
    return found


def score(layers: Layers, ground: Int[np.ndarray, "cell"]) -> float:
    """Return the share of a course that is run; the episode stops where it is over."""
    last = RULES.length - 1
    beyond = np.concatenate([ground, np.full(RULES.sight + RULES.fastest, ground[-1])])
    x = y = speed = rise = 0
    for _ in range(RULES.steps):
        grounded = int(beyond[x]) == y
        action = _action(layers, beyond[x : x + RULES.sight + 1], (y, speed, rise, grounded))
        if grounded:
            speed = min(max(speed + action // 2 - 1, 0), RULES.fastest)
            rise = action % 2 * RULES.jump
        top = max(y, y + rise)
        if (beyond[x + 1 : x + speed + 1] > top + 1).any():
            break
        x, y = min(x + speed, last), y + rise
        below = int(beyond[x])
        if (below == PIT and y < 0) or x == last:
            break
        y, rise = (below, 0) if below != PIT and y <= below else (y, rise - 1)
    return x / last


def _action(layers: Layers, ground: Int[np.ndarray, "ahead"], runner: tuple[int, int, int, bool]) -> int:
    """Return the likeliest action."""
    y, speed, rise, grounded = runner
    above = np.clip((ground - y) / DEEPEST, -1.0, 1.0)
    seen = np.where(ground == PIT, -1.0, above)
    features = np.concatenate([[speed / RULES.fastest, rise / RULES.jump, grounded], seen])
    for weight, bias in layers[:-1]:
        features = np.maximum(features @ weight + bias, 0.0)
    weight, bias = layers[-1]
    return int(np.argmax(features @ weight + bias))


def centred_ranks(fitness: Float[np.ndarray, "member"]) -> Float[np.ndarray, "member"]:
    """Return ranks from −1/2 to 1/2; equal fitness has equal ranks."""
    worse = (fitness < fitness[:, None]).sum(axis=1)
    equal = (fitness == fitness[:, None]).sum(axis=1)
    return (worse + (equal - 1) / 2) / (len(fitness) - 1) - 0.5


def generation(
    settings: Evolution, rate: float, state: Climb, like: Layers, ground: np.ndarray, noise: np.ndarray
) -> Climb:
    """Take one step of Adam by the estimated gradient."""
    members = state.params + settings.deviation * np.concatenate([noise, -noise])
    utility = centred_ranks(np.array([score(shaped(member, like), ground) for member in members]))
    added, subtracted = np.split(utility, 2)
    gradient = (added - subtracted) @ noise / (len(utility) * settings.deviation)
    steps = state.steps + 1
    mean = DECAYS[0] * state.mean + (1 - DECAYS[0]) * gradient
    square = DECAYS[1] * state.square + (1 - DECAYS[1]) * gradient**2
    corrected = mean / (1 - DECAYS[0] ** steps), square / (1 - DECAYS[1] ** steps)
    params = state.params + rate * corrected[0] / (np.sqrt(corrected[1]) + SMALL)
    return Climb(params, mean, square, steps)
