"""Numpad by hand, against the plain rules on random walks, and the posterior against the plain rules of every sequence."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithPosterior
from athanor.tasks.numpad.board import ACTIONS, sequences
from athanor.tasks.numpad.environment import Numpad, Sequence, State

KEY = jax.random.key(0)
UP, RIGHT, DOWN, LEFT, DOWN_LEFT, UP_RIGHT = 1, 3, 5, 7, 6, 2
SMALL = Numpad(2, 2, 3, 8)


def walk(rules: Numpad, sequence: tuple[int, ...], actions: list[int]):
    """Return states, observations, beliefs (from the start on), rewards and ends of a walk."""
    task, actions_array = Sequence(jnp.array(sequence, jnp.int32)), jnp.array(actions, jnp.int32)

    def step(carry, action):
        state, belief = carry
        following, transition = rules.step(task, state, action, KEY)
        seen = rules.observe(task, state), rules.observe(task, following)
        belief = rules.update(belief, seen[0], action, transition.reward, seen[1])
        return (following, belief), (following, seen[1], belief, transition)

    start = rules.reset(task, KEY), rules.prior()
    _, steps = jax.jit(lambda actions: jax.lax.scan(step, start, actions))(actions_array)
    return jax.tree.map(np.asarray, steps)


def test_a_walk_by_hand() -> None:
    # Pads 1, 3, 2 of 0 1 / 2 3. Light two, spoil it by pad 0, light all three (one is new), enter 1 again.
    actions = [RIGHT, DOWN, 8, RIGHT, DOWN, LEFT, UP_RIGHT, RIGHT]
    state, seen, _, transition = walk(SMALL, (1, 3, 2), actions)
    assert state.pad.tolist() == [1, 3, 0, 1, 3, 2, 1, 1]
    assert transition.reward.tolist() == [1, 1, 0, 0, 0, 1, 1, 0]
    assert state.lit.tolist() == [1, 2, 0, 1, 2, 0, 1, 1]
    assert transition.terminated.tolist() == [False] * 7 + [True]
    assert seen[1].tolist() == [
        0,
        0,
        0,
        1,
        0,
        1,
        0,
        1,
        0.25,
    ]  # on pad 3; 1 and 3 are lit; two of eight steps are over


def test_the_start_lights_nothing_and_its_pad_must_be_entered_anew() -> None:
    state, _, _, transition = walk(SMALL, (0, 1, 3), [0, UP, RIGHT, LEFT, RIGHT])
    assert state.lit.tolist() == [0, 0, 0, 1, 2]
    assert transition.reward.tolist() == [0, 0, 0, 1, 1]


def test_after_the_end_nothing_happens() -> None:
    rules = Numpad(2, 2, 3, 2)
    state, _, belief, transition = walk(rules, (1, 3, 2), [RIGHT, 0, DOWN, DOWN])
    assert transition.reward.tolist() == [1, 0, 0, 0]
    assert transition.terminated.tolist() == [False, True, True, True]
    assert [each[-1] for each in state] == [each[1] for each in state]
    assert np.array_equal(belief.consistent[-1], belief.consistent[1])


@pytest.mark.parametrize("rules", [Numpad(2, 2, 3, 60), Numpad(3, 3, 4, 60), Numpad(2, 3, 2, 60)])
def test_random_walks_by_the_plain_rules(plain_game, rules: Numpad) -> None:
    generator = np.random.default_rng(1)
    allowed = sequences(rules.rows, rules.columns, rules.pads)
    for _ in range(6):
        sequence = tuple(allowed[generator.integers(len(allowed))].tolist())
        actions = likely_actions(plain_game, rules, sequence, generator)
        state, seen, belief, transition = walk(rules, sequence, actions)
        game = plain_game(rules.rows, rules.columns, sequence)
        others = {
            other: plain_game(rules.rows, rules.columns, other) for other in map(tuple, allowed.tolist())
        }
        for step, action in enumerate(actions):
            game, reward = game.play(action)
            assert transition.reward[step] == reward
            assert state.pad[step] == game.at[0] * rules.columns + game.at[1]
            lights = seen[step, rules.cells : 2 * rules.cells]
            assert set(np.flatnonzero(lights).tolist()) == set(game.lit)
            played = {other: plain.play(action) for other, plain in others.items()}
            others = {
                other: plain
                for other, (plain, paid) in played.items()
                if plain.seen() == game.seen() and paid == reward
            }
            consistent = {tuple(each) for each in allowed[belief.consistent[step]].tolist()}
            assert consistent == set(others)
            assert belief.earned[step] == len(game.paid)


def likely_actions(plain_game, rules: Numpad, sequence: tuple[int, ...], generator) -> list[int]:
    """Return actions, half of them random, half of them moves onto the next pad where it is near."""
    game, actions = plain_game(rules.rows, rules.columns, sequence), []
    for _ in range(rules.horizon):
        good = [action for action in range(ACTIONS) if len(game.play(action)[0].lit) > len(game.lit)]
        action = good[0] if good and generator.random() < 0.6 else int(generator.integers(ACTIONS))
        actions.append(action)
        game, _ = game.play(action)
    return actions


def test_it_keeps_the_contract() -> None:
    rules = Numpad()
    assert (
        isinstance(rules, Environment) and isinstance(rules, Described) and isinstance(rules, WithPosterior)
    )
    task = rules.sample_task(KEY)
    assert rules.describe(task).shape == (rules.description.size,)
    assert rules.observe(task, rules.reset(task, KEY)).shape == (rules.observation.size,)
    assert rules.features(rules.prior()).shape == (rules.features_size,)


def test_description_and_features() -> None:
    task = Sequence(jnp.array([1, 3, 2]))
    assert rows_of(SMALL.describe(task)) == [[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]
    np.testing.assert_allclose(SMALL.features(SMALL.prior()), [0.25] * 12 + [0.0])
    _, _, belief, _ = walk(SMALL, (1, 3, 2), [RIGHT, LEFT])  # 1 is the first pad, and 0 is not the second one
    after = SMALL.prior()._replace(consistent=jnp.asarray(belief.consistent[1]), earned=jnp.int32(1))
    marginals = rows_of(SMALL.marginals(after))
    assert marginals == [[0, 1, 0, 0], [0, 0, 0.5, 0.5], [0.5, 0, 0.25, 0.25]]
    assert float(SMALL.features(after)[-1]) == pytest.approx(1 / 3)


def rows_of(vector) -> list[list[float]]:
    return np.asarray(vector).reshape(SMALL.pads, SMALL.cells).tolist()


def test_tasks_are_uniform() -> None:
    tasks = np.asarray(jax.vmap(SMALL.sample_task)(jax.random.split(KEY, 4800)).pad)
    allowed, counts = np.unique(tasks, axis=0, return_counts=True)
    assert np.array_equal(allowed, sequences(2, 2, 3))
    assert counts.min() > 130 and counts.max() < 270  # 200 expected, deviation 14


def test_the_expert_takes_a_round_of_four_steps() -> None:
    rules = Numpad(3, 3, 4, 40)
    sequence = (1, 2, 5, 4)  # a circle beside the start: a reward in every step

    def step(state: State, _):
        task = Sequence(jnp.array(sequence))
        return rules.step(task, state, rules.expert(task, state), KEY)

    start = rules.reset(Sequence(jnp.array(sequence)), KEY)
    _, transition = jax.lax.scan(step, start, length=40)
    assert float(transition.reward.sum()) == 40


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"rows": 0}, "rows is 0, must be from 1 to 4"),
        ({"columns": 5}, "columns is 5, must be from 1 to 4"),
        ({"rows": 1, "columns": 1}, "rows and columns are 1 and 1, must make at least 2 pads"),
        ({"rows": 2, "columns": 2, "pads": 5}, "pads is 5, must be from 2 to 4"),
        ({"pads": 1}, "pads is 1, must be from 2 to 6"),
        ({"horizon": 0}, "horizon is 0, must be from 1 to 10000"),
    ],
)
def test_impossible_rules_are_refused_in_one_line(settings: dict, said: str) -> None:
    with pytest.raises(ValueError) as refused:
        Numpad(**settings)
    assert str(refused.value) == said
