"""Courses and agents that evolve together: the runner, its NumPy loop, a curriculum by hand, and a tiny run."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from pydantic import ValidationError

from athanor.experiments.overview.coevolution import numpy_loop
from athanor.experiments.overview.coevolution.alternatives import further
from athanor.experiments.overview.coevolution.config import Coevolution
from athanor.experiments.overview.coevolution.runner import (
    FINISHED,
    RULES,
    draw,
    hardness,
    new_agent,
    redraw,
    score,
)
from athanor.learning import evolution
from athanor.learning.gradients import descend

TINY = Coevolution(
    runs=2, rounds=3, capacity=2, generations=2, children=2, admitted=1, population=4, hidden=4, restart=1
)


def eager(key):
    """Return random weights that are inclined to run, and jump by what they see."""
    agent = jax.tree.map(lambda leaf: 3 * leaf, new_agent(8, key))
    inclined = agent.head.linear.bias + jnp.array([0.0, 0.0, 0.0, 0.0, 3.0, 3.0])
    return eqx.tree_at(lambda agent: agent.head.linear.bias, agent, inclined)


AGENTS = jax.vmap(eager)(jax.random.split(jax.random.key(3), 40))
KEYS = jax.random.split(jax.random.key(4), 40)


def test_hardness_by_hand():
    assert hardness(np.array([[0, 0, 0], [12, 4, 2], [6, 1, 2]])).tolist() == pytest.approx([0, 1, 1.75 / 3])


def test_a_course_drawn_again_has_its_obstacles_in_the_same_places():
    drawn = draw(jnp.array([6, 2, 0]), jax.random.key(1))
    again = redraw(jnp.array([6, 2, 0]), drawn.seed)
    assert (again.course.ground == drawn.course.ground).all()
    flat = redraw(jnp.array([0, 0, 0]), drawn.seed)
    assert (flat.course.ground == 0).all() and (drawn.course.ground != 0).any()


def test_the_numpy_loop_plays_as_the_rules_do():
    """On the same courses the same agents get as far: a wholly independent program."""
    difficulty = jnp.tile(jnp.array([[4, 1, 0], [8, 2, 1], [2, 0, 0], [0, 4, 2]]), (10, 1))
    drawn = jax.jit(jax.vmap(draw))(difficulty, KEYS)
    found = np.asarray(jax.jit(jax.vmap(score))(AGENTS, drawn))
    for number, value in enumerate(found):
        layers = numpy_loop.layers_of(jax.tree.map(lambda leaf, n=number: leaf[n], AGENTS))
        ground = np.asarray(drawn.course.ground[number])
        assert numpy_loop.score(layers, ground) == pytest.approx(value, abs=1e-6)
    assert len(np.unique(found.round(4))) > 5


def test_the_numpy_loop_climbs_as_the_evolution_strategy_does():
    """Of equal noise: ranks, gradient and Adam's first steps."""
    agent = jax.tree.map(lambda leaf: leaf[0], AGENTS)
    like, ground = numpy_loop.layers_of(agent), np.asarray(draw(jnp.array([4, 1, 1]), KEYS[0]).course.ground)
    params = numpy_loop.flat(like)
    settings = evolution.Evolution(population=6, deviation=0.3)
    state, optimiser = numpy_loop.Climb(params, 0 * params, 0 * params), optax.adam(0.02)
    expected, held = jnp.asarray(params), optimiser.init(jnp.asarray(params))
    for number in range(2):
        noise = np.random.default_rng(number).standard_normal((3, params.size)).astype(np.float32)
        members = evolution.members(expected, jnp.asarray(noise), 0.3)
        values = [numpy_loop.score(numpy_loop.shaped(np.asarray(one), like), ground) for one in members]
        utility = evolution.centred_ranks(jnp.array(values))
        descent = -evolution.ascent(jnp.asarray(noise), utility, 0.3)
        expected, held = descend(optimiser, expected, descent, held)
        state = numpy_loop.generation(settings, 0.02, state, like, ground, noise)
    assert np.allclose(state.params, expected, atol=1e-4) and not np.allclose(state.params, params)


def test_a_curriculum_by_hand():
    stage, target = np.array([[0, 0, 0], [2, 1, 1], [4, 2, 1]]), np.array([[5, 2, 1]] * 3)
    found = further(stage, target, np.array([1.0, 1.0, FINISHED - 0.01]))
    assert found.tolist() == [[2, 1, 1], [4, 2, 1], [4, 2, 1]]


def test_a_run_is_finished_in_the_last_cell_only():
    cells = RULES.length - 1
    assert (cells - 1) / cells < FINISHED < 1.0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"population": 7}, "population\n.*multiple of 2"),
        ({"hard": 0.9}, "hard is 0.9, must be less than easy, which is 0.9"),
        ({"runs": 1}, "runs\n.*greater than or equal to 2"),
    ],
)
def test_impossible_settings_are_named(settings, message):
    with pytest.raises(ValidationError, match=message):
        Coevolution(**settings)
