"""Tests of the posterior: by hand, against filtering the flat set of chemistries one by one, and by sampling."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import posterior
from athanor.tasks.alchemy.chemistries import (
    CHEMISTRIES,
    GRAPHS,
    VALUES,
    kind_of_colour,
    looks,
    moves,
    prior_entropy,
)
from athanor.tasks.alchemy.environment import (
    NO_POTION,
    NO_STONE,
    alchemy,
    colour_of,
)
from athanor.tasks.alchemy.rules import Rules

SHARES = GRAPHS.tickets / GRAPHS.tickets.sum()
LEVELS = [
    Rules(trials=2),
    Rules("rotated", trials=2),
    Rules("rotated", stones=1, potions=4, trials=6, trial_steps=6),
]
EPISODES = 8


def probabilities(belief):
    """Return the posterior by the definition: the prior restricted and normalised."""
    weights = np.asarray(posterior.possible_chemistries(belief)) * SHARES[:, None, None, None]
    return weights / weights.sum()


@pytest.mark.parametrize("rules", LEVELS)
def test_the_prior(rules) -> None:
    belief = beliefs.prior(rules)
    possible = np.asarray(posterior.possible_chemistries(belief))
    assert possible.all()
    assert possible.size == CHEMISTRIES * rules.rotations / 4
    assert float(posterior.entropy(belief)) == pytest.approx(
        prior_entropy(rules.level == "rotated"), abs=1e-5
    )
    assert int(posterior.tickets(belief).sum()) == 192 * 48 * 8 * rules.rotations


def test_looks_and_dips_by_hand() -> None:
    # Perceived (1, 1, 1) of value 3 leaves one stone map of eight, of value 1 three.
    belief = beliefs.prior(Rules())
    one = jnp.array([1, 1, 1])
    assert int(beliefs.see_stone(belief, one, jnp.int32(3)).stone_maps[0]) == 1
    assert int(beliefs.see_stone(belief, one, jnp.int32(1)).stone_maps[0]) == 0b10110
    # A colour that moves along axis 0 fixes its pair's axis and direction: 8 of 48 potion maps, before the graph is counted.
    moved = beliefs.see_dip(belief, one, jnp.int32(2), jnp.array([-1, 1, 1]))
    possible = np.asarray(posterior.possible_chemistries(moved)).any((0, 3))
    assert possible.sum(0).tolist() == [8] * 8
    # The same dip without an effect means that the edge is missing.
    other = beliefs.see_dip(moved, jnp.array([1, -1, 1]), jnp.int32(2), jnp.array([1, -1, 1]))
    edges = np.any(np.asarray(posterior.possible_chemistries(other)), (1, 3))[:, 0]
    assert GRAPHS.edge_present[edges][:, 0, 3].all()
    assert not GRAPHS.edge_present[edges][:, 0, 2].any()


def test_a_zero_leaves_two_rotations() -> None:
    belief = beliefs.see_stone(beliefs.prior(Rules("rotated")), jnp.array([0, 1, 1]), jnp.int32(1))
    assert (np.asarray(belief.stone_maps) > 0).tolist() == [False, True, True, False]


@partial(jax.jit, static_argnums=0)
@partial(jax.vmap, in_axes=(None, 0, 0))
def traces(env, key, actions):
    """Return chemistry, first state and belief, and state and belief after every action."""
    task_key, reset_key, step_key = jax.random.split(key, 3)
    task = env.sample_task(task_key)
    start = env.reset(task, reset_key)
    belief = beliefs.start(env, env.see(task, start))

    def step(carry, step_input):
        (state, belief), (action, key) = carry, step_input
        following, _ = env.step(task, state, action, key)
        belief = beliefs.update(env, belief, env.see(task, state), action, env.see(task, following))
        return (following, belief), (following, belief)

    inputs = (actions, jax.random.split(step_key, len(actions)))
    states, later = jax.lax.scan(step, (start, belief), inputs)[1]
    joined = jax.tree.map(
        lambda one, more: jnp.concatenate([one[None], more]), (start, belief), (states, later)
    )
    return task, *joined


def play(rules, actions, seed=0):
    keys = jax.random.split(jax.random.key(seed), len(actions))
    return jax.tree.map(np.asarray, traces(alchemy(rules), keys, jnp.asarray(actions, jnp.int32)))


def nth(tree, index):
    """Return one entry of every leaf's first axis."""
    return jax.tree.map(lambda leaf: leaf[index], tree)


def dips(rules, rng):
    """Draw actions that dip or deposit, rarely the latter."""
    stone, target = rng.integers(0, rules.stones, (2, EPISODES, rules.steps))
    target = np.where(rng.random(target.shape) < 0.03, 0, rng.integers(1, rules.potions + 1, target.shape))
    return 1 + stone * (rules.potions + 1) + target


class FlatFilter:
    """All chemistries one by one: what each predicts is compared with what is seen."""

    def __init__(self, rules):
        self.looks = looks()[: rules.rotations]  # rotation, stone map, vertex, axis
        self.left = np.ones((len(GRAPHS.constraints), 48, 8, rules.rotations), bool)

    def vertex(self, look):
        """Return the latent vertex of a look for each (stone map, rotation), and whether there is one."""
        same = (self.looks == look).all(-1).transpose(1, 0, 2)
        return same.argmax(-1), same.any(-1)

    def see_stone(self, look, value):
        vertex, exists = self.vertex(look)
        self.left &= exists & (VALUES[vertex] == value)

    def see_dip(self, before, colour, after):
        vertex, _ = self.vertex(before)
        reached, _ = self.vertex(after)
        kind = kind_of_colour()[:, colour]
        predicted = moves()[:, vertex[None], kind[:, None, None]]
        self.left &= predicted == reached

    def posterior(self):
        weights = self.left * SHARES[:, None, None, None]
        return weights / weights.sum()


