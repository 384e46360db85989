"""Bandits step by step, and the posterior against integration over a grid of probabilities."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithPosterior
from athanor.tasks.bandit.environment import Arms, Bandit, Belief, State

KEY = jax.random.key(0)
SURE = Arms(jnp.array([0.0, 1.0]))


def after(rules: Bandit, history: list[tuple[int, int]]) -> Belief:
    """Return the belief after pulls (arm, reward)."""
    belief = rules.prior()
    for time, (arm, reward) in enumerate(history):
        seen = [jnp.array([each / rules.pulls], jnp.float32) for each in (time, time + 1)]
        belief = rules.update(belief, seen[0], jnp.int32(arm), jnp.float32(reward), seen[1])
    return belief


def test_a_sure_arm_pays_until_the_episode_is_over() -> None:
    rules = Bandit(2, 2)
    state = rules.reset(SURE, KEY)
    rewards, terminated, seen = [], [], [float(rules.observe(SURE, state)[0])]
    for arm in (1, 0, 1):
        state, transition = rules.step(SURE, state, jnp.int32(arm), KEY)
        rewards.append(float(transition.reward))
        terminated.append(bool(transition.terminated))
        seen.append(float(rules.observe(SURE, state)[0]))
    assert rewards == [1.0, 0.0, 0.0]  # the third pull comes too late
    assert terminated == [False, True, True]
    assert seen == [0.0, 0.5, 1.0, 1.0]


def test_it_keeps_the_contract() -> None:
    rules = Bandit()
    assert (
        isinstance(rules, Environment) and isinstance(rules, Described) and isinstance(rules, WithPosterior)
    )
    task = rules.sample_task(KEY)
    assert rules.describe(task).shape == (rules.description.size,)
    assert rules.observe(task, rules.reset(task, KEY)).shape == (rules.observation.size,)
    assert rules.features(rules.prior()).shape == (rules.features_size,)


def test_the_expert_pulls_the_best_arm() -> None:
    task = Arms(jnp.array([0.2, 0.9, 0.5]))
    assert int(Bandit(3).expert(task, State(jnp.int32(0)))) == 1


def test_tasks_come_from_the_prior() -> None:
    keys = jax.random.split(KEY, 4000)
    independent = jax.vmap(Bandit(3).sample_task)(keys).probability
    np.testing.assert_allclose(independent.mean(axis=0), 0.5, atol=0.02)
    np.testing.assert_allclose(independent.var(axis=0), 1 / 12, atol=0.005)
    uniform = jax.vmap(Bandit(2, dependent=True).sample_task)(keys).probability
    np.testing.assert_allclose(uniform.sum(axis=1), 1.0, rtol=1e-6)
    np.testing.assert_allclose(uniform.var(axis=0), 1 / 12, atol=0.005)
    two = np.asarray(jax.vmap(Bandit(2, dependent=True, low=0.25).sample_task)(keys).probability)
    assert set(two[:, 0].tolist()) == {0.25, 0.75}
    assert abs((two[:, 0] == 0.25).mean() - 0.5) < 0.03


def test_an_arm_seen_twice() -> None:
    mean, deviation = Bandit(2, 10).moments(after(Bandit(2, 10), [(0, 1), (0, 0)]))
    np.testing.assert_allclose(mean, [0.5, 0.5])
    np.testing.assert_allclose(deviation**2, [1 / 20, 1 / 12], rtol=1e-6)  # Beta(2, 2) and uniform


HISTORY = [(0, 1), (1, 1), (0, 0), (1, 0), (1, 0), (1, 0), (0, 1)]


@pytest.mark.parametrize("low", [None, 0.1, 0.4])
def test_dependent_moments_by_integration(low: float | None) -> None:
    rules = Bandit(2, 20, dependent=True, low=low)
    first = (np.arange(20000) + 0.5) / 20000 if low is None else np.array([low, 1 - low])
    arms = np.stack([first, 1 - first])
    weight = np.prod([arms[arm] if reward else 1 - arms[arm] for arm, reward in HISTORY], axis=0)
    weight /= weight.sum()
    expected = arms @ weight
    mean, deviation = rules.moments(after(rules, HISTORY))
    np.testing.assert_allclose(mean, expected, rtol=1e-5)
    np.testing.assert_allclose(deviation, np.sqrt((arms**2) @ weight - expected**2), rtol=1e-4)


def test_independent_moments_by_integration() -> None:
    rules = Bandit(2, 20)
    grid = (np.arange(20000) + 0.5) / 20000
    mean, deviation = rules.moments(after(rules, HISTORY))
    for arm in range(2):
        weight = np.prod(
            [grid if reward else 1 - grid for pulled, reward in HISTORY if pulled == arm], axis=0
        )
        weight /= weight.sum()
        np.testing.assert_allclose(mean[arm], grid @ weight, rtol=1e-5)
        np.testing.assert_allclose(deviation[arm] ** 2, grid**2 @ weight - (grid @ weight) ** 2, rtol=1e-4)


def test_features_of_the_prior_and_their_range() -> None:
    for rules in (Bandit(2, 20), Bandit(2, 20, dependent=True)):
        np.testing.assert_allclose(rules.features(rules.prior()), [0.5, 0.5, 1.0, 1.0], rtol=1e-6)
    features = Bandit(2, 20).features(after(Bandit(2, 20), HISTORY))
    assert np.all((features >= 0) & (features <= 1))


def test_a_pull_after_the_end_teaches_nothing() -> None:
    rules, over = Bandit(2, 2), jnp.ones(1)
    belief = rules.update(rules.prior(), over, jnp.int32(0), jnp.float32(0), over)
    assert all(np.array_equal(*pair) for pair in zip(belief, rules.prior(), strict=True))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"arms": 0}, "arms is 0, must be from 1 to 1000"),
        ({"pulls": 0}, "pulls is 0, must be from 1 to 10000"),
        ({"arms": 3, "dependent": True}, "arms is 3, must be 2 where arms are dependent"),
        ({"low": 0.1}, "low is 0.1, must be None where arms are independent"),
        ({"arms": 2, "dependent": True, "low": 0.5}, "low is 0.5, must be above 0 and below 0.5"),
    ],
)
def test_impossible_rules_are_refused_in_one_line(settings: dict, said: str) -> None:
    with pytest.raises(ValueError) as refused:
        Bandit(**settings)
    assert str(refused.value) == said
