"""Test of the Gymnasium environment: the plain rules step by step, through its door."""

import gymnasium
import numpy as np
import pytest

import athanor  # noqa: F401  (registers the environment)


@pytest.mark.parametrize("family", ["three_edges", "all"])
@pytest.mark.parametrize("reward", ["per_step", "on_deposit"])
def test_thousands_of_steps_against_the_plain_rules(family, reward, plain) -> None:
    rules = {"trials": 3, "trial_steps": 9, "reward": reward}
    env = gymnasium.make("athanor/SimpleAlchemy-v0", family=family, goal=6, **rules).unwrapped
    rng = np.random.default_rng(2)
    paid = 0.0
    for episode in range(40):
        observed, _ = env.reset(seed=episode)
        start, graph = tuple(int(bit) for bit in observed[:3]), env.task
        edges = plain.edges(np.asarray(graph.edge_present))
        game = plain.Game(np.asarray(graph.attribute_of_pair), edges, start, goal=(0, 1, 1), **rules)
        over = False
        while not over:
            np.testing.assert_allclose(observed, game.observation(), atol=1e-7)
            action = 7 if game.stone == (0, 1, 1) and rng.random() < 0.5 else int(rng.integers(8))
            observed, gained, over, truncated, _ = env.step(action)
            expected = game.step(action, tuple(int(bit) for bit in observed[:3]))
            assert ((gained, over), truncated) == (expected, False)
            paid += gained
    assert paid > 10
