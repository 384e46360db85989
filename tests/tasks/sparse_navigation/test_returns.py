"""Scripted agents against numbers by hand, the environment itself, and plain play that keeps every consistent target."""

from itertools import pairwise, product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.arc.environment import Target
from athanor.tasks.sparse_navigation import posterior_sampling as sampling
from athanor.tasks.sparse_navigation import returns
from athanor.tasks.sparse_navigation.environment import SETTINGS, SparseNavigation
from athanor.tasks.sparse_navigation.straight import known_returns, middles, points, straight
from athanor.tasks.sparse_navigation.sweep import sweep, sweep_path

GAME = SETTINGS["0.2_20"]


def reward_of(position, angle, radius):
    distance = np.hypot(position[0] - np.cos(angle), position[1] - np.sin(angle))
    return 1 - distance if distance <= radius else 0.0


def way_to(game, angle):
    aim = np.array([np.cos(angle), np.sin(angle)])
    return [np.clip(aim, -game.speed * t, game.speed * t) for t in range(1, game.steps + 1)]


def test_straight_up_by_hand():
    top = points(np.array(np.pi / 2))
    result = straight(SparseNavigation(radius=0.25), top, top)
    # Steps 8 and 9 are 0.2 and 0.1 away, steps 10 to 20 on the target.
    assert result.episode_return == pytest.approx(0.8 + 0.9 + 11)
    assert result.first_hit == 8


def test_straight_to_a_target_is_the_environment_s_expert():
    angles = np.linspace(0.03, 3.1, 40)

    def play(angle):
        def advance(state, _):
            action = GAME.expert(Target(angle), state)
            following, transition = GAME.step(Target(angle), state, action, jax.random.key(0))
            return following, transition.reward

        start = GAME.reset(Target(angle), jax.random.key(0))
        return jax.lax.scan(advance, start, length=GAME.steps)[1].sum()

    played = jax.jit(jax.vmap(play))(jnp.asarray(angles, jnp.float32))
    known = straight(GAME, points(angles), points(angles)).episode_return
    assert np.allclose(played, known, atol=1e-4)


def test_no_sequence_of_moves_earns_more_than_straight_to_the_target():
    game = SparseNavigation(radius=0.6, speed=0.4, steps=4)
    moves = [np.array(move) for move in product((-0.4, -0.2, 0.0, 0.2, 0.4), repeat=2)]
    for angle in (0.3, 0.785, 1.4):
        best = {(0.0, 0.0): 0.0}
        for _ in range(game.steps):
            following: dict = {}
            for position, total in best.items():
                for move in moves:
                    at = tuple(np.round(position + move, 6))
                    following[at] = max(following.get(at, 0), total + reward_of(at, angle, game.radius))
            best = following
        aim = points(np.array(angle))
        most = float(straight(game, aim, aim).episode_return)
        assert max(best.values()) <= most + 1e-9
        assert max(best.values()) > 0.7 * most


def test_halving_the_mesh_hardly_changes_the_oracle():
    fine = known_returns(GAME, 1)[0]
    aims = points(middles(GAME, 2**15))
    assert straight(GAME, aims, aims).episode_return.mean() == pytest.approx(fine, abs=1e-4)
    assert known_returns(GAME, 4).mean() == pytest.approx(fine)


def enumerate_sampling(game, cells, episodes):
    """Return the return of each episode and the share first hit in it, over all targets and all draws."""
    angles = [(cell + 0.5) / cells * np.pi for cell in range(cells)]
    earns = [[[reward_of(at, w, game.radius) for w in angles] for at in way_to(game, aim)] for aim in angles]
    total, found = np.zeros((2, episodes))

    def visit(target, possible, hit, episode, probability):
        if episode == episodes:
            return
        for draw in possible:
            chance, left, earned = probability / len(possible), list(possible), 0.0
            for rewards in earns[draw]:
                earned += rewards[target]
                left = [w for w in left if abs(rewards[w] - rewards[target]) < 1e-9]
            total[episode] += chance * earned
            found[episode] += chance * (earned > 0 and not hit)
            visit(target, left, hit or earned > 0, episode + 1, chance)

    for target in range(cells):
        visit(target, list(range(cells)), False, 0, 1 / cells)
    return total, found


# In the last game a neighbour of the draw is hit on arrival alone, and its mirror image often stays possible.
@pytest.mark.parametrize(("cells", "radius", "speed"), [(8, 0.45, 0.1), (12, 0.3, 0.1), (8, 0.395, 0.5)])
def test_posterior_sampling_is_the_enumeration_of_its_draws(cells, radius, speed, monkeypatch):
    game, episodes = SparseNavigation(radius=radius, speed=speed), 3
    expected, found = enumerate_sampling(game, cells, episodes)
    target = points(middles(game, cells))
    known = straight(game, target, target).episode_return
    monkeypatch.setattr(sampling, "known_returns", lambda rules, cells: known)
    sampled = sampling.posterior_sampling(game, episodes, np.random.default_rng(0), cells)
    for simulated, exact in ((sampled.episode_return, expected), (sampled.found, found)):
        error = simulated.std(axis=0) / np.sqrt(len(simulated))
        assert (np.abs(simulated.mean(axis=0) - exact) < 4 * error + 1e-9).all()


