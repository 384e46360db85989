import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithPosterior
from athanor.tasks.grid_navi.environment import DOWN, LEFT, RIGHT, STAY, UP, Goal, GridNavi, State
from athanor.tasks.grid_navi.rendering import AGENT, CANDIDATE, GOAL, NO_GOAL, PIXELS, render

KEY = jax.random.key(0)
GRID = GridNavi()
STEP = jax.jit(GRID.step)


def goal(x, y):
    return Goal(jnp.array([x, y], jnp.int32))


def play(task, actions):
    state, rewards, cells = GRID.reset(task, KEY), [], []
    for action in actions:
        state, transition = STEP(task, state, jnp.int32(action), KEY)
        rewards.append(round(float(transition.reward), 6))
        cells.append(tuple(map(int, state.cell)))
    return rewards, cells, state


def test_a_walk_by_hand():
    rewards, cells, _ = play(goal(2, 1), [LEFT, DOWN, RIGHT, UP, RIGHT, STAY, LEFT])
    assert cells == [(0, 0), (0, 0), (1, 0), (1, 1), (2, 1), (2, 1), (1, 1)]
    assert rewards == [-0.1, -0.1, -0.1, -0.1, 1.0, 1.0, -0.1]


def test_nothing_changes_after_the_end():
    task = goal(0, 2)
    rewards, _, state = play(task, [UP, UP] + [STAY] * 13)
    assert state.time == 15
    assert rewards == [-0.1] + [1.0] * 14
    following, transition = STEP(task, state, jnp.int32(RIGHT), KEY)
    assert (transition.reward, bool(transition.terminated)) == (0.0, True)
    assert (following.time, tuple(following.cell)) == (15, (0, 2))


def test_the_episode_terminates_with_its_last_step_and_no_sooner():
    task, state, ends = goal(4, 4), GRID.reset(goal(4, 4), KEY), []
    for _ in range(GRID.steps):
        state, transition = STEP(task, state, jnp.int32(UP), KEY)
        ends.append(bool(transition.terminated))
    assert ends == [False] * 14 + [True]


def test_goals_are_the_21_cells_away_from_the_start_and_all_are_drawn():
    goals = {tuple(cell) for cell in GRID.goals.tolist()}
    assert len(goals) == 21
    assert goals.isdisjoint({(0, 0), (0, 1), (1, 0), (1, 1)})
    drawn = jax.vmap(GRID.sample_task)(jax.random.split(KEY, 2100)).cell
    cells, counts = np.unique(np.asarray(drawn), axis=0, return_counts=True)
    assert {tuple(cell) for cell in cells.tolist()} == goals
    assert np.abs(counts - 100).max() < 5 * 10  # five standard deviations


@pytest.mark.parametrize("target", [(4, 4), (0, 2), (3, 0)])
def test_the_expert_needs_as_many_moves_as_the_distance(target):
    state, task = GRID.reset(goal(*target), KEY), goal(*target)
    rewards = []
    for _ in range(GRID.steps):
        state, transition = STEP(task, state, GRID.expert(task, state), KEY)
        rewards.append(float(transition.reward))
    assert sum(reward > 0 for reward in rewards) == 15 + 1 - sum(target)


def test_the_expert_walks_from_everywhere():
    for x, y in np.ndindex(5, 5):
        state = State(jnp.array([x, y], jnp.int32), jnp.int32(0))
        expected = RIGHT if x < 2 else LEFT if x > 2 else UP if y < 3 else DOWN if y > 3 else STAY
        assert GRID.expert(goal(2, 3), state) == expected


def beliefs(task, actions):
    """Return the beliefs on the way."""
    state, belief, kept = GRID.reset(task, KEY), GRID.prior(), []
    update = jax.jit(GRID.update)
    for action in actions:
        following, transition = STEP(task, state, jnp.int32(action), KEY)
        seen, next_seen = GRID.observe(task, state), GRID.observe(task, following)
        belief = update(belief, seen, jnp.int32(action), transition.reward, next_seen)
        state = following
        kept.append({tuple(cell) for cell in GRID.goals[np.asarray(belief.candidates)].tolist()})
    return kept, belief


def test_the_belief_loses_visited_cells_and_collapses_on_a_hit():
    everything = {tuple(cell) for cell in GRID.goals.tolist()}
    kept, belief = beliefs(goal(1, 2), [UP, UP, STAY, RIGHT, RIGHT])
    assert kept == [everything, everything - {(0, 2)}, everything - {(0, 2)}, {(1, 2)}, {(1, 2)}]
    assert GRID.features(belief).tolist() == [float(tuple(cell) == (1, 2)) for cell in GRID.goals.tolist()]
    assert len(GRID.features(belief)) == GRID.features_size == 21


def test_a_step_after_the_end_tells_nothing():
    before, _ = beliefs(goal(4, 4), [UP] * 15)
    after, _ = beliefs(goal(4, 4), [UP] * 15 + [RIGHT] * 3)
    assert before[-1] == after[-1]
    assert (0, 4) not in after[-1]


def test_the_belief_never_loses_the_goal():
    def trial(key):
        task_key, action_key = jax.random.split(key)
        task = GRID.sample_task(task_key)

        def advance(carry, action):
            state, belief = carry
            following, transition = GRID.step(task, state, action, KEY)
            seen, next_seen = GRID.observe(task, state), GRID.observe(task, following)
            return (following, GRID.update(belief, seen, action, transition.reward, next_seen)), None

        actions = jax.random.randint(action_key, (GRID.steps,), 0, 5)
        (_, belief), _ = jax.lax.scan(advance, (GRID.reset(task, KEY), GRID.prior()), actions)
        return belief.candidates[jnp.argmax(jnp.all(jnp.asarray(GRID.goals) == task.cell, axis=-1))]

    assert jax.jit(jax.vmap(trial))(jax.random.split(KEY, 300)).all()


def test_observation_and_description_are_shares():
    state = State(jnp.array([4, 1], jnp.int32), jnp.int32(3))
    assert np.allclose(GRID.observe(goal(2, 2), state), [1.0, 0.25, 0.2])
    assert np.allclose(GRID.describe(goal(2, 3)), [0.5, 0.75])


def test_it_is_a_family_of_the_contract():
    assert isinstance(GRID, Environment) and isinstance(GRID, Described) and isinstance(GRID, WithPosterior)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": 2}, "size is 2, must be from 3 to 16"),
        ({"steps": 0}, "steps is 0, must be at least 1"),
        ({"step_reward": 0.0}, "step_reward is 0.0, must be less than 0"),
        ({"goal_reward": float("nan")}, "goal_reward is nan, must be more than 0"),
    ],
)
def test_impossible_rules_are_one_line(settings, message):
    with pytest.raises(ValueError) as error:
        GridNavi(**settings)
    assert str(error.value) == message


def test_the_image_shows_goal_agent_and_candidates():
    image = render(GRID, goal(4, 4), State(jnp.array([0, 0], jnp.int32), jnp.int32(0)))
    half = PIXELS // 2

    def colour(x, y):
        return tuple(image[::-1][y * PIXELS + half, x * PIXELS + half].tolist())

    assert image.shape == (160, 160, 3)
    assert [colour(*cell) for cell in [(0, 0), (1, 1), (2, 0), (4, 4)]] == [AGENT, NO_GOAL, CANDIDATE, GOAL]
