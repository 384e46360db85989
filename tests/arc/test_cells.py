import jax.numpy as jnp
import numpy as np
import pytest

from athanor.arc.cells import distance_ranges, features


def test_distances_by_hand():
    # Two cells of the half circle, seen from its end: the points of the first are 0 to √2 away, of the second √2 to 2.
    nearest, farthest = distance_ranges(jnp.array([1.0, 0.0]), np.pi, 2)
    assert np.allclose(nearest, [0, np.sqrt(2)], atol=1e-6)
    assert np.allclose(farthest, [np.sqrt(2), 2], atol=1e-6)
    # From half way up, the nearest point of either cell is the top, half a radius away.
    nearest, farthest = distance_ranges(jnp.array([0.0, 0.5]), np.pi, 2)
    assert np.allclose(nearest, 0.5, atol=1e-6)
    assert np.allclose(farthest, np.sqrt(1.25), atol=1e-6)


@pytest.mark.parametrize("max_angle", [np.pi, 2 * np.pi, 1.0])
def test_every_point_of_a_cell_is_within_its_range_and_some_at_its_ends(max_angle):
    rng, cells = np.random.default_rng(0), 16
    angles = np.linspace(0, max_angle, cells * 500 + 1)
    for position in rng.uniform(-1.2, 1.2, (30, 2)):
        nearest, farthest = distance_ranges(jnp.asarray(position, jnp.float32), float(max_angle), cells)
        distance = np.hypot(np.cos(angles) - position[0], np.sin(angles) - position[1])
        within = np.stack([distance[500 * cell : 500 * cell + 501] for cell in range(cells)])
        assert np.allclose(nearest, within.min(axis=1), atol=1e-3)
        assert np.all(np.asarray(nearest) <= within.min(axis=1) + 1e-6)
        here = within.max(axis=1) < 0.99  # the greatest distance matters within the radius alone
        assert np.allclose(np.asarray(farthest)[here], within.max(axis=1)[here], atol=1e-6)


def test_features_are_cells_mean_and_deviation():
    possible = jnp.array([True, False, False, True])
    # Middles 1/8 and 7/8: mean 1/2, deviation 3/8.
    assert np.allclose(features(possible), [1, 0, 0, 1, 0.5, 0.375])
