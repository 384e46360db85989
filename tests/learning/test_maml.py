"""Inner steps and meta-gradients against closed forms on quadratics, and against finite differences."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning import adaptation, maml
from athanor.learning.adaptation import Inner, Problem
from athanor.learning.heads import Categorical
from athanor.learning.losses import vpg_loss
from athanor.learning.networks import Acted
from athanor.learning.rollout import rollout

# A problem and the settings of the inner loop are constants of the program.
adapt, adaptation_curve, meta_gradient, reptile_gradient = (
    jax.jit(function, static_argnums=(0, 1))
    for function in (
        adaptation.adapt,
        adaptation.adaptation_curve,
        maml.meta_gradient,
        maml.reptile_gradient,
    )
)

RATE = 0.1
CURVATURE, CENTRE = np.array([1.0, 4.0, 0.5]), np.array([2.0, -1.0, 0.0])  # by task
TASKS = (jnp.asarray(CURVATURE, jnp.float32), jnp.asarray(CENTRE, jnp.float32))
THETA = jnp.float32(3.0)

# Task: h/2 (theta - c)^2. Its own batch; k inner steps leave (1 - rate h)^k of the way to the centre.
QUADRATICS = Problem(
    sample=lambda params, task, key: task,
    loss=lambda params, batch: 0.5 * batch[0] * jnp.square(params - batch[1]),
)


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_inner_steps_by_hand(steps, key):
    for h, c in zip(CURVATURE, CENTRE, strict=True):
        task = (jnp.float32(h), jnp.float32(c))
        adapted, seen = adapt(QUADRATICS, Inner(steps, RATE), THETA, task, key)
        np.testing.assert_allclose(adapted - c, (1 - RATE * h) ** steps * (3.0 - c), rtol=1e-5)
        way = (1 - RATE * h) ** np.arange(steps)
        np.testing.assert_allclose(seen.params - c, way * (3.0 - c), rtol=1e-5)


def test_the_inner_loop_takes_at_least_one_step(key):
    with pytest.raises(ValueError, match="inner steps are 0, must be at least 1"):
        adapt(QUADRATICS, Inner(0, RATE), THETA, (THETA, THETA), key)


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_meta_gradients_by_hand(steps, key):
    contraction = (1 - RATE * CURVATURE) ** steps
    first_order = CURVATURE * contraction * (3.0 - CENTRE)  # the gradient at the adapted parameter
    _, fomaml, _ = meta_gradient(QUADRATICS, Inner(steps, RATE, first_order=True), THETA, TASKS, key)
    value, maml, _ = meta_gradient(QUADRATICS, Inner(steps, RATE), THETA, TASKS, key)
    np.testing.assert_allclose(fomaml, first_order.sum(), rtol=1e-5)
    np.testing.assert_allclose(
        maml, (contraction * first_order).sum(), rtol=1e-5
    )  # one curvature factor a step
    np.testing.assert_allclose(
        value, (0.5 * CURVATURE * (contraction * (3.0 - CENTRE)) ** 2).sum(), rtol=1e-5
    )


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_reptiles_displacement_by_hand(steps, key):
    _, direction, collected = reptile_gradient(QUADRATICS, Inner(steps, RATE), THETA, TASKS, key)
    displacement = ((1 - RATE * CURVATURE) ** steps - 1) * (3.0 - CENTRE)
    np.testing.assert_allclose(direction, -displacement.mean(), rtol=1e-5)
    np.testing.assert_allclose(collected.adapted - THETA, displacement, rtol=1e-5, atol=1e-6)


def bandit_problem(bandit) -> Problem:
    """A policy of two parameters, the arms' logits, with the loss of the policy gradient."""

    def pull(params, memory, observation, key):
        return Acted(jax.random.categorical(key, params), memory, jnp.float32(0.0))

    def sample(params, task, key):
        pulls = jax.vmap(lambda key: rollout(bandit, pull, params, (), task, key))(jax.random.split(key, 5))
        return pulls.action[:, 0], pulls.reward[:, 0]

    def loss(params, batch):
        logits = jnp.broadcast_to(params, (5, 2))
        return vpg_loss(Categorical(logits).log_prob(batch[0]), batch[1], jnp.full_like(batch[1], 0.2))

    return Problem(sample, loss)


