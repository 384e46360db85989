"""The rules of the sign corridor by hand, and its belief."""

import jax
import jax.numpy as jnp
import pytest

from athanor.environment import Described, Environment, WithExpert, WithPosterior
from athanor.tasks.sign_corridor.environment import Paying, SignCorridor

KEY = jax.random.key(0)
GAME = SignCorridor(goals=3, distance=2, horizon=9)
STEP = jax.jit(GAME.step)
SIGN = 3


def play(actions, goal=1):
    """Return places, rewards, ends, and the features of the belief after each step."""
    task = Paying(jnp.int32(goal))
    state, belief, rows = GAME.reset(task, KEY), GAME.prior(), []
    for action in actions:
        following, transition = STEP(task, state, jnp.int32(action), KEY)
        seen = GAME.observe(task, state), jnp.int32(action), transition.reward
        belief = GAME.update(belief, *seen, GAME.observe(task, following))
        state = following
        place = (int(state.way), int(state.position)) if state.position else "start"
        known = [round(share, 3) for share in GAME.features(belief).tolist()]
        rows.append((place, float(transition.reward), bool(transition.terminated), known))
    return [list(column) for column in zip(*rows, strict=True)]


def test_trying_by_hand():
    places, rewards, ends, known = play([0, 0, 0, 2, 1, 1, 1, 1])
    assert places == [(0, 1), (0, 2), (0, 2), (0, 1), "start", (1, 1), (1, 2), (1, 2)]
    assert rewards == [0.0] * 6 + [1.0, 0.0]
    assert ends == [False] * 6 + [True, True]
    third = [0.333] * 3
    assert known == [third, *[[0.0, 0.5, 0.5]] * 5, *[[0.0, 1.0, 0.0]] * 2]


def test_reading_the_sign_by_hand():
    places, rewards, _, known = play([SIGN, SIGN, 2, 2, 2], goal=2)
    assert places == [(SIGN, 1), (SIGN, 1), "start", (2, 1), (2, 2)]
    assert rewards == [0.0] * 4 + [1.0]
    assert known == [[0.0, 0.0, 1.0]] * 5


def test_the_last_step_ends_it_unpaid():
    places, rewards, ends, known = play([0, 0] + [1] * 9, goal=2)
    assert ends == [False] * 8 + [True] * 3
    assert rewards == [0.0] * 11
    assert places[8:] == [(1, 2)] * 3
    assert known[-1] == [0.0, 0.0, 1.0]


def test_observations():
    task = Paying(jnp.int32(1))
    seen = [GAME.reset(task, KEY)]
    for action in (SIGN, 0, 0):
        seen.append(STEP(task, seen[-1], jnp.int32(action), KEY)[0])
    shown = [[round(value, 3) for value in GAME.observe(task, state).tolist()] for state in seen]
    assert shown[0] == [0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert shown[1] == [0, 0, 0, 1, 0.5, 0, 1, 0, 0.111]
    assert shown[2] == [0, 0, 0, 0, 0, 0, 0, 0, 0.222]
    assert shown[3] == [1, 0, 0, 0, 0.5, 0, 0, 0, 0.333]


def test_it_is_a_family_of_the_contract():
    for protocol in (Environment, Described, WithExpert, WithPosterior):
        assert isinstance(GAME, protocol)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"goals": 1}, "goals is 1, must be from 2 to 1024"),
        ({"distance": 0}, "distance is 0, must be from 1 to 1000"),
        ({"horizon": 0}, "horizon is 0, must be from 1 to 100000"),
    ],
)
def test_impossible_rules_are_one_line(settings, message):
    with pytest.raises(ValueError) as error:
        SignCorridor(**settings)
    assert str(error.value) == message
