"""Tests of the Gymnasium environment: its checker, seeding, text, and the plain rules step by step."""

import subprocess
import sys
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import athanor  # noqa: F401  (registers the environment)

ID = "athanor/SimpleAlchemy-v0"


def make(**rules):
    return gymnasium.make(ID, **rules).unwrapped


@pytest.mark.parametrize("family", ["three_edges", "all"])
@pytest.mark.parametrize("reward", ["per_step", "on_deposit"])
def test_passes_the_environment_checker_without_a_warning(family, reward) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = make(family=family, reward=reward, trials=2, render_mode="ansi")
        check_env(env)


def test_importing_athanor_registers_without_jax() -> None:
    code = f"import sys, athanor, gymnasium; gymnasium.spec({ID!r}); assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_text_by_hand() -> None:
    env = make(render_mode="ansi", goal=5, trial_steps=10)
    env.reset(seed=0)
    stone = "".join(str(env.state.stone >> a & 1) for a in range(3))
    assert env.render() == f"trial 1, step 1: stone {stone} outside, full potions: all"
    env.step(7)
    env.step(1)
    assert env.render() == f"trial 1, step 3: stone {stone} in the cauldron, full potions: all"


def test_the_text_lists_full_potions() -> None:
    env = make(render_mode="ansi")
    env.reset(seed=0)
    for action in (1, 2, 4, 5, 6):
        env.step(action)
    assert env.render().endswith("outside, full potions: 2")
    env.step(3)
    assert env.render().endswith("outside, full potions: none")


def test_a_seed_fixes_the_episode() -> None:
    env = make(trials=2, trial_steps=8)

    def play(seed):
        observations = [env.reset(seed=seed)[0]]
        return np.stack(observations + [env.step(t % 8)[0] for t in range(16)])

    np.testing.assert_array_equal(play(3), play(3))
    assert any(not np.array_equal(play(3), play(seed)) for seed in (4, 5, 6))


def test_the_graph_changes_between_episodes_unless_kept() -> None:
    env = make()
    env.reset(seed=1)

    def graph():
        return tuple(np.concatenate([np.ravel(leaf) for leaf in env.task]).tolist())

    first = graph()
    env.reset(options={"keep_graph": True})
    assert graph() == first
    drawn = set()
    for _ in range(4):
        env.reset()
        drawn.add(graph())
    assert len(drawn | {first}) > 2


@pytest.mark.parametrize("family", ["three_edges", "all"])
@pytest.mark.parametrize("reward", ["per_step", "on_deposit"])
def test_thousands_of_steps_against_the_plain_rules(family, reward, plain) -> None:
    rules = {"trials": 3, "trial_steps": 9, "reward": reward}
    env = make(family=family, goal=6, **rules)
    rng = np.random.default_rng(2)
    paid = 0.0
    for episode in range(40):
        observed, _ = env.reset(seed=episode)
        start = tuple(int(bit) for bit in observed[:3])
        edges = plain.edges(np.asarray(env.task.edge_present))
        game = plain.Game(np.asarray(env.task.attribute_of_pair), edges, start, goal=(0, 1, 1), **rules)
        over = False
        while not over:
            np.testing.assert_allclose(observed, game.observation(), atol=1e-7)
            action = 7 if game.stone == (0, 1, 1) and rng.random() < 0.5 else int(rng.integers(8))
            observed, gained, over, truncated, _ = env.step(action)
            expected = game.step(action, tuple(int(bit) for bit in observed[:3]))
            assert ((gained, over), truncated) == (expected, False)
            paid += gained
    assert paid > 20
