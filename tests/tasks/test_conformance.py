"""Every task family keeps the contract of `athanor.environment`; families are found by their place."""

import importlib
import pkgutil
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor import tasks
from athanor.environment import Box, Described, Discrete, Environment, WithExpert, WithPosterior
from athanor.observed import BeliefObserved

EPISODES = 6
EXTRA = 3  # steps after the longest episode
# Families whose observation tells of the task at once, by their rules, with the settings that hide it if there are any.
TOLD: dict[str, dict[str, Any] | None] = {
    "navigation": {"see_goal": False},
    "alchemy": None,  # how stones look tells of how they are turned
}


def families() -> list[str]:
    """Return the names of all families: the packages of athanor.tasks."""
    return sorted(module.name for module in pkgutil.iter_modules(tasks.__path__) if module.ispkg)


@cache
def build(name: str):
    """Return a family with its defaults: simple_alchemy's SimpleAlchemy."""
    module = importlib.import_module(f"athanor.tasks.{name}.environment")
    return getattr(module, name.title().replace("_", ""))()


every_family = pytest.mark.parametrize("name", families())


class Play(NamedTuple):
    """Episodes of random play, the last steps after the end; one entry of `state` and `observation` more."""

    task: Any
    state: Any
    observation: Any
    action: Any
    reward: Any
    terminated: Any
    features: Any  # of the belief; nothing where there is none


def draw_action(space, key):
    if isinstance(space, Discrete):
        return jax.random.randint(key, (), 0, space.n)
    low, high = (jnp.array(bound, jnp.float32) for bound in space)
    return jax.random.uniform(key, low.shape, minval=low, maxval=high)


def play_one(family, key) -> Play:
    """Play by the belief wrapper where there is a belief, so that it is tested too."""
    believes = isinstance(family, WithPosterior)
    env = BeliefObserved(family) if believes else family
    task_key, reset_key, step_key = jax.random.split(key, 3)
    task = env.sample_task(task_key)
    lean = draw_action(env.action, reset_key)  # of the whole episode: noise alone gets no point far

    def shown(state):
        seen = env.observe(task, state)
        size = family.observation.size
        return seen[:size], seen[size:]

    def step(state, key):
        action_key, own_key = jax.random.split(key)
        action = draw_action(env.action, action_key)
        if isinstance(env.action, Box):
            action = 0.25 * action + 0.75 * lean
        following, transition = env.step(task, state, action, own_key)
        return following, (following, *shown(following), action, *transition)

    start = env.reset(task, reset_key)
    _, steps = jax.lax.scan(step, start, jax.random.split(step_key, family.steps + EXTRA))
    first = (start, *shown(start))
    joined = jax.tree.map(lambda one, more: jnp.concatenate([one[None], more]), first, steps[:3])
    states = joined[0].state if believes else joined[0]
    return Play(task, states, joined[1], *steps[3:], joined[2])


@cache
def played(name: str) -> Play:
    """Return common episodes of a family, as NumPy arrays."""
    keys = jax.random.split(jax.random.key(11), EPISODES)
    family = build(name)
    return jax.tree.map(np.asarray, jax.jit(jax.vmap(lambda key: play_one(family, key)))(keys))


def nth(tree, *index):
    """Return one entry of every leaf's first axes."""
    return jax.tree.map(lambda leaf: leaf[index], tree)


@every_family
def test_a_family_is_an_environment_with_spaces_that_hold(name) -> None:
    family, play = build(name), played(name)
    assert isinstance(family, Environment)
    assert isinstance(family.action, Discrete | Box)
    assert play.observation.dtype == np.float32
    assert play.observation.shape == (EPISODES, family.steps + EXTRA + 1, family.observation.size)
    low, high = family.observation
    assert (play.observation >= np.array(low) - 1e-4).all()
    assert (play.observation <= np.array(high) + 1e-4).all()
    assert play.reward.dtype == np.float32
    assert play.terminated.dtype == bool
    assert np.isfinite(play.reward).all()


@every_family
def test_one_episode_alone_is_as_among_others(name) -> None:
    """Step by step, by programs for one episode."""
    family, among = build(name), nth(played(name), 2)
    task_key, reset_key, step_key = jax.random.split(jax.random.split(jax.random.key(11), EPISODES)[2], 3)

    @jax.jit
    def begin(task_key, reset_key):
        task = family.sample_task(task_key)
        state = family.reset(task, reset_key)
        return task, state, family.observe(task, state)

    @jax.jit
    def step(task, state, action, key):
        following, transition = family.step(task, state, action, jax.random.split(key)[1])
        return (following, family.observe(task, following), *transition)

    task, *start = begin(task_key, reset_key)
    alone = [(*start, 0.0, False)]
    for action, key in zip(among.action, jax.random.split(step_key, family.steps + EXTRA), strict=True):
        alone.append(step(task, alone[-1][0], action, key))
    state, observation, reward, terminated = (
        jax.tree.map(lambda *leaves: np.stack(leaves), *parts) for parts in zip(*alone, strict=True)
    )
    found = (task, state, observation, reward[1:], terminated[1:])
    expected = (among.task, among.state, among.observation, among.reward, among.terminated)
    for ours, theirs in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


