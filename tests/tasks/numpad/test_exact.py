"""Exact returns by hand, by a plain recursion over lists of sequences, and by play."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.numpad.beliefs import prior_set, reachable_beliefs, single_sets
from athanor.tasks.numpad.board import ACTIONS, sequences
from athanor.tasks.numpad.environment import Numpad, Sequence
from athanor.tasks.numpad.exact import exact_values, optimal_rewards
from athanor.tasks.numpad.policies import greedy
from athanor.tasks.numpad.returns import SETTINGS, exact_returns

KEY = jax.random.key(0)


def plain_values(plain_game, all_sequences, rules: Numpad) -> dict[str, float]:
    """Return the values of the optimum, the oracle and of random actions by recursion over every history."""

    @cache
    def optimum(games: tuple, left: int) -> float:
        if left == 0:
            return 0.0
        return max(expected(games, action, left) for action in range(ACTIONS))

    def expected(games: tuple, action: int, left: int) -> float:
        alike: dict = {}
        total = 0.0
        for game in games:
            following, reward = game.play(action)
            total += reward
            alike.setdefault((following.seen(), reward), []).append(following)
        later = sum(len(same) * optimum(tuple(same), left - 1) for same in alike.values())
        return (total + later) / len(games)

    @cache
    def blind(game, left: int) -> float:
        if left == 0:
            return 0.0
        played = [game.play(action) for action in range(ACTIONS)]
        return sum(reward + blind(following, left - 1) for following, reward in played) / ACTIONS

    allowed = all_sequences(rules.rows, rules.columns, rules.pads)
    games = tuple(plain_game(rules.rows, rules.columns, sequence) for sequence in allowed)
    return {
        "bayes_optimal": optimum(games, rules.horizon),
        "oracle": float(np.mean([optimum((game,), rules.horizon) for game in games])),
        "random": float(np.mean([blind(game, rules.horizon) for game in games])),
    }


def test_one_step() -> None:
    values = exact_values(Numpad(2, 2, 3, 1))
    # Three of four pads can be entered at once; the sequence starts with any of the four.
    assert values["bayes_optimal"] == values["greedy"] == pytest.approx(1 / 4)
    assert values["oracle"] == pytest.approx(3 / 4)
    assert values["random"] == pytest.approx(3 / 4 / 9)


@pytest.mark.parametrize(
    "rules", [Numpad(2, 2, 3, 9), Numpad(2, 2, 2, 7), Numpad(1, 4, 3, 8), Numpad(2, 3, 2, 6)]
)
def test_values_by_plain_recursion(plain_game, all_sequences, rules: Numpad) -> None:
    values = exact_values(rules)
    for agent, value in plain_values(plain_game, all_sequences, rules).items():
        assert values[agent] == pytest.approx(value, abs=1e-12)
    assert values["random"] < values["greedy"] <= values["bayes_optimal"] + 1e-12 < values["oracle"]
    assert optimal_rewards(rules).sum() == pytest.approx(values["bayes_optimal"], abs=1e-12)


def test_optimal_rewards_of_two_steps_by_hand() -> None:
    """After a hit one of three pads that are left is the next; after a miss so it is with the first pad."""
    np.testing.assert_allclose(optimal_rewards(Numpad(2, 2, 3, 2)), [1 / 4, 1 / 4 * 1 / 3 + 3 / 4 * 1 / 3])


def returns(rules: Numpad, act) -> np.ndarray:
    """Return the return on every sequence of the policy `act(task, state, belief)`."""

    def episode(pads):
        task = Sequence(pads)

        def step(carry, _):
            state, belief = carry
            action = act(task, state, belief)
            following, transition = rules.step(task, state, action, KEY)
            seen = rules.observe(task, state), rules.observe(task, following)
            belief = rules.update(belief, seen[0], action, transition.reward, seen[1])
            return (following, belief), transition.reward

        start = rules.reset(task, KEY), rules.prior()
        return jax.lax.scan(step, start, length=rules.horizon)[1].sum()

    allowed = sequences(rules.rows, rules.columns, rules.pads)
    return np.asarray(jax.jit(jax.vmap(episode))(jnp.asarray(allowed)))


@pytest.mark.parametrize("rules", [Numpad(2, 2, 3, 30), Numpad(3, 3, 3, 40)])
def test_values_by_play_on_every_sequence(rules: Numpad) -> None:
    values = exact_values(rules)
    oracle = returns(rules, lambda task, state, belief: rules.expert(task, state))
    policy = greedy(rules)
    learner = returns(rules, lambda task, state, belief: policy(belief, rules.observe(task, state), KEY))
    assert oracle.mean() == pytest.approx(values["oracle"], abs=1e-5)
    assert learner.mean() == pytest.approx(values["greedy"], abs=1e-5)


def test_beliefs() -> None:
    rules = Numpad(2, 2, 3, 10)
    beliefs = reachable_beliefs(rules, [prior_set(rules)])
    assert beliefs.known[0] == 0
    np.testing.assert_allclose(beliefs.marginal[0], 0.25)
    np.testing.assert_allclose(beliefs.marginal.sum(axis=2), 1.0)
    first = beliefs.hit[0, 3]
    assert beliefs.known[first] == 1 and beliefs.pad[first].tolist() == [3, -1, -1]
    third = beliefs.miss[beliefs.miss[beliefs.miss[0, 0], 1], 2]
    assert third == first  # the last pad that is left must be the one
    assert len(reachable_beliefs(rules, single_sets(rules)).known) == 24


def test_settings_and_rows() -> None:
    rows = {row.agent: row for row in exact_returns("3x3x2_12", KEY)}
    assert set(rows) == {"oracle", "bayes_optimal", "random", "greedy"}
    assert all(row.lower == row.expected_return == row.upper and row.episodes == 1 for row in rows.values())
    assert SETTINGS["3x3x4_200"] == Numpad()
    with pytest.raises(ValueError, match="setting is '2x2', must be one of 2x2x3_10"):
        exact_returns("2x2", KEY)
