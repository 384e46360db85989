"""Tests of the exact search: brute force over every action, the oracle where nothing is hidden, its limit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import oracle
from athanor.tasks.alchemy.chemistries import COLOURS, GRAPHS, VALUES, kind_of_colour, looks, moves
from athanor.tasks.alchemy.environment import Alchemy, Chemistry, State
from athanor.tasks.alchemy.exact_search import ExactSearch, Position, TooLarge, look_number
from athanor.tasks.alchemy.posterior import possible_chemistries
from athanor.tasks.alchemy.rules import REWARDS

MOVES, KINDS, LOOKS = moves(), kind_of_colour(), looks()


def perceive(chemistry, vertex):
    _, _, stone_map, rotation = chemistry
    return look_number(LOOKS[rotation, stone_map, vertex]), int(VALUES[vertex])


def brute_force(chemistries, stones, potions):
    """Return the most that any way of acting earns, deposits included, given vertices under each chemistry.

    `chemistries` lists (chemistry, weight) and `stones` a tuple of vertices for each, None for a deposited stone.
    """
    total = sum(weight for _, weight in chemistries)
    best = 0.0
    for slot, vertex in enumerate(stones[0]):
        if vertex is None:
            continue
        rest = [(*own[:slot], None, *own[slot + 1 :]) for own in stones]
        best = max(best, REWARDS[vertex] + brute_force(chemistries, rest, potions))
        for colour in set(potions):
            fewer = list(potions)
            fewer.remove(colour)
            outcomes = {}
            for (chemistry, weight), own in zip(chemistries, stones, strict=True):
                graph, potion_map, *_ = chemistry
                reached = int(MOVES[graph, own[slot], KINDS[potion_map, colour]])
                own = (*own[:slot], reached, *own[slot + 1 :])
                outcomes.setdefault(perceive(chemistry, reached), []).append(((chemistry, weight), own))
            value = 0.0
            for members in outcomes.values():
                share = sum(weight for (_, weight), _ in members) / total
                value += share * brute_force([one for one, _ in members], [own for _, own in members], fewer)
            best = max(best, value)
    return best


def searched(chemistries, vertices, potions):
    possible = np.zeros((len(GRAPHS.tickets), len(KINDS), 8, 4), bool)
    for chemistry in chemistries:
        possible[chemistry] = True
    search = ExactSearch(possible)
    stones = tuple(sorted(perceive(chemistries[0], vertex) for vertex in vertices))
    counts = tuple(potions.count(colour) for colour in range(COLOURS))
    return search, Position(search.everything, stones, counts)


@pytest.mark.parametrize(("vertices", "potions"), [([0], [0, 1, 3]), ([3, 0], [2, 4]), ([6, 5], [0, 5, 5])])
def test_value_is_that_of_trying_everything(vertices, potions) -> None:
    rng = np.random.default_rng(len(potions))
    # One stone map and rotation, so that the stones are the same vertices under every chemistry.
    drawn = {(int(rng.integers(109)), int(rng.integers(48)), 5, 2) for _ in range(25)}
    search, position = searched(sorted(drawn), vertices, potions)
    weighted = [(chemistry, int(GRAPHS.tickets[chemistry[0]])) for chemistry in sorted(drawn)]
    expected = brute_force(weighted, [tuple(vertices)] * len(weighted), potions)
    assert search.value(position) == pytest.approx(expected, abs=1e-12)


def test_a_known_chemistry_is_worth_what_the_oracle_earns() -> None:
    rng = np.random.default_rng(0)
    plan = jax.jit(lambda *parts: oracle.plan_trial(env, Chemistry(*parts[:4]), State(*parts[4:])).value)
    env = Alchemy(stones=2, potions=5, trials=1)
    for _ in range(30):
        chemistry = tuple(int(rng.integers(count)) for count in (109, 48, 8, 4))
        vertices, kinds = rng.integers(8, size=2), rng.integers(6, size=5)
        colours = np.argsort(KINDS[chemistry[1]])[kinds].tolist()
        search, position = searched([chemistry], vertices.tolist(), colours)
        state = (jnp.asarray(vertices, jnp.int8), jnp.asarray(kinds, jnp.int8), jnp.int32(0))
        assert search.value(position) == int(plan(*map(jnp.int32, chemistry), *state))


def test_a_trial_from_the_prior_is_worth_less_than_to_the_oracle_and_no_less_than_its_stones() -> None:
    env = Alchemy(stones=1, potions=3, trials=1)
    task = env.chemistry(40, 20, 3)
    state = State(jnp.array([3], jnp.int8), jnp.array([5, 5, 1], jnp.int8), jnp.int32(0))
    search = ExactSearch(np.asarray(possible_chemistries(beliefs.start(env, env.see(task, state)))))
    stone = (look_number(LOOKS[0, 3, 3]), 1)
    colours = np.argsort(KINDS[20])[[5, 5, 1]].tolist()
    position = Position(search.everything, (stone,), tuple(colours.count(c) for c in range(COLOURS)))
    assert 1.0 < search.value(position) < 15.0
    for colour in set(colours):
        chances, _ = zip(*search.outcomes(position, stone, colour), strict=True)
        assert sum(chances) == pytest.approx(1.0)
        assert search.dip_value(position, stone, colour) <= search.value(position)


def test_a_search_that_is_too_large_is_given_up() -> None:
    search, position = searched([(0, 0, 0, 0), (50, 7, 0, 0)], [0, 1], [0, 1, 2, 3])
    search._limit = 5
    with pytest.raises(TooLarge, match="more than 5 positions"):
        search.value(position)