@every_family
def test_a_step_depends_on_its_arguments_alone(name) -> None:
    """The first step, taken again twice and outside of any compiled program."""
    family, play = build(name), played(name)
    task, state, action = nth(play.task, 0), nth(play.state, 0, 0), nth(play.action, 0, 0)
    arguments = jax.tree.map(jnp.asarray, (task, state, action))
    first, again = (family.step(*arguments, jax.random.key(3)) for _ in range(2))
    for ours, theirs in zip(jax.tree.leaves(first), jax.tree.leaves(again), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for ours, theirs in zip(jax.tree.leaves(arguments), jax.tree.leaves((task, state, action)), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@every_family
def test_after_the_end_nothing_changes(name) -> None:
    play = played(name)
    for episode in range(EPISODES):
        (ends,) = np.nonzero(play.terminated[episode])
        if not len(ends):
            continue
        end = ends[0]
        assert play.terminated[episode, end:].all()
        assert (play.reward[episode, end + 1 :] == 0).all()
        for leaf in jax.tree.leaves(nth((play.state, play.features), episode)):
            np.testing.assert_array_equal(
                leaf[end + 2 :], np.broadcast_to(leaf[end + 1], leaf[end + 2 :].shape)
            )


@every_family
def test_an_episode_ends_within_its_steps_or_is_cut_off_there(name) -> None:
    """What is terminated by a horizon is at the last step: never after it for the first time."""
    play, steps = played(name), build(name).steps
    ended = play.terminated[:, steps - 1]
    np.testing.assert_array_equal(ended, play.terminated[:, -1])
    assert steps >= 1


@every_family
def test_the_task_is_hidden_until_something_was_revealed(name) -> None:
    """The same state is seen alike under another task, and does not itself differ by the task."""
    family, hiding = build(name), TOLD.get(name, {})
    if hiding is None:
        pytest.skip("the first observation tells of the task, by the rules")
    family = replace(family, **hiding)
    keys = jax.random.split(jax.random.key(2), 8)

    @jax.jit
    @jax.vmap
    def seen(key):
        task = family.sample_task(key)
        return family.observe(task, family.reset(task, jax.random.key(0)))

    observations = np.asarray(seen(keys))
    np.testing.assert_array_equal(observations, np.broadcast_to(observations[:1], observations.shape))


@every_family
def test_descriptions_lie_in_their_space_and_tell_tasks_apart(name) -> None:
    family = build(name)
    if not isinstance(family, Described):
        pytest.skip("nothing to describe")

    @jax.jit
    @jax.vmap
    def draw(key):
        task = family.sample_task(key)
        return task, family.describe(task)

    sampled, described = jax.tree.map(np.asarray, draw(jax.random.split(jax.random.key(4), 32)))
    assert described.shape == (32, family.description.size)
    low, high = family.description
    assert ((described >= np.array(low) - 1e-5) & (described <= np.array(high) + 1e-5)).all()
    leaves = np.concatenate(
        [np.reshape(leaf, (32, -1)).astype(float) for leaf in jax.tree.leaves(sampled)], 1
    )
    assert len(np.unique(described, axis=0)) == len(np.unique(leaves.round(6), axis=0))


@every_family
def test_experts_act_within_the_space_of_actions(name) -> None:
    family, play = build(name), played(name)
    if not isinstance(family, WithExpert):
        pytest.skip("no expert")
    starts = jax.tree.map(lambda leaf: jnp.asarray(leaf[:, 0]), play.state)
    actions = np.asarray(jax.jit(jax.vmap(family.expert))(jax.tree.map(jnp.asarray, play.task), starts))
    if isinstance(family.action, Discrete):
        assert ((actions >= 0) & (actions < family.action.n)).all()
    else:
        low, high = family.action
        assert ((actions >= np.array(low) - 1e-5) & (actions <= np.array(high) + 1e-5)).all()


@every_family
def test_beliefs_are_finite_and_follow_from_what_was_seen(name) -> None:
    """Conditioned again on observations, actions and rewards alone, they are what they were in play."""
    family, play = build(name), played(name)
    if not isinstance(family, WithPosterior):
        pytest.skip("no exact posterior")
    assert play.features.shape == (EPISODES, family.steps + EXTRA + 1, family.features_size)
    assert np.isfinite(play.features).all()
    assert len(np.unique(play.features.reshape(-1, family.features_size), axis=0)) > 1  # something is learnt

    @jax.jit
    def conditioned(observation, action, reward):
        first = family.start(observation[0]) if hasattr(family, "start") else family.prior()

        def update(belief, step):
            belief = family.update(belief, *step)
            return belief, family.features(belief)

        _, features = jax.lax.scan(update, first, (observation[:-1], action, reward, observation[1:]))
        return jnp.concatenate([family.features(first)[None], features])

    found = conditioned(*jax.tree.map(jnp.asarray, nth((play.observation, play.action, play.reward), 1)))
    np.testing.assert_allclose(found, play.features[1], rtol=1e-4, atol=1e-5)
