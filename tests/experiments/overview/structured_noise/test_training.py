"""What is summarised of episodes, when a learner is shown, and the rows of the table."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from athanor.experiments.overview.structured_noise import training
from athanor.experiments.overview.structured_noise.config import StructuredNoise
from athanor.experiments.overview.structured_noise.game import Measured, targets
from athanor.learning.learner import Learner, Log

TINY = StructuredNoise(tasks=2, updates=2, held_out=3)


class Counted(NamedTuple):
    """What a learner has learnt that counts."""

    params: Float[Array, ""]


def test_what_episodes_cover_together_is_counted_once_and_before_adaptation():
    """Of two angles one episode covers the first, so does another; after the update none is covered."""
    covered = jnp.array([[[[1.0, 0.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]])
    earned = jnp.array([[[1.0, 3.0], [5.0, 5.0]]])
    shown = training.summary(Measured(earned, covered), jnp.float32(0.5), jnp.bool_(True))
    assert float(shown.covered) == 0.5 == float(shown.divergence)
    np.testing.assert_array_equal(shown.returns, [2.0, 5.0])
    diverged = training.summary(Measured(earned, covered), jnp.float32(0.5), jnp.bool_(False))
    assert np.isnan(diverged.covered)


def test_rows_of_every_run_and_the_margin():
    """Of two runs, before training and after: MAESN covers 0.5 and 0.8 in the end, MAML 0.1 and 0.3."""
    maesn = training.Shown(
        np.array([[0.2, 0.5], [0.3, 0.8]]),
        np.arange(8.0).reshape(2, 2, 2),
        np.array([[0.0, 0.6], [0.0, 0.7]]),
    )
    maml = maesn._replace(covered=np.array([[0.0, 0.1], [0.0, 0.3]]))
    found = training.table({"maesn": maesn, "maml": maml})
    assert set(found["row"]) == {13} and set(found["family"]) == {"half_circle"}
    value = found.set_index(["system", "condition", "quantity"]).sort_index()
    for place, expected in {
        ("maesn", "before", "covered_over_thrice_maml"): [0.2, -0.1],
        ("maesn", "untrained", "covered"): [0.2, 0.3],
        ("maml", "before", "covered"): [0.1, 0.3],
        ("maesn", "after_0", "return"): [2.0, 6.0],
        ("maesn", "after_1", "return"): [3.0, 7.0],
        ("maesn", "trained", "divergence"): [0.6, 0.7],
    }.items():
        runs = value.loc[place].set_index("run")["value"]
        np.testing.assert_allclose(runs[[0, 1]], expected, atol=1e-12)
    assert ("maml", "trained", "divergence") not in value.index


def test_a_learner_is_shown_before_training_and_after():
    """One that counts its updates, and covers an angle from the second on: of the targets it earns their angles."""

    def update(state, batch, key):
        nothing = jnp.float32(0.0)
        return Counted(state.params + 1.0), Log(nothing, nothing, nothing, nothing, ())

    def of_target(params, target, key):
        return Measured(
            target.angle * jnp.ones((1, 2)), jnp.where(params >= 2.0, 1.0, 0.0) * jnp.ones((1, 2, 1))
        )

    learner = Learner(
        init=lambda key: Counted(jnp.float32(0.0)),
        act=lambda *_: None,
        collect=lambda state, tasks, key: tasks.angle,
        update=update,
    )
    shown = training.trained(TINY, learner, of_target, lambda params: 10 * params, jax.random.key(0))
    np.testing.assert_array_equal(shown.covered, [0.0, 1.0])
    np.testing.assert_array_equal(shown.divergence, [0.0, 20.0])
    new = targets(TINY.tasks, TINY.held_out, jax.random.split(jax.random.key(0), 4)[3])[1]
    np.testing.assert_allclose(shown.returns, np.full((2, 1), new.angle.mean()), rtol=1e-6)
