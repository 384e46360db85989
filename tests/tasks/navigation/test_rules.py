"""Tests of the rules and of the targets: cells by hand, bad input, the distributions."""

import subprocess
import sys
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import (
    DISTRIBUTIONS,
    FIGURE2,
    OBSTACLE_LEVELS,
    RELEASED,
    Rules,
    blocked_cells,
    target_cells,
)
from athanor.tasks.navigation.targets import FIGURE2_TARGETS, RELEASED_TARGETS, stratum_weights


def test_the_cells_of_the_cross_by_hand() -> None:
    # Strictly between 3 and 7 lie 39 cells on each segment; they share the middle.
    assert RELEASED.rectangles == ((50, 50, 31, 69), (31, 69, 50, 50))
    assert blocked_cells(RELEASED).sum() == 77
    assert FIGURE2.rectangles == ((50, 50, 41, 59), (41, 59, 50, 50))


@pytest.mark.parametrize(("level", "cells"), [("none", 0), ("easy", 39), ("hard", 8 * 29)])
def test_the_cells_of_a_level(level, cells) -> None:
    assert blocked_cells(replace(RELEASED, obstacles=level)).sum() == cells


def test_a_wide_obstacle_blocks_its_neighbours() -> None:
    assert replace(RELEASED, obstacles="easy", half_width=0.1).rectangles == ((49, 51, 31, 69),)


def test_reach_in_cells() -> None:
    assert (RELEASED.reach_cells, FIGURE2.reach_cells) == (2, -1)
    assert replace(RELEASED, reach_squared=0.0).reach_cells == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"arm": 5.0}, "arm is 5.0, must be more than 0 and less than 5.0"),
        ({"horizon": 1}, "horizon is 1, must be at least 2"),
        ({"start": (5.0, 5.0)}, "start is (5.0, 5.0), must be a free point of the lattice"),
        ({"stride": 0.3}, "stride is 0.3, must be positive, and divide 10"),
        ({"reach_squared": -1.0}, "reach_squared is -1.0, must be at least 0, or none"),
    ],
)
def test_impossible_rules_are_named(changes, message) -> None:
    with pytest.raises(ValueError) as error:
        Rules(**changes)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("obstacles='meduim'", "obstacles is 'meduim', must be one of none, easy, medium, hard"),
        ("distribution='wide'", "distribution is 'wide', must be one of uniform, random, narrow"),
    ],
)
def test_unknown_names_are_named(setting, message) -> None:
    # In a process of its own: here, annotations are enforced before the check is reached.
    code = f"from athanor.tasks.navigation.rules import Rules; Rules({setting})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == f"ValueError: {message}"


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ((5.0, 6.9), "target (5.0, 6.9) lies on an obstacle (level medium)"),
        ((10.1, 3.0), "target (10.1, 3.0) lies outside the square [0, 10]^2"),
        ((1.23, 3.0), "target (1.23, 3.0) has coordinates that are no multiples of 0.1"),
    ],
)
def test_impossible_targets_are_named(point, message) -> None:
    with pytest.raises(ValueError) as error:
        target_cells(RELEASED, (point,))
    assert str(error.value) == message


@pytest.mark.parametrize("level", OBSTACLE_LEVELS)
def test_the_published_targets_are_free_at_every_level(level) -> None:
    cells = target_cells(replace(RELEASED, obstacles=level), RELEASED_TARGETS + FIGURE2_TARGETS)
    np.testing.assert_array_equal(cells[[0, 10]], [(67, 93), (1, 8)])


def test_weights_by_hand() -> None:
    # Rounding gives an edge cell half the weight of an inner one, and a corner a quarter.
    weights = stratum_weights(replace(RELEASED, obstacles="none"))[0] * 2500
    assert weights[[50, 50, 60, 100], [50, 60, 60, 100]] == pytest.approx([0.25, 0.5, 1.0, 0.25])
    assert weights[49].sum() == 0


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("level", ["medium", "hard"])
def test_draws_follow_the_weights_and_avoid_obstacles(distribution, level) -> None:
    rules = replace(RELEASED, distribution=distribution, obstacles=level)
    env = navigation(rules)
    keys = jax.random.split(jax.random.key(0), 20_000)
    cells = np.asarray(jax.jit(jax.vmap(env.sample_task))(keys).cell)
    assert not blocked_cells(rules)[cells[:, 0], cells[:, 1]].any()
    weights = stratum_weights(rules).mean(0)
    for axis in (0, 1):
        expected = weights.sum(1 - axis).cumsum()
        drawn = np.searchsorted(np.sort(cells[:, axis]), np.arange(101), side="right") / len(cells)
        assert np.abs(drawn - expected).max() < 1.95 / np.sqrt(len(cells))  # Kolmogorov's 99.9 % bound


def test_batches_take_the_quadrants_in_turn() -> None:
    uniform = np.asarray(navigation(RELEASED).sample_tasks(jax.random.key(1), 400).cell)
    for first, (right, upper) in enumerate([(1, 1), (-1, 1), (-1, -1), (1, -1)]):
        assert ((uniform[first::4] - 50) * (right, upper) >= 0).all()
    narrow = navigation(replace(RELEASED, distribution="narrow")).sample_tasks(jax.random.key(1), 400).cell
    assert int(jnp.max(narrow[:, 0])) <= 50
    assert int(jnp.min(narrow[0::2, 1])) >= 50 >= int(jnp.max(narrow[1::2, 1]))


def test_the_same_key_draws_the_same_target() -> None:
    env = navigation(RELEASED)
    first, second = (env.sample_task(jax.random.key(9)).cell for _ in range(2))
    np.testing.assert_array_equal(first, second)
