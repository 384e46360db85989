"""Neural episodic control: an episode by hand, read by its kernel and alone; a plain Q-learner as an independent twin."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning.episodic_control import empty
from athanor.learning.neural_dictionary import Dictionary
from athanor.learning.neural_episodic_control import NeuralEpisodicControl, learn, values
from athanor.learning.rollout import Rollout

KERNEL = NeuralEpisodicControl(Dictionary(2, delta=1.0, rate=0.5), unit=0.5, capacity=4, steps=2)
ALONE = NeuralEpisodicControl(
    Dictionary(2, delta=1.0, rate=0.5), kernel=False, unit=0.5, capacity=4, steps=1, discount=0.5
)
LEARN = jax.jit(learn, static_argnums=0)
VALUES = jax.jit(values, static_argnums=0)


def episode(places, actions, rewards, terminates=True):
    """Return a rollout of some steps between places, one unit of 0.5 apart."""
    valid = jnp.ones(len(actions), bool)
    going_on = jnp.ones(len(actions)).at[-1].set(0.0 if terminates else 1.0)
    observation = jnp.array(places, jnp.float32)[:, None] / 2
    reward, none = jnp.array(rewards, jnp.float32), jnp.zeros(len(actions))
    return Rollout(observation, jnp.array(actions), reward, going_on, none, valid, valid, ())


def at(settings, table, place):
    return VALUES(settings, table, jnp.array([place / 2], jnp.float32)).tolist()


def test_targets_of_two_steps_and_the_kernel_by_hand():
    # Nothing is stored yet: the targets are 1 + 2 and 2 + 4, and 4 at the end.
    table = LEARN(KERNEL, empty(4, 2, 1), episode([0, 1, 2, 9], [0, 0, 1], [1.0, 2.0, 4.0]))
    assert table.entries.value[:, :2].tolist() == [[6.0, 3.0], [4.0, 0.0]]
    # Of place 0 the nearest keys of the first action are 0 and 1, at distances 0 and 1: kernels 1 and 1/2.
    assert at(KERNEL, table, 0) == pytest.approx([(3 + 6 / 2) / 1.5, 4.0])
    # Cut off after place 0: both rewards, then the greatest value of place 2, (6 / 2 + 3 / 5) / (1 / 2 + 1 / 5) or 4.
    again = LEARN(KERNEL, table, episode([0, 1, 2], [0, 0], [0.0, 1.0], terminates=False))
    bootstrap = max((6 / 2 + 3 / 5) / 0.7, 4.0)
    assert again.entries.value[0, :2].tolist() == pytest.approx([3.5 + bootstrap / 2, 2 + bootstrap / 2])


def test_alone_it_is_q_learning():
    rng, table, plain = np.random.default_rng(0), empty(4, 2, 1), np.zeros((5, 2))
    for _ in range(8):
        places, actions, rewards = rng.integers(4, size=4), rng.integers(2, size=3), rng.normal(size=3)
        table, before = LEARN(ALONE, table, episode(places, actions, rewards)), plain.copy()
        for step in reversed(range(3)):
            later = 0.0 if step == 2 else before[places[step + 1]].max()
            target, old = rewards[step] + 0.5 * later, plain[places[step], actions[step]]
            plain[places[step], actions[step]] = target if old == 0 else (old + target) / 2
        assert [at(ALONE, table, place) for place in range(4)] == pytest.approx(plain[:4], abs=1e-5)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"unit": 0.0}, "unit is 0.0, must be more than 0 and finite"),
        ({"capacity": 0}, "capacity is 0, must be from 1 to 1000000"),
        ({"steps": 0}, "steps is 0, must be at least 1"),
        ({"discount": 1.5}, "discount is 1.5, must be from 0 to 1"),
    ],
)
def test_impossible_settings_are_one_line(settings, line):
    with pytest.raises(ValueError) as error:
        NeuralEpisodicControl(Dictionary(), **settings)
    assert str(error.value) == line