@pytest.mark.parametrize("steps", [1, 3])
def test_meta_gradient_against_finite_differences(bandit, steps, key):
    """Actions depend on the parameters in jumps only, so that differences on the same noise hold them constant."""
    with jax.enable_x64(True):
        problem, params = bandit_problem(bandit), jnp.array([0.3, -0.2], jnp.float64)
        tasks = jnp.array([[1.0, 0.2], [-0.5, 1.5], [2.0, 0.1]], jnp.float64)
        exact, first_order = (
            meta_gradient(problem, Inner(steps, 0.7, order), params, tasks, key)[1] for order in (False, True)
        )
        width = 1e-6
        loss = jax.jit(lambda params: maml.meta_gradient(problem, Inner(steps, 0.7), params, tasks, key)[0])
        differences = [
            float(loss(params + width * direction) - loss(params - width * direction)) / (2 * width)
            for direction in np.eye(2)
        ]
        np.testing.assert_allclose(exact, differences, rtol=1e-6)
        assert np.max(np.abs(np.asarray(exact) - np.asarray(first_order))) > 1e-2


@pytest.mark.parametrize("first_order", [False, True], ids=["maml", "fomaml"])
def test_meta_gradient_is_that_of_the_whole_computation(bandit, first_order, key):
    """Differentiate the textbook's one formula, inner loop and all, on the data that were collected."""
    problem, params, inner = bandit_problem(bandit), jnp.array([0.3, -0.2]), Inner(3, 0.7, first_order)
    tasks = jnp.array([[1.0, 0.2], [-0.5, 1.5]])
    value, gradient, seen = meta_gradient(problem, inner, params, tasks, key)

    def loss_after_adaptation(params, task):
        for step in range(3):
            batch = jax.tree.map(lambda leaf, step=step: leaf[task, step], seen.support.batch)
            inner_gradient = jax.grad(problem.loss)(params, batch)
            params -= 0.7 * (jax.lax.stop_gradient(inner_gradient) if first_order else inner_gradient)
        return problem.loss(params, jax.tree.map(lambda leaf: leaf[task], seen.query))

    whole = jax.jit(
        jax.value_and_grad(lambda params: loss_after_adaptation(params, 0) + loss_after_adaptation(params, 1))
    )
    np.testing.assert_allclose(value, whole(params)[0], rtol=1e-5)
    np.testing.assert_allclose(gradient, whole(params)[1], rtol=1e-4)


def test_fomaml_lacks_the_curvature_factor_and_nothing_else(bandit, key):
    """One task, one step: MAML = (I - rate H) FOMAML, with H of the loss on the inner batch."""
    problem, params, inner = bandit_problem(bandit), jnp.array([0.3, -0.2]), Inner(1, 0.7)
    tasks = jnp.array([[1.0, 0.2]])
    _, exact, seen = meta_gradient(problem, inner, params, tasks, key)
    _, first_order, same = meta_gradient(problem, inner._replace(first_order=True), params, tasks, key)
    jax.tree.map(np.testing.assert_array_equal, seen, same)
    hessian = jax.hessian(problem.loss)(params, jax.tree.map(lambda leaf: leaf[0, 0], seen.support.batch))
    np.testing.assert_allclose(exact, (np.eye(2) - 0.7 * np.asarray(hessian)) @ first_order, rtol=1e-4)


def test_an_inner_step_changes_the_parameters_and_lowers_the_support_loss(bandit, key):
    problem, params, task = bandit_problem(bandit), jnp.array([0.3, -0.2]), jnp.array([1.0, 0.2])
    adapted, support = adapt(problem, Inner(1, 0.1), params, task, key)
    batch = jax.tree.map(lambda leaf: leaf[0], support.batch)
    assert np.max(np.abs(adapted - params)) > 0.0
    assert problem.loss(adapted, batch) < problem.loss(params, batch)


def test_an_adaptation_curve_shows_every_step(key):
    task = (jnp.float32(4.0), jnp.float32(-1.0))
    showing = QUADRATICS._replace(
        sample=lambda params, task, key: (*task, params), loss=lambda p, b: QUADRATICS.loss(p, b[:2])
    )
    curve = adaptation_curve(showing, Inner(3, RATE), THETA, task, key)[2]
    np.testing.assert_allclose(curve, -1.0 + 4.0 * 0.6 ** np.arange(4), rtol=1e-5)
