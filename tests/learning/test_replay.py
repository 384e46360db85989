"""The store between collecting and updating: what is drawn was added, is not yet overwritten, and is whole."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.learners import Joint, joint_learner
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.replay import add, empty, sample, uniform_replay
from athanor.learning.training import begin, train, with_store


def numbered(first, count):
    """Return items, each of two leaves that tell its number."""
    numbers = jnp.arange(first, first + count)
    return {"number": numbers, "episode": jnp.broadcast_to(10 * numbers[:, None], (count, 3))}


def drawn(store, key):
    found = sample(store, 400, key)
    assert (found["episode"] == 10 * found["number"][:, None]).all()  # leaves of one item stay together
    return set(np.asarray(found["number"]).tolist())


def test_only_what_is_there_is_drawn_and_all_of_it(key):
    store = empty(jax.tree.map(lambda leaf: leaf[0], numbered(0, 1)), 5)
    store = add(store, numbered(1, 2))
    assert drawn(store, key) == {1, 2}
    store = add(store, numbered(3, 2))
    store = add(store, numbered(5, 3))  # 1 and 2 make room
    assert drawn(store, key) == {3, 4, 5, 6, 7}


def test_draws_are_uniform(key):
    store = add(empty(jax.tree.map(lambda leaf: leaf[0], numbered(0, 1)), 8), numbered(0, 4))
    counts = np.bincount(np.asarray(sample(store, 8000, key)["number"]), minlength=4)
    assert (np.abs(counts - 2000) < 5 * np.sqrt(2000 * 0.75)).all()


def test_what_cannot_be_is_named(key):
    item = jax.tree.map(lambda leaf: leaf[0], numbered(0, 1))
    with pytest.raises(ValueError, match="capacity is 0, must be at least 1"):
        empty(item, 0)
    with pytest.raises(ValueError, match="3 items, must be at most 2, the capacity"):
        add(empty(item, 2), numbered(0, 3))


def test_a_learner_trains_out_of_a_store_that_is_not_its_state(bandit, networks, key):
    """PPO corrects for the policies that acted: a hidden store of the last ones' episodes is of use to it."""
    gradient = PolicyGradient(trajectories=16, average=True, clip=0.2)
    learner = joint_learner(Joint(epochs=2), gradient, networks, bandit, optax.adam(0.03))
    tasks = jnp.array([[0.2, 1.0], [0.1, 0.9]])
    replay = uniform_replay(capacity=6, count=4)
    start = with_store(learner, lambda key, episode: tasks, replay, begin(learner, key))
    assert jax.tree.structure(start.state) == jax.tree.structure(learner.init(key))
    go = jax.jit(partial(train, learner, lambda key, episode: tasks, episodes=60, key=key, replay=replay))
    run, log, finite = go(run=start)
    assert finite.all()
    assert run.store.added == 2 * 60
    features = run.state.params.encoder((), jnp.ones(2))[1]
    assert jax.nn.softmax(run.state.params.read(features).logits)[1] > 0.9
    assert log.measure.shape == (60, 4, 1)  # of what the update saw