@pytest.mark.parametrize("rules", LEVELS)
def test_equals_filtering_the_flat_set_over_random_play(rules) -> None:
    actions = dips(rules, np.random.default_rng(1))
    tasks, states, belief = play(rules, actions)
    for i in range(EPISODES):
        task, states_i, beliefs_i = nth((tasks, states, belief), i)
        flat = FlatFilter(rules)
        follow(rules, flat, task, states_i, actions[i], beliefs_i)
        assert flat.left[tuple(task)]


def follow(rules, flat, task, states, actions, belief):
    """Feed the filter an episode and compare the posteriors now and then, and at the end."""
    check = np.linspace(0, len(actions), 7).astype(int)
    for t in range(len(actions) + 1):
        state = nth(states, t)
        if t and state.time % rules.trial_steps:
            see_action(rules, flat, task, nth(states, t - 1), actions[t - 1], state)
        for vertex in set(state.stones.tolist()) - {NO_STONE}:
            flat.see_stone(look_of(task, vertex), VALUES[vertex])
        if t in check:
            ours = nth(belief, t)
            np.testing.assert_allclose(probabilities(ours), flat.posterior(), rtol=0, atol=1e-12)
            assert int(posterior.tickets(ours).sum()) == flat.left.sum((1, 2, 3)) @ GRAPHS.tickets
            entropy = -np.sum(
                np.log2(flat.posterior(), where=flat.left, out=np.zeros(flat.left.shape)) * flat.posterior()
            )
            assert float(posterior.entropy(ours)) == pytest.approx(entropy, abs=1e-4)


def see_action(rules, flat, task, state, action, following):
    slot, target = divmod(int(action) - 1, rules.potions + 1)
    if target == 0 or state.stones[slot] == NO_STONE or state.potions[target - 1] == NO_POTION:
        return
    colour = int(colour_of(task, jnp.int32(state.potions[target - 1])))
    flat.see_dip(look_of(task, state.stones[slot]), colour, look_of(task, following.stones[slot]))


def look_of(task, vertex):
    return looks()[task.rotation, task.stone_map, vertex]


def test_samples_follow_the_posterior() -> None:
    rules = Rules("rotated", stones=1, potions=4, trials=1)
    # A dipped stone of which one coordinate is 0, so that two rotations are left.
    belief = beliefs.see_stone(beliefs.prior(rules), jnp.array([0, 1, 1]), jnp.int32(1))
    belief = beliefs.see_dip(belief, jnp.array([0, 1, 1]), jnp.int32(3), jnp.array([0, 1, -1]))
    keys = jax.random.split(jax.random.key(4), 30_000)
    drawn = jax.jit(jax.vmap(partial(posterior.sample_chemistry, belief)))(keys)
    expected = probabilities(belief)
    for axis, numbers in enumerate(drawn):
        marginal = expected.sum(tuple(other for other in range(4) if other != axis))
        counts = np.bincount(np.asarray(numbers), minlength=len(marginal))
        assert not counts[marginal == 0].any()
        kept = marginal > 0
        mean = counts.sum() * marginal[kept]
        freedom = max(kept.sum() - 1, 1)
        assert abs(((counts[kept] - mean) ** 2 / mean).sum() - freedom) < 5 * np.sqrt(2 * freedom) + 1
    assert (expected[tuple(np.asarray(number) for number in drawn)] > 0).all()


def test_the_true_chemistry_is_never_lost_and_what_is_left_never_grows() -> None:
    rules = Rules("rotated", trials=3)
    tasks, _, belief = play(rules, dips(rules, np.random.default_rng(7)), seed=9)
    left = jax.vmap(jax.vmap(lambda one: posterior.tickets(one).sum()))(belief)
    assert np.all(np.diff(np.asarray(left), axis=1) <= 0)
    for i in range(EPISODES):
        task, belief_i = nth((tasks, belief), i)
        assert np.asarray(posterior.possible_chemistries(nth(belief_i, -1)))[tuple(task)]


def test_marginals_are_sums_of_the_flat_posterior() -> None:
    belief = beliefs.see_stone(beliefs.prior(Rules("rotated")), jnp.array([0, 1, 1]), jnp.int32(1))
    belief = beliefs.see_dip(belief, jnp.array([0, 1, 1]), jnp.int32(2), jnp.array([1, 0, 1]))
    found = np.asarray(jax.jit(posterior.marginals)(belief))
    chance = probabilities(belief)
    edges = np.einsum("gpsr,gae->ae", chance, GRAPHS.edge_present.astype(float)).ravel()
    kinds = np.einsum("gpsr,pck->ck", chance, np.eye(6)[kind_of_colour()]).ravel()
    maps = [chance.sum((0, 1, 3))[[s >> axis & 1 == 1 for s in range(8)]].sum() for axis in range(3)]
    expected = np.concatenate([edges, kinds, maps, chance.sum((0, 1, 2))])
    np.testing.assert_allclose(found, expected, atol=1e-5)
