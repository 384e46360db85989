"""Tests of where walks end."""

import numpy as np
import pytest

from athanor.tasks.navigation.ends import behind_the_cross, final_cells, inside, on_obstacle
from athanor.tasks.navigation.play import constant_tables
from athanor.tasks.navigation.rules import DOWN_LEFT, FIGURE2, RELEASED, target_cells
from athanor.tasks.navigation.targets import RELEASED_TARGETS


@pytest.mark.parametrize(("rules", "end"), [(RELEASED, 50), (FIGURE2, 50)])
def test_going_down_left_ends_in_the_cross(rules, end) -> None:
    cells = target_cells(rules, RELEASED_TARGETS)
    actions = np.repeat(constant_tables(rules, DOWN_LEFT, len(cells)), rules.horizon, axis=1)
    ends = final_cells(rules, cells, actions)
    assert (ends == end).all()
    assert on_obstacle(rules, ends).all()


def test_only_obstacles_inside_the_square_count_as_the_cross() -> None:
    cells = np.array([[50.0, 50.0], [50.0, 71.0], [np.nan, np.nan], [-4.0, 50.0], [140.0, 50.0]])
    assert on_obstacle(RELEASED, cells).tolist() == [True, False, False, False, False]
    assert inside(RELEASED, cells).tolist() == [True, True, False, False, False]
    assert not on_obstacle(RELEASED, np.array([[-3, 50], [99, 99], [140, 50]])).any()


def test_a_target_is_behind_the_cross_if_the_nearest_steps_miss_its_reach() -> None:
    distance = np.array([0.0, 0.1, 0.15, 3.0])
    assert behind_the_cross(distance, 0.02).tolist() == [False, False, True, True]
    assert behind_the_cross(distance, None).tolist() == [False, True, True, True]
