"""Regulation against numbers by hand, quadrature, Riccati's fixed point, and simulation."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import solve_discrete_are
from scipy.optimize import minimize

from athanor.environment import Described, Environment, WithExpert
from athanor.tasks.lqr import exact
from athanor.tasks.lqr.environment import Gain, Lqr, State

KEY = jax.random.key(0)
RULES = Lqr()


def test_steps_by_hand():
    # x = 1, u = −0.5: cost 1 + 0.1 · 0.25; x' = 1.2 − 0.4 = 0.8, then cost 0.64, and the end.
    rules, task = Lqr(steps=2, weight=0.1), Gain(jnp.float32(0.8))
    state = State(jnp.float32(1), jnp.int32(0))
    seen = []
    for u in (-0.5, 0.0, 3.0):
        state, (reward, terminated) = rules.step(task, state, jnp.array([u]), KEY)
        seen.append((round(float(reward), 5), round(float(state.x), 5), bool(terminated)))
    assert seen == [(-1.025, 0.8, False), (-0.64, 0.96, True), (0.0, 0.96, True)]


def test_the_start_has_variance_one():
    starts = jax.vmap(lambda key: RULES.reset(Gain(jnp.float32(1)), key).x)(jax.random.split(KEY, 20_000))
    assert float((starts**2).mean()) == pytest.approx(1, abs=0.03) and float(abs(starts).max()) <= 3**0.5


def test_two_steps_by_hand():
    # Over two steps a static gain k costs (1 + 0.1 k²) (1 + E (1.2 − b k)²), and E b² = 1 + 1.6² / 12.
    rules, k, square = Lqr(steps=2, weight=0.1), 0.7, 1 + 1.6**2 / 12
    by_hand = (1 + 0.1 * k**2) * (1 + 1.44 - 2.4 * k + square * k**2)
    assert exact.randomised_cost(rules, k) == pytest.approx(by_hand)
    assert exact.randomised_cost(rules, 0.0) == pytest.approx(2.44)


@pytest.mark.parametrize("gain", [0.3, 0.9, 1.4])
def test_the_closed_form_is_the_quadrature(gain):
    b, weight = exact.over_b(RULES)
    assert exact.randomised_cost(RULES, gain) == pytest.approx(
        weight @ exact.static_cost(RULES, gain, b), rel=1e-10
    )


def test_the_robust_gain_is_the_least_of_a_fine_mesh():
    gain = exact.robust_gain(RULES)
    costs = [exact.randomised_cost(RULES, gain + change) for change in np.linspace(-0.1, 0.1, 2001)]
    assert exact.randomised_cost(RULES, gain) <= min(costs) + 1e-12
    slope = exact.randomised_cost(RULES, gain + 1e-5) - exact.randomised_cost(RULES, gain - 1e-5)
    assert slope / 2e-5 == pytest.approx(0, abs=1e-4)


def test_a_narrow_interval_needs_no_robustness():
    rules = Lqr(low=0.999, high=1.001)
    assert exact.robust_gain(rules) == pytest.approx(exact.nominal_gain(rules), abs=1e-4)
    assert exact.oracle_cost(rules) == pytest.approx(exact.memory_cost(rules), rel=1e-4)


def test_riccati_ends_in_the_fixed_point():
    for b in (0.5, 1.0, 1.7):
        fixed = solve_discrete_are(np.array([[1.2]]), np.array([[b]]), np.eye(1), np.eye(1))[0, 0]
        assert exact.riccati(RULES, np.array([b]), 200)[0] == pytest.approx(fixed)


def test_memory_costs_what_a_first_input_leads_to():
    """By brute force: the best first input, then the oracle's cost from where it led."""
    b, weight = exact.over_b(RULES)
    later = exact.riccati(RULES, b, RULES.steps - 1)
    found = minimize(lambda u: 1 + u[0] ** 2 + weight @ (later * (1.2 + b * u[0]) ** 2), [-1.0])
    assert exact.memory_cost(RULES) == pytest.approx(found.fun, rel=1e-7)


def test_knowing_more_costs_less():
    costs = [
        exact.oracle_cost(RULES),
        exact.memory_cost(RULES),
        exact.randomised_cost(RULES, exact.robust_gain(RULES)),
        exact.randomised_cost(RULES, exact.nominal_gain(RULES)),
    ]
    assert (np.diff(costs) > 0).all()


def test_play_earns_what_is_computed():
    gain = exact.robust_gain(RULES)

    def episode(key, by_expert):
        task_key, reset_key = jax.random.split(key)
        task = RULES.sample_task(task_key)

        def step(state, _):
            action = jnp.where(by_expert, RULES.expert(task, state), -gain * state.x)
            state, transition = RULES.step(task, state, action, KEY)
            return state, transition.reward

        return -jax.lax.scan(step, RULES.reset(task, reset_key), length=RULES.steps)[1].sum()

    run = jax.jit(jax.vmap(episode, (0, None)))
    expected = {True: exact.oracle_cost(RULES), False: exact.randomised_cost(RULES, gain)}
    for by_expert, value in expected.items():
        costs = np.asarray(run(jax.random.split(KEY, 20_000), jnp.bool_(by_expert)))
        assert costs.mean() == pytest.approx(value, abs=4 * costs.std() / np.sqrt(20_000))


def test_it_is_a_family_of_the_contract():
    for part in (Environment, Described, WithExpert):
        assert isinstance(RULES, part)


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ({"a": 0.0}, "a is 0.0, must be from -2 to 2 and not 0"),
        ({"low": 0.0}, "low is 0.0, must be more than 0 and finite"),
        ({"high": 0.1}, "high is 0.1, must be more than low and at most 10"),
        ({"weight": 0.0}, "weight is 0.0, must be more than 0 and finite"),
        ({"steps": 0}, "steps is 0, must be from 1 to 1000"),
        ({"bound": 0.0}, "bound is 0.0, must be more than 0 and finite"),
    ],
)
def test_impossible_rules_are_one_line(rules, line):
    with pytest.raises(ValueError) as error:
        Lqr(**rules)
    assert str(error.value) == line
