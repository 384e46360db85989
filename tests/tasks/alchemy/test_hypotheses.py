"""Tests of what stands for the posterior: all of it where it is small, looks kept, values by stepping the game."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import hypotheses, oracle
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.chemistries import COLOURS, POTION_MAPS
from athanor.tasks.alchemy.environment import NO_POTION, NO_STONE, Alchemy, colour_of, perceived
from athanor.tasks.alchemy.observation import read
from athanor.tasks.alchemy.posterior import sample_chemistry

KEY = jax.random.key(8)


@partial(jax.jit, static_argnums=0)
@partial(jax.vmap, in_axes=(None, 0))
def drawn(env, key):
    """Return a chemistry, a state with some items used, and a chemistry that the looks of the stones allow."""
    task_key, reset_key, stone_key, potion_key, other_key = jax.random.split(key, 5)
    task = env.sample_task(task_key)
    state = env.reset(task, reset_key)
    gone, empty = (
        jax.random.bernoulli(key, 0.2, (count,))
        for key, count in ((stone_key, env.stones), (potion_key, env.potions))
    )
    state = state._replace(
        stones=jnp.where(gone, jnp.int8(NO_STONE), state.stones),
        potions=jnp.where(empty, jnp.int8(NO_POTION), state.potions),
    )
    return task, state, sample_chemistry(beliefs.start(env, env.see(task, state)), other_key)


@jax.jit
@jax.vmap
def shown(task, state):
    return perceived(task, state.stones.astype(jnp.int32)), colour_of(task, state.potions.astype(jnp.int32))


def test_all_that_is_left_is_listed_where_it_is_little_and_drawn_where_it_is_not() -> None:
    every_edge = np.int32(1)  # the first edge set is the one without constraints
    belief = Belief(jnp.array([1 << 3], jnp.int32), jnp.full((1, 3, 3, 2), every_edge))
    draw = jax.jit(hypotheses.draw, static_argnums=1)
    all_left = draw(belief, 64, KEY)
    assert int(jnp.sum(all_left.weight > 0)) == POTION_MAPS
    np.testing.assert_allclose(all_left.weight[:POTION_MAPS], 1 / POTION_MAPS, rtol=1e-6)
    assert set(all_left.chemistry.potion_map.tolist()) == set(range(POTION_MAPS))
    drawn = draw(belief, 16, KEY)
    assert len(set(drawn.chemistry.potion_map.tolist())) == 16  # even steps
    for each in (all_left, drawn):
        chosen = each.weight > 0
        assert set(each.chemistry.graph[chosen].tolist()) == {0}
        assert set(each.chemistry.stone_map[chosen].tolist()) == {3}


def test_looks_are_kept_under_another_chemistry() -> None:
    tasks, states, others = drawn(Alchemy("rotated"), jax.random.split(KEY, 200))
    env = Alchemy("rotated")
    same = jax.jit(jax.vmap(hypotheses.as_if))(others, jax.jit(jax.vmap(env.see))(tasks, states))
    for ours, theirs in zip(shown(tasks, states), shown(others, same), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_values_of_a_chemistry_are_those_of_stepping_the_game() -> None:
    env = Alchemy(stones=2, potions=5, trials=1)
    tasks, states, _ = drawn(env, jax.random.split(KEY, 40))
    values = np.asarray(valued(tasks, states)).T
    stepped = np.asarray(every_action(env, tasks, states))
    colours = np.asarray(shown(tasks, states)[1])
    there = np.asarray(states.stones) != NO_STONE
    possible = np.zeros_like(values, bool)
    for game, slot, potion in np.ndindex(40, 2, 5):
        if there[game, slot] and colours[game, potion] < COLOURS:
            dip = COLOURS * slot + colours[game, potion]
            assert values[game, dip] == stepped[game, 2 + 6 * slot + potion]
            possible[game, dip] = True
    assert (values[~possible] == -1).all()


@jax.jit
def valued(tasks, states):
    """Return the value of every dip."""
    packed = jax.vmap(oracle.count_potions)(states.potions.astype(jnp.int32))
    return hypotheses.value_dips(tasks, states.stones.astype(jnp.int32).T, packed).value


@partial(jax.jit, static_argnums=0)
@partial(jax.vmap, in_axes=(None, 0, 0))
def every_action(env, task, state):
    """Return reward and the oracle's value of what follows, for every action."""

    def one(action):
        following, transition = env.step(task, state, action, KEY)
        return transition.reward.astype(jnp.int32) + oracle.plan_trial(env, task, following).value

    return jax.vmap(one)(jnp.arange(env.actions))


def test_no_place_lies_past_the_end_of_the_mass() -> None:
    """In single precision 511 + u is 512 for the largest u there is: there is no ticket of that number."""
    largest = jnp.float32(1.0) - jnp.float32(2.0**-24)
    assert float(jnp.float32(511.0) + largest) == 512.0
    for mass in (512, 73_728, 2**19 - 1):
        places = np.asarray(hypotheses.places_of_mass(512, largest, jnp.int32(mass)))
        assert places[-1] == mass - 1
        assert (np.diff(places) >= 0).all()


def test_what_is_read_of_an_observation_is_what_is_seen() -> None:
    env = Alchemy("rotated", see_chemistry=True)
    tasks, states, _ = drawn(Alchemy("rotated"), jax.random.split(KEY, 200))  # the program of the looks above
    seen = jax.jit(jax.vmap(env.see))(tasks, states)
    observed = jax.jit(jax.vmap(env.observe))(tasks, states)
    found = jax.jit(jax.vmap(partial(read, env)))(observed, states.time)
    for ours, theirs in zip(found, seen, strict=True):
        np.testing.assert_array_equal(ours, theirs)
