"""The LSTM with reinstatement: cell states by hand, its dictionary, and that no arm is special."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning.episodic_lstm import (
    Memory,
    Reinstating,
    Stored,
    recall,
    reinstating_actor_critic,
    store,
)

SMALL = Reinstating(arms=2, bits=2, hidden=1, places=2)
FIRST, SECOND = (1.0, 0.0), (0.0, 1.0)


def observation(barcode, over, arm=None, reward=0.0):
    pulled = [0.0, 0.0] if arm is None else np.eye(2)[arm]
    return jnp.array([*barcode, over, *pulled, reward], jnp.float32)


def remembering(recalls=1.0, resets=1.0):
    return Memory(jnp.float32(recalls), jnp.float32(resets))


def half_open(**memory):
    """Return an encoder whose gates are all 1/2, and whose candidate is 1/2 whatever it sees."""
    encoder = reinstating_actor_critic(SMALL, remembering(), jax.random.key(0)).encoder
    none = jax.tree.map(jnp.zeros_like, encoder)
    return eqx.tree_at(
        lambda one: (one.seen.bias, one.memory),
        none,
        (jnp.zeros(5).at[-1].set(jnp.arctanh(0.5)), remembering(**memory)),
    )


@eqx.filter_jit
def taken_in(encoder, memory, seen):
    return encoder(memory, seen)[0]


def along(encoder, observations):
    """Return the cell states of the first arm after each observation, and the memory after the last."""
    memory, cells = encoder.start(), []
    for seen in observations:
        memory = taken_in(encoder, memory, seen)
        cells.append(float(memory.cell[0, 0]))
    return cells, memory


# A pull in a first context; the last pull's outcome is seen with the second context, then the first one comes back.
EPOCH = [
    observation(FIRST, 0.0),
    observation(FIRST, 0.5, arm=1),
    observation(SECOND, 0.0, arm=0, reward=1.0),
    observation(FIRST, 0.0, arm=1),
]


def test_cell_states_by_hand():
    cells, memory = along(half_open(), EPOCH)
    # 1/4 a step, half of what was: 0.25 / 2 + 0.25 = 0.375 is stored when the second context begins; half of it returns.
    assert cells == pytest.approx([0, 0.25, 0, 0.375 / 2], abs=5e-4)
    assert memory.stored.cell[:, 0, 0].tolist() == pytest.approx([0.375, 0.25], abs=5e-4)
    assert memory.hidden[0, 0] == pytest.approx(0.5 * np.tanh(0.1875), abs=5e-4)
    assert int(half_open().start().stored.written) == 0  # an epoch begins with nothing stored


def test_without_recall_or_without_a_reset_by_hand():
    assert along(half_open(recalls=0), EPOCH)[0] == [0, 0.25, 0, 0]
    kept = along(half_open(recalls=0, resets=0), EPOCH)[0]
    assert kept == pytest.approx([0.25, 0.375, 0.4375, 0.46875])


def test_what_is_stored_comes_back_by_hand():
    empty = Stored(jnp.zeros((2, 2)), jnp.zeros((2, 1, 1)), jnp.int32(0))
    assert float(recall(1.0, empty, jnp.array(FIRST))[0, 0]) == 0
    writings = ((FIRST, 4.0), (SECOND, 3.0), (FIRST, 6.0))  # what is known is written over
    stored = empty
    for barcode, value in writings:
        stored = store(stored, jnp.array(barcode), jnp.full((1, 1), value))
    assert int(stored.written) == 2
    # Distances 0 and √2: 6 + 3 · 1 / (2 + 1).
    assert float(recall(1.0, stored, jnp.array(FIRST))[0, 0]) == pytest.approx(7.0)
    assert float(recall(1e-3, stored, jnp.array([5.0, 5.0]))[0, 0]) == pytest.approx(0, abs=1e-3)


def test_arms_are_alike():
    network = reinstating_actor_critic(replace(SMALL, hidden=3), remembering(), jax.random.key(1))

    @jax.jit
    def score(pulled):
        memory, _ = network.encoder(network.encoder.start(), observation(FIRST, 0.0))
        seen = jnp.concatenate([jnp.array([*FIRST, 0.5]), pulled, jnp.ones(1)])
        distribution, value = network.read(network.encoder(memory, seen)[1])
        return distribution.logits, value

    (one, value), (other, same) = (score(pulled) for pulled in jnp.eye(2))
    one, other = np.asarray(one), np.asarray(other)
    assert one == pytest.approx(other[::-1]) and abs(float(one[0] - one[1])) > 1e-3
    assert float(value) == pytest.approx(float(same))


def test_no_gradient_reaches_what_lasts():
    encoder = half_open()
    _, memory = along(encoder, EPOCH[:3])
    gradient = jax.grad(lambda encoder: jnp.sum(encoder(memory, EPOCH[3])[0].cell))(encoder)
    assert [float(part) for part in gradient.memory] == [0, 0]
    assert np.abs(np.asarray(gradient.seen.weight)).max() > 0


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"arms": 1}, "arms is 1, must be at least 2"),
        ({"bits": 0}, "bits is 0, must be at least 1"),
        ({"hidden": 0}, "hidden is 0, must be at least 1"),
        ({"places": 0}, "places is 0, must be at least 1"),
        ({"delta": 0.0}, "delta is 0.0, must be more than 0 and finite"),
    ],
)
def test_impossible_settings_are_one_line(settings, line):
    with pytest.raises(ValueError) as error:
        Reinstating(**{"arms": 2, "bits": 2} | settings)
    assert str(error.value) == line
