"""Skills: visits, posterior, soft values and information by hand, an objective that never falls, and bounds."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning.skills import (
    Skills,
    World,
    best_policy,
    information,
    learn_skills,
    posterior,
    random_discriminator,
    skill_rewards,
    visits,
)
from athanor.tasks.room.environment import Room
from athanor.tasks.room.exact import any_step_bound, mutual_information

PAIR = World(jnp.array([[0, 1], [0, 1]]), 0, 2)  # two states; action 0 leads to 0, action 1 to 1


def test_visits_by_hand():
    policy = jnp.array([[[0.25, 0.75], [0.5, 0.5]], [[1.0, 0.0], [0.4, 0.6]]])
    # After a step (1/4, 3/4); then 1/4 + 3/4 · 0.4 = 0.55.
    assert np.allclose(visits(PAIR, policy), [[0.25, 0.75], [0.55, 0.45]])


def test_the_posterior_by_hand():
    found = posterior(jnp.array([[0.6, 0.4, 0.0], [0.2, 0.8, 0.0]]))
    assert np.allclose(found, [[0.75, 1 / 3, 0.5], [0.25, 2 / 3, 0.5]], atol=1e-5)
    assert np.allclose(found.sum(axis=0), 1)


def test_a_soft_policy_by_hand():
    # One step from the end action 1 gains 1: e² to 1 at temperature 1/2. Before it both lead to the same value.
    policy = best_policy(PAIR, jnp.array([0.0, 1.0]), 0.5)
    share = math.exp(2) / (1 + math.exp(2))
    assert np.allclose(policy, [[[1 - share, share]] * 2] * 2)


def test_rewards_are_at_most_log_k():
    certain = skill_rewards(posterior(jnp.eye(4)))
    assert np.allclose(np.diag(certain), math.log(4), atol=1e-5)
    drawn = skill_rewards(random_discriminator(4, 25, 2.0, jax.random.key(0)))
    assert drawn.max() < math.log(4) and np.allclose(np.exp(drawn).sum(axis=0), 4, atol=1e-4)
    with pytest.raises(ValueError, match="skills is 1, must be at least 2"):
        random_discriminator(1, 25, 2.0, jax.random.key(0))


def test_information_is_that_of_the_room():
    presence = np.random.default_rng(0).dirichlet(np.ones(25), 4)
    assert float(information(jnp.asarray(presence, jnp.float32))) == pytest.approx(
        mutual_information(presence), abs=1e-5
    )


@pytest.mark.parametrize("skills", [4, 8])
def test_skills_of_a_room_come_near_their_bound_and_the_objective_never_falls(skills):
    room = Room()
    world = World(jnp.asarray(room.following), room.start, room.steps)
    learn = jax.jit(jax.vmap(lambda key: learn_skills(Skills(skills, rounds=60), world, key)[2]))
    found = learn(jax.random.split(jax.random.key(0), 5))
    told, bound = np.asarray(found.information[:, -1]), any_step_bound(room, skills)
    assert (told <= bound + 1e-5).all()
    assert told.mean() > 0.9 * bound
    assert (np.diff(found.objective, axis=1) > -1e-3).all()
    assert (found.information[:, 0] < 0.5 * bound).all()


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"skills": 1}, "skills is 1, must be from 2 to 1000"),
        ({"temperature": 0.0}, "temperature is 0.0, must be more than 0 and finite"),
        ({"rounds": 0}, "rounds is 0, must be at least 1"),
    ],
)
def test_impossible_settings_are_one_line(settings, line):
    with pytest.raises(ValueError) as error:
        Skills(**settings)
    assert str(error.value) == line
