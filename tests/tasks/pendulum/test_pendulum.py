"""The pendulum against Gymnasium's, which has mass and length 1, against its energy, and against rest."""

import gymnasium
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithExpert
from athanor.tasks.pendulum.environment import SETTINGS, Body, Pendulum, State

KEY = jax.random.key(0)
RULES = Pendulum()
STEP = jax.jit(RULES.step)


def body(mass, length):
    return Body(jnp.float32(mass), jnp.float32(length))


def state(angle, velocity):
    return State(jnp.float32(angle), jnp.float32(velocity), jnp.int32(0))


def test_a_step_by_hand():
    # Level: falls with 1.5 · 10 / 0.5 = 30, and 3 / (2 · 0.25) = 6 per N m turns back; 0.05 · (30 − 6) = 1.2 rad/s.
    following, (reward, _) = STEP(body(2, 0.5), state(np.pi / 2, 0), jnp.array([-1.0]), KEY)
    assert float(following.velocity) == pytest.approx(1.2, rel=1e-5)
    assert float(following.angle) == pytest.approx(np.pi / 2 + 0.06, rel=1e-5)
    assert float(reward) == pytest.approx(-((np.pi / 2) ** 2) - 0.001, rel=1e-5)


@pytest.mark.parametrize("name", ["mass", "length"])
def test_steps_are_those_of_gymnasium(name):
    """With another mass or length, too: its environment has both as attributes."""
    theirs = gymnasium.make("Pendulum-v1").unwrapped
    setattr(theirs, name[0], 1.3)
    theirs.reset(seed=0)
    task = body(1.3 if name == "mass" else 1, 1.3 if name == "length" else 1)
    ours = state(*theirs.state)
    rng = np.random.default_rng(0)
    for _ in range(30):
        torque = rng.uniform(-3, 3, 1).astype(np.float32)  # beyond the bound, too
        ours, transition = STEP(task, ours, jnp.asarray(torque), KEY)
        seen, reward, *_ = theirs.step(torque)
        assert np.allclose(RULES.observe(task, ours), seen, atol=2e-4)
        assert float(transition.reward) == pytest.approx(float(reward), abs=2e-3)


def test_energy_is_kept_without_torque():
    rules, task = Pendulum(interval=0.001, fastest=100.0, steps=2000), body(0.7, 1.2)

    def step(state, _):
        return rules.step(task, state, jnp.zeros(1), KEY)[0], rules.energy(task, state)

    energies = jax.jit(lambda start: jax.lax.scan(step, start, length=2000)[1])(state(2.0, 1.0))
    by_hand = 0.7 * 1.44 / 3 / 2 + 0.7 * 10 * 0.6 * (np.cos(2.0) - 1)
    assert float(energies[0]) == pytest.approx(by_hand, rel=1e-5)
    assert np.abs(np.asarray(energies) - by_hand).max() < 0.03


@pytest.fixture(scope="module")
def episodes():
    """Return angles and returns of the expert and of no torque on random rods."""

    def episode(key, share):
        task_key, reset_key = jax.random.split(key)
        task = RULES.sample_task(task_key)

        def step(state, _):
            state, transition = RULES.step(task, state, share * RULES.expert(task, state), KEY)
            return state, (state, transition)

        return jax.lax.scan(step, RULES.reset(task, reset_key), length=RULES.steps + 2)[1]

    run = jax.jit(jax.vmap(jax.vmap(episode, (0, None)), (None, 0)))
    return run(jax.random.split(KEY, 64), jnp.array([1.0, 0.0]))


def test_the_expert_swings_up_and_holds(episodes):
    states, transitions = episodes
    upright = np.cos(np.asarray(states.angle[0, :, -10:])) > 0.99
    assert upright.all(axis=1).mean() > 0.9
    returns = np.asarray(transitions.reward.sum(axis=2))
    assert returns[0].mean() > -500 > -1000 > returns[1].mean()


def test_the_end_is_the_last_step(episodes):
    states, transitions = episodes
    assert np.asarray(transitions.terminated[0, 0]).tolist() == [False] * 199 + [True] * 3
    assert (np.asarray(transitions.reward[..., 200:]) == 0).all()
    assert (states.angle[..., 199] == states.angle[..., 201]).all()


def test_it_is_a_family_of_the_contract():
    assert SETTINGS["random"] == RULES
    assert SETTINGS["nominal"].sample_task(KEY) == (1.0, 1.0)
    for part in (Environment, Described, WithExpert):
        assert isinstance(RULES, part)


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ({"mass": (2.0, 1.0)}, "mass is (2.0, 1.0), must be two rising numbers, more than 0 and finite"),
        ({"length": (0.0, 1.0)}, "length is (0.0, 1.0), must be two rising numbers, more than 0 and finite"),
        ({"steps": 0}, "steps is 0, must be from 1 to 10000"),
        ({"torque": 0.0}, "torque is 0.0, must be more than 0 and finite"),
        ({"gravity": 0.0}, "gravity is 0.0, must be more than 0 and finite"),
        ({"fastest": 0.0}, "fastest is 0.0, must be more than 0 and finite"),
        ({"interval": 1.0}, "interval is 1.0, must be more than 0 and at most 0.1"),
    ],
)
def test_impossible_rules_are_one_line(rules, line):
    with pytest.raises(ValueError) as error:
        Pendulum(**rules)
    assert str(error.value) == line
