"""The best policy without memory: by hand, and against all walks."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.grid_navi.environment import Goal, GridNavi
from athanor.tasks.grid_navi.memoryless import memoryless
from athanor.tasks.grid_navi.returns import memory_reset


def test_by_hand():
    # Two steps visit one of five candidates of 3×3; three stay there for one more.
    assert memoryless(GridNavi(size=3, steps=1)) == pytest.approx(-0.1)
    assert memoryless(GridNavi(size=3, steps=2)) == pytest.approx(-0.2 + 1.1 / 5)
    assert memoryless(GridNavi(size=3, steps=3), 2) == pytest.approx(2 * (-0.3 + 1.1 * 2 / 5))


def test_no_walk_earns_more():
    rules = GridNavi(size=3, steps=5)
    walks = jnp.array(list(product(range(5), repeat=5)), jnp.int32)

    def total(goal, walk):
        def step(state, action):
            following, transition = rules.step(Goal(goal), state, action, jax.random.key(0))
            return following, transition.reward

        return jax.lax.scan(step, rules.reset(Goal(goal), jax.random.key(0)), walk)[1].sum()

    every = jax.jit(jax.vmap(jax.vmap(total, (0, None)), (None, 0)))(jnp.asarray(rules.goals), walks)
    best = np.asarray(every).mean(axis=1).max()
    assert memoryless(rules) == pytest.approx(float(best), abs=1e-5)
    assert memoryless(rules) <= memory_reset(rules, 1)[0]
