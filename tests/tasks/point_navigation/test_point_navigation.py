"""Point navigation against walks by hand, simulation, and the closed form against an integral."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithExpert
from athanor.tasks.point_navigation import exact
from athanor.tasks.point_navigation.environment import Goal, PointNavigation

KEY = jax.random.key(0)
RULES = PointNavigation()
STEP = jax.jit(RULES.step)


def goal(x, y):
    return Goal(jnp.array([x, y], jnp.float32))


def test_a_walk_by_hand():
    task = goal(0.3, 0.4)
    state, seen = RULES.reset(task, KEY), []
    for move in ((0.5, 0.1), (0.1, 0.1), (0.095, 0.1), (0.0, 0.095), (0.1, 0.1)):
        state, (reward, terminated) = STEP(task, state, jnp.array(move), KEY)
        seen.append((round(float(reward), 5), bool(terminated)))
    # After the moves: (.1, .1), (.2, .2), (.295, .3), (.295, .395), the last within .01 in both coordinates.
    expected = [-np.hypot(0.2, 0.3), -np.hypot(0.1, 0.2), -np.hypot(0.005, 0.1), -np.hypot(0.005, 0.005), 0]
    assert [reward for reward, _ in seen] == pytest.approx(expected, abs=1e-5)
    assert [over for _, over in seen] == [False, False, False, True, True]


def test_greedy_returns_by_hand():
    found = exact.greedy_return(RULES, np.array([[0.3, 0.4], [0.0, -0.2], [0.05, 0.0]]))
    assert found == pytest.approx([-np.hypot(0.2, 0.3) - np.hypot(0.1, 0.2) - 0.1, -0.1, 0.0])


def test_the_optimum_is_its_integral():
    """The source of this number says −0.507; the closed form, the integral and play say −0.506."""
    axis = (np.arange(1000) + 0.5) / 2000
    mesh = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    assert exact.optimal(RULES) == pytest.approx(exact.greedy_return(RULES, mesh).mean(), abs=1e-5)
    assert exact.optimal(RULES) == pytest.approx(-0.50608, abs=1e-5)
    assert exact.distances(RULES)[:5] == pytest.approx([0.25989, 0.15464, 0.07249, 0.01906, 0], abs=1e-5)


def test_play_earns_what_is_computed():
    def episode(key, share):
        task = RULES.sample_task(key)

        def step(state, _):
            state, transition = RULES.step(task, state, share * RULES.expert(task, state), KEY)
            return state, transition

        return jax.lax.scan(step, RULES.reset(task, KEY), length=RULES.steps)[1]

    run = jax.jit(jax.vmap(episode, (0, None)))
    keys = jax.random.split(KEY, 5000)
    for share, value in ((1.0, exact.optimal(RULES)), (0.0, exact.waiting(RULES))):
        transitions = run(keys, jnp.float32(share))
        returns = np.asarray(transitions.reward.sum(axis=1))
        assert returns.mean() == pytest.approx(value, abs=4 * returns.std() / np.sqrt(5000))
        assert bool(transitions.terminated[:, -1].all())


def test_no_play_is_nearer_at_any_step():
    rng = np.random.default_rng(0)
    moves = rng.uniform(-0.1, 0.1, (200, 5, 2))
    goals = rng.uniform(-0.5, 0.5, (200, 1, 2))
    distance = np.linalg.norm(moves.cumsum(axis=1) - goals, axis=2)
    greedy = np.maximum(np.abs(goals) - 0.1 * np.arange(1, 6)[:, None], 0)
    assert (np.linalg.norm(greedy, axis=2) <= distance).all()


def test_it_is_a_family_of_the_contract():
    for part in (Environment, Described, WithExpert):
        assert isinstance(RULES, part)


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ({"half": 0.0}, "half is 0.0, must be more than 0 and finite"),
        ({"stride": 0.0}, "stride is 0.0, must be more than 0 and finite"),
        ({"near": 0.5}, "near is 0.5, must be at least 0 and less than half"),
        ({"steps": 0}, "steps is 0, must be from 1 to 10000"),
    ],
)
def test_impossible_rules_are_one_line(rules, line):
    with pytest.raises(ValueError) as error:
        PointNavigation(**rules)
    assert str(error.value) == line
