"""Tests of actions: what is one, and the one line for what is none."""

import jax.numpy as jnp
import numpy as np
import pytest

from athanor import FAMILIES
from athanor.environment import Box, Discrete
from athanor.gymnasium_face.families import found
from athanor.gymnasium_face.spaces import many_actions, of_gymnasium, one_action

FOUR = Discrete(4)
PAIR = Box((-1.0, 0.0), (1.0, np.inf))
NONE = [
    99,
    -1,
    2.7,
    2.0,
    True,
    "1",
    np.array([3]),
    None,
    float("nan"),
    np.bool_(True),
    np.array(True),
    [1],
    {},
]


@pytest.mark.parametrize("action", [3, np.int64(3), np.uint8(3), np.array(3), jnp.int32(3)])
def test_whole_numbers_are_actions(action) -> None:
    assert one_action(FOUR, action) == 3


@pytest.mark.parametrize("action", NONE, ids=repr)
def test_what_is_no_whole_number_in_range_is_named(action) -> None:
    with pytest.raises(ValueError) as error:
        one_action(FOUR, action)
    assert str(error.value) == f"action is {action!r}, must be a whole number from 0 to 3"


@pytest.mark.parametrize("name", FAMILIES)
def test_no_family_takes_any_of_them(name) -> None:
    space = found(name).game({}).action
    for action in [*NONE, np.full(3, np.nan), np.full(99, 0.0)]:
        if isinstance(space, Box) and np.shape(action) == (space.size,) == (1,):
            continue  # a vector of one component
        with pytest.raises(ValueError, match=r"^action is .*, must be .*$"):
            one_action(space, action)


def test_real_vectors_are_actions() -> None:
    np.testing.assert_array_equal(one_action(PAIR, [1, 5.5]), np.array([1.0, 5.5], np.float32))
    np.testing.assert_array_equal(one_action(PAIR, np.array([-1, 0])), np.array([-1.0, 0.0], np.float32))


@pytest.mark.parametrize(
    "action",
    [
        [1.1, 0],
        [0, -0.1],
        [0, np.inf],
        [np.nan, 0],
        [0],
        [[0, 0]],
        0.0,
        "ab",
        None,
        [True, False],
        [[0], [0, 1]],
    ],
    ids=repr,
)
def test_what_is_no_vector_within_the_bounds_is_named(action) -> None:
    with pytest.raises(ValueError) as error:
        one_action(PAIR, action)
    assert str(error.value) == f"action is {action!r}, must be 2 finite numbers between [-1 0] and [1 inf]"


def test_a_long_action_is_cut() -> None:
    with pytest.raises(ValueError) as error:
        one_action(FOUR, np.zeros((50, 50)))
    assert len(str(error.value)) < 100 and "\n" not in str(error.value)


@pytest.mark.parametrize("batch", [[3, 0], np.array([3, 0], np.uint8), jnp.array([3, 0])], ids=str)
def test_batches(batch) -> None:
    actions = many_actions(FOUR, batch, 2)
    assert actions.dtype == np.int32 and actions.tolist() == [3, 0]


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ([0, 4], "action is np.int64(4), must be a whole number from 0 to 3"),
        ([-1, 0], "action is np.int64(-1), must be a whole number from 0 to 3"),
        ([0.0, 1.0], "action is np.float64(0.0), must be a whole number from 0 to 3"),
        ([True, False], "action is np.True_, must be a whole number from 0 to 3"),
        ([0, None], "action is None, must be a whole number from 0 to 3"),
        ([0, 1, 2], "actions are [0, 1, 2], must be an array of shape (2,)"),
        (1, "actions are 1, must be an array of shape (2,)"),
        ([[0], [0, 1]], "actions are [[0], [0, 1]], must be an array of shape (2,)"),
    ],
    ids=str,
)
def test_a_batch_with_what_is_no_action_is_named(batch, message) -> None:
    with pytest.raises(ValueError) as error:
        many_actions(FOUR, batch, 2)
    assert str(error.value) == message


def test_real_batches() -> None:
    assert many_actions(PAIR, [[0, 1], [1, 2]], 2).tolist() == [[0, 1], [1, 2]]
    with pytest.raises(ValueError, match=r"action is array\(\[2., 2.\].*\), must be 2 finite numbers"):
        many_actions(PAIR, [[0, 1], [2, 2]], 2)
    with pytest.raises(ValueError, match=r"actions are \[\[0, 1\]\], must be an array of shape \(2, 2\)"):
        many_actions(PAIR, [[0, 1]], 2)


def test_spaces_of_gymnasium() -> None:
    assert of_gymnasium(FOUR).n == 4
    box = of_gymnasium(PAIR)
    assert (box.dtype, box.low.tolist(), box.high.tolist()) == (np.float32, [-1, 0], [1, np.inf])
