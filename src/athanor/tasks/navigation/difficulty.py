"""How hard a target is before anything is learned: features of the map and of the exact solution."""

from dataclasses import replace
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.navigation.environment import Target, navigation
from athanor.tasks.navigation.exact import UNREACHED, moves_from_start, squared_distances
from athanor.tasks.navigation.play import play_myopic
from athanor.tasks.navigation.rules import Rules


class Difficulty(NamedTuple):
    """A-priori features of targets, each with an axis of targets."""

    distance: Float[np.ndarray, "target"]  # m, from the start in a straight line
    border: Float[np.ndarray, "target"]  # m, to the nearest side of the square
    moves: Float[np.ndarray, "target"]  # fewest moves that reach the target, infinite if there is no way
    detour: Float[np.ndarray, "target"]  # moves over those without obstacles
    myopic_distance: Float[np.ndarray, "target"]  # m, at which a walk that always steps nearer ends


def difficulty(rules: Rules, cells: Int[np.ndarray, "target 2"]) -> Difficulty:
    """Return the features of targets given by their cells."""
    moves = moves_to_reach(rules, cells)
    straight = moves_to_reach(replace(rules, obstacles="none"), cells)
    offset = cells - np.array(rules.start_cell)
    return Difficulty(
        distance=np.hypot(offset[:, 0], offset[:, 1]) * rules.stride,
        border=np.round(np.minimum(cells, rules.last_cell - cells).min(1) * rules.stride, 5),
        moves=moves,
        detour=moves / straight,
        myopic_distance=_myopic_distance(rules, cells),
    )


def moves_to_reach(rules: Rules, cells: Int[np.ndarray, "target 2"]) -> Float[np.ndarray, "target"]:
    """Return the fewest moves, at least one, after which each target counts as reached; without a reach, is met."""
    moves = moves_from_start(rules).astype(float)
    moves[moves == UNREACHED] = np.inf
    near = squared_distances(rules, cells) <= max(rules.reach_cells, 0)
    return np.maximum(np.where(near, moves, np.inf).min((1, 2)), 1.0)


def _myopic_distance(rules: Rules, cells: Int[np.ndarray, "target 2"]) -> Float[np.ndarray, "target"]:
    walks = play_myopic(navigation(rules), Target(jnp.asarray(cells, jnp.int32)))
    squared = np.asarray(walks.squared_distance, float)
    return np.round(np.sqrt(squared), 5)  # float32's rounding is no feature
