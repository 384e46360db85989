"""The differentiable dictionary: values by hand, derivatives by differences, its limits, and its targets."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning.episodic_control import Entries, empty
from athanor.learning.neural_dictionary import Dictionary, look_up, look_ups, n_step_targets, write_average

SETTINGS = Dictionary(neighbours=2, delta=1.0, rate=0.5)


def entries(keys, values, capacity=4):
    filled = len(keys)
    key = jnp.zeros((capacity, 1)).at[:filled, 0].set(jnp.array(keys, jnp.float32))
    value = jnp.zeros(capacity).at[:filled].set(jnp.array(values, jnp.float32))
    return Entries(key, value, jnp.where(jnp.arange(capacity) < filled, jnp.arange(capacity), -1))


def at(stored, query, settings=SETTINGS):
    return float(look_up(settings, stored, jnp.array([query], jnp.float32)))


def test_a_look_up_by_hand():
    # Distances 1 and 2, kernels 1/2 and 1/5: (5 · 1 + 2 · 8) / 7; the third key is not among the nearest.
    assert at(entries([0.0, 3.0, 9.0], [1.0, 8.0, 100.0]), 1.0) == pytest.approx(3.0)


def test_fewer_keys_than_neighbours_and_none():
    assert at(entries([5.0], [2.0]), 0.0) == pytest.approx(2.0)
    assert at(entries([], []), 0.0, Dictionary(untried=-3.0)) == -3.0


def test_a_small_delta_leaves_the_key_itself():
    stored = entries([0.0, 1.0], [2.0, 6.0])
    assert at(stored, 0.0, Dictionary(2, delta=1e-3)) == pytest.approx(
        (1000 * 2 + 6 / 1.001) / (1000 + 1 / 1.001)
    )
    assert at(stored, 0.0, Dictionary(2, delta=1e-7)) == pytest.approx(2.0, abs=1e-5)


def test_derivatives_are_those_of_differences():
    stored = entries([0.0, 3.0], [1.0, 8.0])

    def value(query, key, values):
        return look_up(SETTINGS, stored._replace(key=key, value=values), query)

    arguments = [jnp.array([1.0]), stored.key, stored.value]
    for which, gradient in enumerate(jax.grad(value, (0, 1, 2))(*arguments)):
        for place in range(min(2, gradient.size)):
            change = 1e-2 * jnp.eye(gradient.size)[place].reshape(gradient.shape)
            ends = []
            for moved in (arguments[which] + change, arguments[which] - change):
                ends.append(float(value(*arguments[:which], moved, *arguments[which + 1 :])))
            by_differences = (ends[0] - ends[1]) / 2e-2
            assert float(gradient.ravel()[place]) == pytest.approx(by_differences, rel=2e-2, abs=2e-3)
    # By the query by hand: with weights u = 1/2, v = 1/5, u' = −1/2, v' = 4/25 it is (u'v − uv')(1 − 8) / (u + v)².
    by_hand = (-0.5 * 0.2 - 0.5 * 0.16) * (1 - 8) / 0.49
    assert float(jax.grad(value)(*arguments)[0]) == pytest.approx(by_hand, rel=1e-5)


def test_writing_averages_by_hand():
    table, write = empty(3, 2, 1), jax.jit(write_average, static_argnums=0)
    for key, target in ((0.0, 4.0), (0.0, 8.0), (0.0, 8.0), (7.0, 1.0)):
        table = write(SETTINGS, table, jnp.int32(1), jnp.array([key]), jnp.float32(target))
    assert table.entries.value[1].tolist() == [7.0, 1.0, 0.0]
    assert (table.entries.written[0] == -1).all()
    assert look_ups(SETTINGS, table, jnp.array([0.0])).tolist() == pytest.approx(
        [0.0, (7 + 1 / 50) / (1 + 1 / 50)]
    )


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (1, [1 + 0.5 * 10, 2 + 0.5 * 20, 4.0]),
        (2, [1 + 0.5 * 2 + 0.25 * 20, 2 + 0.5 * 4, 4.0]),
        (9, [1 + 0.5 * 2 + 0.25 * 4, 4.0, 4.0]),
    ],
)
def test_targets_by_hand(steps, expected):
    reward, discount = jnp.array([1.0, 2.0, 4.0]), jnp.array([0.5, 0.5, 0.0])
    found = n_step_targets(reward, discount, jnp.array([10.0, 20.0, 99.0]), steps)
    assert found.tolist() == pytest.approx(expected)


def test_an_episode_cut_off_bootstraps_from_its_end():
    found = n_step_targets(jnp.zeros(3), jnp.ones(3), jnp.array([1.0, 2.0, 3.0]), 2)
    assert found.tolist() == [2.0, 3.0, 3.0]
    with pytest.raises(ValueError, match="steps is 0, must be at least 1"):
        n_step_targets(jnp.zeros(3), jnp.ones(3), jnp.zeros(3), 0)


def test_it_generalises_where_a_mean_of_neighbours_does_not():
    """A smooth function of the key, between stored keys: the kernel follows it, the plain mean of all does not."""
    keys = np.linspace(0, 1, 4)
    stored = entries(keys, keys**2)
    error = [abs(at(stored, float(key) + 0.05, Dictionary(4)) - (key + 0.05) ** 2) for key in keys[:-1]]
    plain = [abs((keys**2).mean() - (key + 0.05) ** 2) for key in keys[:-1]]
    assert np.mean(error) < 0.3 * np.mean(plain)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"neighbours": 0}, "neighbours is 0, must be at least 1"),
        ({"delta": 0.0}, "delta is 0.0, must be more than 0 and finite"),
        ({"rate": 0.0}, "rate is 0.0, must be more than 0 and at most 1"),
        ({"untried": float("nan")}, "untried is nan, must be finite"),
    ],
)
def test_impossible_settings_are_one_line(settings, line):
    with pytest.raises(ValueError) as error:
        Dictionary(**settings)
    assert str(error.value) == line
