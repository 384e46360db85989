"""The plain game, as an eager learner plays it, is the game in JAX; what it draws is the prior."""

import random

import jax
import numpy as np
import pytest

from athanor.experiments.alchemy.agents.plain_play import draw_chemistry, draw_items
from athanor.experiments.alchemy.game.build import game_of
from athanor.experiments.alchemy.game.config import Environment
from athanor.learning.networks import Acted
from athanor.learning.rollout import rollout
from athanor.tasks.alchemy.chemistries import GRAPHS


@pytest.mark.parametrize("level", ["aligned", "rotated"])
def test_episodes_show_and_pay_what_those_in_jax_do(level, replayed) -> None:
    env = game_of(Environment(level=level, stones=2, potions=4, trials=3, trial_steps=8))

    def act(params, memory, observation, key):
        return Acted(jax.random.randint(key, (), 0, env.actions), memory, jax.numpy.float32(0.0))

    @jax.jit
    def played(task, keys):
        return jax.vmap(lambda key: rollout(env, act, None, (), task, key))(keys)

    for seed in range(4):
        task_key, play_key = jax.random.split(jax.random.key(seed))
        task = env.sample_task(task_key)
        found = played(task, jax.random.split(play_key, 20))
        game = replayed(env, task, found.observation)
        for seen, actions, paid in zip(found.observation, found.action, found.reward, strict=True):
            np.testing.assert_allclose(game.reset(), seen[0], atol=1e-6)
            steps = [game.step(int(action)) for action in actions]
            shown, rewards, over = zip(*steps, strict=True)
            np.testing.assert_allclose(
                shown[:-1], seen[1:-1], atol=1e-6
            )  # the last is of items after the end
            np.testing.assert_array_equal(rewards, paid)
            assert over == (False,) * (env.steps - 1) + (True,)
        assert np.any(found.reward != 0.0)


def test_graphs_are_drawn_by_the_prior() -> None:
    """Each number of constraints is as likely, however many graphs have it."""
    rules, rng = game_of(Environment()), random.Random(0)
    edges = GRAPHS.edge_present.reshape(len(GRAPHS.constraints), -1).sum(1)
    whole = sum(len(draw_chemistry(rules, rng).edges) == edges.max() for _ in range(2000)) / 2000
    assert whole == pytest.approx(0.25, abs=0.04) and np.sum(edges == edges.max()) == 1
    assert [len(items) for items in draw_items(rules, rng)] == [rules.stones, rules.potions]
