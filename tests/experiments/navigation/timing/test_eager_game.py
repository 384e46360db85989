"""The game in plain Python is the game in JAX."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.experiments.navigation.timing.eager_game import Game
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import ACTIONS, SETTINGS, Rules
from athanor.tasks.navigation.targets import RELEASED_TARGETS

RULES = {**SETTINGS, "hidden": Rules(see_goal=False, squared=False, outside="free", obstacles="hard")}


def walks(rules, targets, actions):
    """Return what the JAX game shows and pays on walks (target, walk, time), and when they are over."""
    env = navigation(rules)
    key = jax.random.key(0)

    @jax.jit
    @partial(jax.vmap, in_axes=(0, None))
    @partial(jax.vmap, in_axes=(None, 0))
    def walk(task, actions):
        def step(state, action):
            state, transition = env.step(task, state, action, key)
            return state, (env.observe(task, state), transition.reward, transition.terminated)

        return jax.lax.scan(step, env.reset(task, key), actions)[1]

    return jax.tree.map(np.asarray, walk(env.targets_at(targets), jnp.asarray(actions)))


@pytest.mark.parametrize("name", RULES)
def test_walks_show_and_pay_the_same_in_both(name) -> None:
    """Walks that favour a direction reach the borders, the obstacles and the near targets."""
    rng, rules = np.random.default_rng(0), RULES[name]
    shares = rng.dirichlet(np.full(ACTIONS, 0.4), size=100)
    actions = np.array([rng.choice(ACTIONS, rules.horizon, p=share) for share in shares], np.int32)
    targets = (RELEASED_TARGETS[4], (9.5, 9.5))
    expected = walks(rules, targets, actions)
    for target, walk in np.ndindex(len(targets), len(actions)):
        found = played(Game(rules, targets[target]), actions[walk])
        observation, reward, over = (leaf[target, walk, : len(found[1])] for leaf in expected)
        np.testing.assert_allclose(found[0], observation, rtol=1e-6)
        np.testing.assert_allclose(found[1], reward, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(found[2], over)


def played(game, actions):
    """Return what the plain game shows and pays until it is over, and whether it is."""
    game.reset()
    steps = []
    for action in actions:
        steps.append(game.step(int(action)))
        if steps[-1][2]:
            break
    return tuple(map(np.array, zip(*steps, strict=True)))