def test_halving_the_cells_of_posterior_sampling():
    means = []
    for cells in (128, 256, 512):
        sampled = sampling.posterior_sampling(GAME, 3, np.random.default_rng(cells), cells)
        error = sampled.episode_return.std(axis=0) / np.sqrt(len(sampled.episode_return))
        means.append((sampled.episode_return.mean(axis=0), error))
    for (coarse, first), (fine, second) in pairwise(means):
        assert (np.abs(coarse - fine) < 4 * np.hypot(first, second) + 0.05).all()


def test_the_path_of_the_sweep_can_be_walked_and_covers_the_arc():
    path = sweep_path(GAME, 3)
    steps = np.diff(np.concatenate([np.zeros((3, 1, 2)), path], axis=1), axis=1)
    assert np.abs(steps).max() <= 0.1 + 1e-9
    angles = (np.arange(2000) + 0.5) / 2000 * np.pi
    distance = np.hypot(*(points(angles)[:, None] - path.reshape(-1, 2)).transpose(2, 0, 1))
    assert (distance.min(axis=1) <= 0.2).all()
    assert path[0, 9] == pytest.approx(
        points(np.array(2 * np.arcsin(0.1)))
    )  # ten steps to where the end is covered
    on_circle = np.hypot(*path[0, 9:].T)
    assert on_circle == pytest.approx(np.ones(11))
    assert np.abs(np.diff(path[0, 9:], axis=0)).max(axis=1) == pytest.approx(np.full(10, 0.1))


@pytest.mark.parametrize("setting", list(SETTINGS))
def test_the_sweep_is_plain_play_that_keeps_the_consistent_targets(setting):
    game, episodes, targets = SETTINGS[setting], 3, 29
    plan, swept = sweep_path(game, episodes), sweep(game, episodes, targets)
    for number, angle in enumerate((np.arange(targets) + 0.5) / targets * np.pi):
        history, known, image = [], False, None
        earned, first = np.zeros(episodes), None
        for episode in range(episodes):
            position = np.zeros(2)
            for step in range(game.steps):
                if known:
                    aim = np.array([np.cos(angle), np.sin(angle)])
                    position = position + np.clip(aim - position, -0.1, 0.1)
                else:
                    position = plan[episode, step]
                history.append(position)
                reward = reward_of(position, angle, game.radius)
                earned[episode] += reward
                if reward and first is None:
                    first = episode + 1
                    image = 2 * np.arctan2(position[1], position[0]) - angle
                if image is not None and not known:
                    same = [
                        abs(reward_of(p, angle, game.radius) - reward_of(p, image, game.radius)) < 1e-9
                        for p in history
                    ]
                    known = not (all(same) and 0 <= image <= np.pi)
        assert swept.episode_return[number] == pytest.approx(earned)
        assert swept.first_hit[number] == first


def test_random_play_is_that_of_the_environment(monkeypatch):
    game = SparseNavigation(radius=0.6, steps=20)
    monkeypatch.setattr(returns, "WALKS", 10_000)
    walks = returns.random_returns(game, np.random.default_rng(0))

    def episode(key):
        task_key, action_key = jax.random.split(key)
        task = game.sample_task(task_key)

        def advance(state, action):
            following, transition = game.step(task, state, action, key)
            return following, transition.reward

        actions = jax.random.uniform(action_key, (20, 2), jnp.float32, -0.1, 0.1)
        return jax.lax.scan(advance, game.reset(task, key), actions)[1].sum()

    played = np.asarray(jax.jit(jax.vmap(episode))(jax.random.split(jax.random.key(3), 8000)))
    error = np.sqrt(played.var() / len(played) + walks.var() / len(walks))
    assert abs(played.mean() - walks.mean()) < 4 * error
    assert walks.mean() > 5 * error


def test_rows_of_returns_and_first_hits(monkeypatch):
    monkeypatch.setattr(returns, "WALKS", 2000)
    monkeypatch.setattr(sampling, "SEQUENCES", 400)
    rows = returns.exact_returns("0.2_20", jax.random.key(0))
    assert len(rows) == 4 * returns.EPISODES
    assert all(row.lower <= row.expected_return <= row.upper for row in rows)
    by_agent = {agent: [row for row in rows if row.agent == agent] for agent in {row.agent for row in rows}}
    known = by_agent["oracle"][0].expected_return
    for agent, mine in by_agent.items():
        assert [row.episodes for row in mine] == list(range(1, returns.EPISODES + 1))
        assert all(row.expected_return <= known + 1e-9 for row in mine)
        assert (agent == "random") or mine[-1].expected_return > 0.9 * known
    hits = returns.first_hits("0.2_20", jax.random.key(0))
    oracle, swept, sampled = (
        [row for row in hits if row.agent == agent] for agent in ("oracle", "sweep", "posterior_sampling")
    )
    assert all(row.share_hit == row.mean_first_hit == 1 for row in oracle)
    for mine in (swept, sampled):
        shares = [row.share_hit for row in mine]
        assert shares == sorted(shares) and shares[-1] <= 1 + 1e-12
        assert mine[0].mean_first_hit == 1
    assert swept[2].share_hit == 1
    assert swept[2].mean_first_hit == pytest.approx(3 - swept[0].share_hit - swept[1].share_hit)
    assert sampled[2].share_hit < swept[1].share_hit


def test_an_unknown_setting_is_one_line():
    with pytest.raises(ValueError) as error:
        returns.exact_returns("huge", jax.random.key(0))
    assert str(error.value) == "setting is 'huge', must be one of 0.2_20, 0.3_32"
