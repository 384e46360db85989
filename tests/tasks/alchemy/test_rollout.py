"""Tests of the agents that look ahead: decisions by hand, regret in small games, the published ideal observer."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy import qmdp
from athanor.tasks.alchemy.environment import NO_POTION, NO_STONE, Alchemy, State
from athanor.tasks.alchemy.exact_decisions import Decision
from athanor.tasks.alchemy.exact_search import ExactSearch
from athanor.tasks.alchemy.posterior import possible_chemistries
from athanor.tasks.alchemy.rollout import Lookahead, act

KEY = jax.random.key(4)
ENV = Alchemy(stones=2, potions=4, trials=2)
EPISODES = 24  # of the public evaluation


@pytest.fixture(scope="module")
def decide():
    """Give the agent's decision by what later trials lose, compiled once."""
    compiled = jax.jit(lambda later_loss, *seen: act(ENV, Lookahead(24, 6, 6, 0.6, later_loss), *seen))
    start = jax.jit(partial(beliefs.start, ENV))

    def decided(later_loss, task, state, belief=None):
        seen = ENV.see(task, state)
        return int(compiled(jnp.float32(later_loss), belief or start(seen), seen, KEY))

    return decided


def at(stones, potions, time=0):
    stones = [*stones, *[NO_STONE] * (ENV.stones - len(stones))]
    potions = [*potions, *[NO_POTION] * (ENV.potions - len(potions))]
    return State(jnp.array(stones, jnp.int8), jnp.array(potions, jnp.int8), jnp.int32(time))


def test_decisions_by_hand(decide) -> None:
    task = ENV.chemistry(0, 0, 0)
    # The best stone is deposited, not dipped; of one that is worth -1, no potion can be worth less than doing nothing.
    assert decide(0.0, task, at([7], [0])) == 1
    assert decide(0.0, task, at([1], [3])) == 2
    assert decide(0.0, task, at([1], [])) == ENV.no_op
    # A lone stone of value -3 cannot be made to pay by one potion. What that would show is worth something only to the
    # one who plays for later trials, of which the last has none.
    for later_loss, time, action in ((0.0, 0, 1), (0.07, 0, 7), (0.07, 20, 1)):
        assert decide(later_loss, task, at([7, 0], [1], time)) == action
    # With as many steps left as stones that pay there is no time to dip.
    assert decide(0.07, task, at([7, 0], [1], 19)) == 1


@pytest.mark.parametrize("kind", [0, 3, 5])
def test_no_dip_is_made_that_cannot_be(decide, kind) -> None:
    """Few dips are possible and much is unknown: those that are not must not pass for experiments."""
    task = ENV.chemistry(0, 0, 0)
    second_stone = ENV.no_op + 1 + ENV.potions + 1  # the action that deposits it
    possible = (ENV.no_op, second_stone + 1, second_stone + 2)
    assert decide(1.0, task, at([NO_STONE, 0], [kind, kind])) in possible


def test_first_decisions_lose_little_against_the_exact_search(decide) -> None:
    average, looking_ahead = [], []
    plan = jax.jit(partial(qmdp.act, ENV, 24))
    for key in jax.random.split(KEY, 6):
        task = ENV.sample_task(key)
        state = ENV.reset(task, key)
        seen = ENV.see(task, state)
        belief = beliefs.start(ENV, seen)
        search = ExactSearch(np.asarray(possible_chemistries(belief)))
        decision = Decision(ENV, search, seen)
        average.append(decision.value - decision.worth(int(plan(belief, seen, KEY))))
        looking_ahead.append(decision.value - decision.worth(decide(0.0, task, state, belief)))
    assert min(looking_ahead) > -1e-9
    assert np.mean(looking_ahead) < 0.2
    assert np.mean(looking_ahead) < np.mean(average) + 0.05


def test_the_published_episodes_are_played_as_the_ideal_observer_plays_them(evaluation) -> None:
    """No trial is paid more than the oracle, and the mean is within sampling error of the ideal observer's, or above."""
    tasks, stones, potions, published = evaluation
    env = Alchemy()
    agent = partial(act, env, Lookahead(64, 6, 2, 0.6, 0.07))

    def episode(task, stones, potions, key):
        def step(carry, time):
            state, belief = carry
            action = agent(belief, env.see(task, state), jax.random.fold_in(key, time))
            following, transition = env.step(task, state, action, key)
            trial = jnp.minimum(following.time // env.trial_steps, env.trials - 1)
            ends = following.time % env.trial_steps == 0
            given = State(stones[trial], potions[trial], following.time)
            following = jax.tree.map(lambda new, old: jnp.where(ends, new, old), given, following)
            shown = env.see(task, state), action, env.see(task, following)
            return (following, beliefs.update(env, belief, *shown)), transition.reward

        first = State(stones[0], potions[0], jnp.int32(0))
        _, rewards = jax.lax.scan(
            step, (first, beliefs.start(env, env.see(task, first))), jnp.arange(env.steps)
        )
        return rewards.reshape(env.trials, env.trial_steps).sum(1)

    chosen = jax.tree.map(lambda leaf: leaf[:EPISODES], (tasks, stones, potions))
    keys = jax.random.split(KEY, EPISODES)
    scores = np.asarray(jax.jit(lambda given: jax.lax.map(lambda one: episode(*one), given))((*chosen, keys)))
    assert (scores <= published["search_oracle"][:EPISODES]).all()
    gain = scores.sum(1) - published["ideal_observer"][:EPISODES].sum(1)
    assert gain.mean() > -3 * gain.std() / np.sqrt(EPISODES)
    assert gain.std() < 10  # the mean of any other agent is tens of points below
