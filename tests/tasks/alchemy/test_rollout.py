"""Tests of the agents that look ahead: what stands for the posterior, values, decisions by hand, regret in small games."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import hypotheses, mean_plan, oracle
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.chemistries import COLOURS, POTION_MAPS, VALUES
from athanor.tasks.alchemy.environment import NO_POTION, NO_STONE, Alchemy, State, colour_of, perceived
from athanor.tasks.alchemy.exact_search import ExactSearch, Position, look_number, paid
from athanor.tasks.alchemy.posterior import possible_chemistries
from athanor.tasks.alchemy.rollout import Lookahead, act

KEY = jax.random.key(4)
ENV = Alchemy(stones=2, potions=4, trials=2)


@pytest.fixture(scope="module")
def decide():
    """Give the agent's decision by the worth of a bit, compiled once."""
    compiled = jax.jit(
        lambda bit_value, *seen: act(ENV, Lookahead(24, 6, bit_value), *seen), static_argnums=()
    )
    start = jax.jit(partial(beliefs.start, ENV))

    def decided(bit_value, task, state, belief=None):
        return int(compiled(jnp.float32(bit_value), task, belief or start(task, state), state, KEY))

    return decided


def at(stones, potions, time=0):
    stones = [*stones, *[NO_STONE] * (ENV.stones - len(stones))]
    potions = [*potions, *[NO_POTION] * (ENV.potions - len(potions))]
    return State(jnp.array(stones, jnp.int8), jnp.array(potions, jnp.int8), jnp.int32(time))


def test_all_that_is_left_is_listed_where_it_is_little_and_drawn_where_it_is_not() -> None:
    every_edge = np.int32(1)  # the first edge set is the one without constraints
    belief = Belief(jnp.array([1 << 3], jnp.int32), jnp.full((1, 3, 3, 2), every_edge))
    all_left = hypotheses.draw(belief, 64, KEY)
    assert int(jnp.sum(all_left.weight > 0)) == POTION_MAPS
    np.testing.assert_allclose(all_left.weight[:POTION_MAPS], 1 / POTION_MAPS, rtol=1e-6)
    assert set(all_left.chemistry.potion_map.tolist()) == set(range(POTION_MAPS))
    drawn = hypotheses.draw(belief, 16, KEY)
    assert len(set(drawn.chemistry.potion_map.tolist())) == 16  # even steps
    for each in (all_left, drawn):
        chosen = each.weight > 0
        assert set(each.chemistry.graph[chosen].tolist()) == {0}
        assert set(each.chemistry.stone_map[chosen].tolist()) == {3}


def test_dips_are_worth_what_the_oracle_makes_of_what_they_leave() -> None:
    keys = jax.random.split(KEY, 60)
    tasks = jax.vmap(ENV.sample_task)(keys)
    states = jax.vmap(ENV.reset)(tasks, keys)
    states = states._replace(stones=states.stones.at[:10, 1].set(NO_STONE))
    packed = jax.vmap(oracle.count_potions)(states.potions.astype(jnp.int32))
    dips = hypotheses.value_dips(tasks, states.stones.astype(jnp.int32).T, packed)
    expected = jax.jit(jax.vmap(partial(mean_plan._values, ENV)))(tasks, states, tasks).value
    there = np.asarray(dips.value) >= 0
    assert there.sum() > 100
    np.testing.assert_array_equal(np.asarray(dips.value)[there], np.asarray(expected).T[:-2][there])


def test_decisions_by_hand(decide) -> None:
    task = ENV.chemistry(0, 0, 0)
    # The best stone is deposited, not dipped; of one that is worth -1, no potion can be worth less than doing nothing.
    assert decide(0.0, task, at([7], [0])) == 1
    assert decide(0.0, task, at([1], [3])) == 2
    assert decide(0.0, task, at([1], [])) == ENV.no_op
    # A lone stone of value -3 cannot be made to pay by one potion. What that would show is worth something only to the
    # one who plays for later trials, of which the last has none.
    for bit_value, time, action in ((0.0, 0, 1), (0.2, 0, 7), (0.2, 20, 1)):
        assert decide(bit_value, task, at([7, 0], [1], time)) == action
    # With as many steps left as stones that pay there is no time to dip.
    assert decide(0.2, task, at([7, 0], [1], 19)) == 1


def position(search, task, state):
    """Return what is seen of a state, as the exact search has it."""
    looks = np.asarray(perceived(task, state.stones.astype(jnp.int32)))
    stones = [
        (look_number(look), int(VALUES[vertex]))
        for look, vertex in zip(looks, state.stones.tolist(), strict=True)
        if vertex != NO_STONE
    ]
    colours = colour_of(task, state.potions.astype(jnp.int32)).tolist()
    counts = tuple(colours.count(colour) for colour in range(COLOURS))
    return Position(search.everything, tuple(sorted(stones)), counts), looks, colours


def test_first_decisions_lose_little_against_the_exact_search(decide) -> None:
    average, looking_ahead = [], []
    plan = jax.jit(partial(mean_plan.act, ENV, 24))
    for key in jax.random.split(KEY, 6):
        task = ENV.sample_task(key)
        state = ENV.reset(task, key)
        belief = beliefs.start(ENV, task, state)
        search = ExactSearch(np.asarray(possible_chemistries(belief)))
        seen, looks, colours = position(search, task, state)

        def value(action, seen=seen, looks=looks, colours=colours, state=state, search=search):
            if action == ENV.no_op:
                return paid(seen.stones)
            slot, target = divmod(action - 1, ENV.potions + 1)
            stone = (look_number(looks[slot]), int(VALUES[int(state.stones[slot])]))
            if target:
                return search.dip_value(seen, stone, colours[target - 1])
            others = list(seen.stones)
            others.remove(stone)
            return paid((stone,)) + search.value(seen._replace(stones=tuple(others)))

        best = search.value(seen)
        average.append(best - value(int(plan(task, belief, state, KEY))))
        looking_ahead.append(best - value(decide(0.0, task, state, belief)))
    assert min(looking_ahead) > -1e-9
    assert np.mean(looking_ahead) <= np.mean(average) + 1e-9
    assert np.mean(looking_ahead) < 0.2
