"""What the released learners do, and what they do not do."""

from collections import Counter

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.learners import Joint, joint_learner
from athanor.learning.released import (
    POLICY_RATE,
    RELEASED,
    ReleasedSettings,
    released_fomaml,
    released_maml,
    released_reptile,
)


def largest_change(before, after) -> float:
    changes = jax.tree.map(lambda a, b: float(jnp.max(jnp.abs(a - b))), before, after)
    return max(jax.tree.leaves(changes))


def update(learner, targets, key):
    """Return the state before and after one episode, and its log."""
    state = learner.init(key)
    updated, log = jax.jit(learner.learn)(state, targets, jax.random.fold_in(key, 1))
    jax.effects_barrier()
    return state, updated, log


@pytest.mark.parametrize("steps", [0, 1, 4])
def test_mamls_inner_loop_changes_nothing_and_its_rollouts_are_8_times_n_plus_1(
    counting, networks, targets, steps, key
):
    before, after, log = update(released_maml(steps, networks, counting), targets, key)
    assert log.inner_change == 0.0
    assert Counter(counting.started) == {int(target): steps + 1 for target in targets}
    assert log.measure.shape == (len(targets), steps + 1)
    # One step of Adam: it moves some weight by its rate, and none by more. The critics that were fitted are dropped.
    np.testing.assert_allclose(largest_change(before.params, after.params), POLICY_RATE, rtol=1e-2)
    assert after.optimiser[0].count == 1
    assert largest_change(before.critic, after.critic) == 0.0


def test_maml_is_joint_training_but_for_the_critic_that_n_steps_fit(corridor, networks, targets, key):
    """Shown with a policy that always takes the same action, since the two draw their rollouts' keys differently."""
    joint = joint_learner(Joint(critic_steps=0), RELEASED, networks, corridor, optax.adam(POLICY_RATE))
    state = joint.init(key)
    state = state._replace(
        params=eqx.tree_at(lambda actor: actor.head.linear.bias, state.params, jnp.array([0.0, 10.0]))
    )
    first, log = jax.jit(joint.learn)(state, targets, key)
    second, same = jax.jit(released_maml(0, networks, corridor).learn)(state, targets, key)
    _, fitted = jax.jit(released_maml(2, networks, corridor).learn)(state, targets, key)
    np.testing.assert_allclose(log.loss, same.loss, rtol=1e-5)
    np.testing.assert_array_equal(log.measure, same.measure)
    assert largest_change(first.params, second.params) < 1e-6
    # With the same rollouts, all that N changes is the baseline, by what N steps of Adam move its critic.
    assert 0.0 < abs(fitted.loss - same.loss) < 0.1


@pytest.mark.parametrize(("settings", "rollouts"), [({"fit_steps": 3}, 2), ({"fit_rollouts": 3}, 4)])
def test_fitting_and_data_apart_draw_what_they_say(counting, networks, targets, key, settings, rollouts):
    learner = released_maml(1, networks, counting, settings=ReleasedSettings(**settings))
    _, updated, log = update(learner, targets, key)
    assert Counter(counting.started) == {int(target): rollouts for target in targets}
    assert log.measure.shape == (len(targets), rollouts)
    assert updated.optimiser[0].count == 1


def test_fitting_and_data_apart_where_all_rollouts_of_a_task_are_one(corridor, networks, targets, key):
    """With a policy that always takes the same action, more data say nothing new, and N fits are on the same data."""

    def loss(batches, **settings):
        learner = released_maml(batches, networks, corridor, settings=ReleasedSettings(**settings))
        state = learner.init(key)
        actor = eqx.tree_at(lambda actor: actor.head.linear.bias, state.params, jnp.array([0.0, 10.0]))
        return float(jax.jit(learner.learn)(state._replace(params=actor), targets, key)[1].loss)

    once, thrice = loss(1), loss(3)
    assert once != thrice
    np.testing.assert_allclose(loss(1, fit_steps=3), thrice, rtol=1e-5)
    np.testing.assert_allclose(loss(1, fit_rollouts=3), once, rtol=1e-5)


def test_fomaml_takes_nine_steps_on_nine_rollouts(counting, networks, targets, key):
    before, after, log = update(released_fomaml(networks, counting), targets, key)
    expected = Counter(int(target) for target in targets)
    expected[int(targets[-1])] += 1
    assert Counter(counting.started) == expected
    assert after.optimiser[0].count == len(targets) + 1
    assert log.inner_change == 0.0
    assert log.measure.shape == (len(targets) + 1, 1)
    assert largest_change(before.critic, after.critic) == 0.0
    assert largest_change(before.params, after.params) > POLICY_RATE


def test_reptile_makes_exactly_no_update(counting, networks, targets, key):
    before, after, log = update(released_reptile(3, networks, counting), targets, key)
    assert largest_change(before, after) == 0
    assert Counter(counting.started) == {int(target): 3 for target in targets}
    assert log.measure.shape == (len(targets), 3)
