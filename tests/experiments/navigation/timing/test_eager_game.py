"""The game in plain Python is the game in JAX."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.experiments.navigation.timing.eager_game import Game
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import ACTIONS, SETTINGS, Rules
from athanor.tasks.navigation.targets import RELEASED_TARGETS

RULES = {**SETTINGS, "hidden": Rules(see_goal=False, squared=False, outside="free", obstacles="hard")}


def walks(rules, target, actions):
    """Return what the JAX game shows and pays on walks (walk, time), and when they are over."""
    env = navigation(rules)
    task = jax.tree.map(lambda leaf: leaf[0], env.targets_at((target,)))
    key = jax.random.key(0)

    def step(state, action):
        state, transition = env.step(task, state, action, key)
        return state, (env.observe(task, state), transition.reward, transition.terminated)

    walk = jax.jit(jax.vmap(lambda actions: jax.lax.scan(step, env.reset(task, key), actions)[1]))
    return jax.tree.map(np.asarray, walk(jnp.asarray(actions)))


@pytest.mark.parametrize("name", RULES)
def test_walks_show_and_pay_the_same_in_both(name) -> None:
    """Walks that favour a direction reach the borders, the obstacles and the near targets."""
    rng, rules = np.random.default_rng(0), RULES[name]
    shares = rng.dirichlet(np.full(ACTIONS, 0.4), size=100)
    actions = np.array([rng.choice(ACTIONS, rules.horizon, p=share) for share in shares], np.int32)
    for target in (RELEASED_TARGETS[4], (9.5, 9.5)):
        expected = walks(rules, target, actions)
        game = Game(rules, target)
        for walk, taken in enumerate(actions):
            game.reset()
            for time, action in enumerate(taken):
                observation, reward, over = game.step(int(action))
                np.testing.assert_allclose(observation, expected[0][walk, time], rtol=1e-6)
                np.testing.assert_allclose(reward, expected[1][walk, time], rtol=1e-5, atol=1e-6)
                assert over == expected[2][walk, time]
                if over:
                    break
