"""Deep sea against numbers by hand, the closed form, and simulation."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithExpert
from athanor.tasks.deep_sea import exact
from athanor.tasks.deep_sea.environment import DeepSea, Helm, State

KEY = jax.random.key(0)
THREE = DeepSea(size=3, cost=0.3)
HELM = Helm(jnp.array([[1, 0, 0], [0, 0, 1], [1, 1, 0]]))


def played(rules, task, actions):
    state, seen = rules.reset(task, KEY), []
    for action in actions:
        state, (reward, terminated) = rules.step(task, state, jnp.int32(action), KEY)
        seen.append((int(state.row), int(state.column), round(float(reward), 6), bool(terminated)))
    return seen


def test_dives_by_hand():
    # Right is 1 in (0, 0), 0 in (1, 1), 0 in (2, 2): the way to the corner.
    assert played(THREE, HELM, [1, 0, 0, 0]) == [
        (1, 1, -0.1, False),
        (2, 2, -0.1, False),
        (3, 2, 0.9, True),
        (3, 2, 0.0, True),
    ]
    assert played(THREE, HELM, [0, 1, 0]) == [(1, 0, 0.0, False), (2, 0, 0.0, False), (3, 0, 0.0, True)]


def test_values_by_hand():
    assert exact.optimal(THREE) == pytest.approx(0.7)
    assert exact.optimal(DeepSea()) == pytest.approx(0.99)
    # All 8 plays of three steps: one earns 1, and each turns right 1.5 times on average.
    assert exact.random(THREE) == pytest.approx(1 / 8 - 0.15)


@pytest.mark.parametrize(("size", "slip"), [(3, 0.1), (10, 0.1), (10, 0.5)])
def test_the_closed_form(size, slip):
    # Turn right until a turn fails: attempt k is made if the k before did not fail.
    rules = DeepSea(size, slip=slip)
    attempts = sum((1 - slip) ** k for k in range(size))
    tried = (1 - slip) ** (size - 1) - rules.cost / size * attempts
    assert exact.optimal(rules) == pytest.approx(max(tried, 0.0))


def test_what_a_policy_is_worth_by_hand():
    # Half of the dives turn right for 0.05, of which 4 in 5 succeed; then turning right again is worth 0.95.
    rules, right = DeepSea(size=2, cost=0.1, slip=0.2), np.array([[0.5, 0.0], [0.0, 1.0]])
    assert exact.policy_return(rules, right) == pytest.approx(-0.5 * 0.05 + 0.4 * 0.95)
    values = exact.optimal_values(rules)
    turns = (values[..., 1] > values[..., 0]).astype(float)
    assert exact.policy_return(rules, turns) == pytest.approx(values[0, 0].max())


def test_the_expert_and_random_play_earn_their_values():
    rules = DeepSea(5, cost=0.1, slip=0.2)

    def episode(key, by_expert):
        task_key, act_key, step_key = jax.random.split(key, 3)
        task = rules.sample_task(task_key)

        def step(state, keys):
            drawn = jax.random.randint(keys[0], (), 0, 2)
            action = jnp.where(by_expert, rules.expert(task, state), drawn)
            state, transition = rules.step(task, state, action, keys[1])
            return state, transition.reward

        keys = jnp.stack([jax.random.split(act_key, 5), jax.random.split(step_key, 5)], axis=1)
        return jax.lax.scan(step, rules.reset(task, key), keys)[1].sum()

    run = jax.jit(jax.vmap(episode, (0, None)))
    for by_expert, value in ((True, exact.optimal(rules)), (False, exact.random(rules))):
        returns = np.asarray(run(jax.random.split(KEY, 4000), jnp.bool_(by_expert)))
        assert returns.mean() == pytest.approx(value, abs=4 * returns.std() / np.sqrt(4000))


def test_it_is_a_family_of_the_contract():
    for part in (Environment, Described, WithExpert):
        assert isinstance(DeepSea(), part)
    assert np.allclose(DeepSea().observe(HELM, State(jnp.int32(5), jnp.int32(3))), [0.5, 1 / 3])


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ({"size": 1}, "size is 1, must be from 2 to 100"),
        ({"cost": 1.0}, "cost is 1.0, must be at least 0 and less than 1"),
        ({"slip": -0.1}, "slip is -0.1, must be at least 0 and less than 1"),
    ],
)
def test_impossible_rules_are_one_line(rules, line):
    with pytest.raises(ValueError) as error:
        DeepSea(**rules)
    assert str(error.value) == line
