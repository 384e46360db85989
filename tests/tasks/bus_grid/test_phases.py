"""The bus grid in trials: what is seen and paid in the episode that explores, and in the one that follows."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.bus_grid.environment import DOWN, RIDE, UP, BusGrid, Lines
from athanor.tasks.bus_grid.phases import Phases
from athanor.trial import Trial

RULES = BusGrid(size=5, horizon=4)
LINES = Lines(jnp.array([3, 0, 1, 2]))  # the bus above the start goes below the upper right corner


def play(environment, actions, key):
    """Return the observations and rewards of some actions."""
    step, state = jax.jit(environment.step), environment.reset(LINES, key)
    seen, paid = [environment.observe(LINES, state)], []
    for action in actions:
        state, transition = step(LINES, state, jnp.int32(action), key)
        seen.append(environment.observe(LINES, state))
        paid.append(float(transition.reward))
    return np.array(seen), paid


def test_what_is_seen_by_hand():
    """Middle (2, 2); up to (2, 3), where a bus stops; it goes to (4, 3)."""
    seen, _ = play(Phases(RULES), [UP, RIDE], jax.random.key(0))
    cell, stop = np.eye(5), np.eye(8)  # four stops beside the start, then the four ends
    np.testing.assert_allclose(seen[0], [*cell[2], *cell[2], *np.zeros(8), 0.5, 0.5, 0])
    np.testing.assert_allclose(seen[1], [*cell[2], *cell[3], *stop[0], 0.5, 0.5, 0.25])
    np.testing.assert_allclose(seen[2], [*cell[4], *cell[3], *stop[7], 0.5, 0.5, 0.5])


def test_exploring_pays_nothing_and_shows_no_goal_and_the_next_episode_both():
    key = next(key for key in jax.random.split(jax.random.key(0), 40) if _goal(key) == (1, 1))
    seen, paid = play(Phases(RULES), [UP, RIDE, UP, DOWN], key)
    assert paid == [0, 0, 0, 0] and (seen[:, 18:20] == 0.5).all()
    seen, paid = play(Phases(RULES, executes=True), [UP, RIDE, UP, DOWN], key)
    assert paid == pytest.approx([-0.1, -0.1, 1, 0])
    assert (seen[:, 18:20] == 1).all()


def _goal(key):
    return tuple(np.asarray(RULES.reset(LINES, key).goal) // 4)


def test_a_trial_explores_first_and_then_pays():
    trial = Trial(Phases(RULES), episodes=2, see_action=False, see_reward=False, see_start=False)
    seen, paid = play(trial, [UP] * 8, jax.random.key(3))
    assert paid[:4] == [0] * 4 and paid[4:] == pytest.approx([-0.1] * 4)
    assert (seen[:4, 18:20] == 0.5).all() and (seen[4:, 18:20] != 0.5).all()


def test_the_rules_are_of_paid_episodes():
    with pytest.raises(ValueError, match="exploring is true, must be false"):
        Phases(BusGrid(exploring=True))
