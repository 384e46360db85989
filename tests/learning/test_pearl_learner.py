"""PEARL: its targets and errors by hand, whom each derivative reaches, z held for an episode, and a hidden place found."""

from dataclasses import dataclass, replace
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.environment import Box, Discrete, Transition
from athanor.learning.bottleneck import kl_from_standard_normal
from athanor.learning.pearl import product_of_normals
from athanor.learning.pearl_learner import pearl_learner
from athanor.learning.pearl_loss import Pearl, Transitions, goal, loss, value_error, worth
from athanor.learning.pearl_networks import Exploration, PearlAgent, act, explore
from athanor.learning.replay import uniform_replay
from athanor.learning.rollout import rollout
from athanor.learning.training import begin, train, with_store
from athanor.trial import Trial

SMALL = Pearl(
    hidden=16,
    components=2,
    with_prior=True,
    discount=0.5,
    entropy=0.1,
    kl_weight=1e-3,
    exploration=Exploration(2, 1),
    context=8,
    transitions=8,
    steps=4,
    target_rate=0.1,
)
BOX = Box((-1.0,), (1.0,))


@dataclass(frozen=True)
class HiddenPlace:
    """Two guesses an episode at one of two places, -1/2 and 1/2; a guess pays 1 within 1/2 of it, else 0.

    Guesses of one sign are right on one of the tasks. An agent that knows the place earns 2 an episode, one that does not
    1 in expectation.
    """

    steps: int = 2
    observation = Box((0.0,), (1.0,))
    action = BOX

    def reset(self, task, key):
        return jnp.int32(0)

    def step(self, task, state, action, key):
        reward = (jnp.abs(action[0] - task) < 0.5).astype(jnp.float32)
        return state + 1, Transition(reward, state + 1 >= self.steps)

    def observe(self, task, state):
        return (state == 0).astype(jnp.float32)[None]


@pytest.fixture(scope="module")
def agent():
    return PearlAgent(1, BOX, 4, 2, True, jax.random.key(1))


@pytest.fixture(scope="module")
def constant(agent):
    """Return the agent with critics that say 2 and 3, whatever they see."""

    def saying(critic, value):
        flat = jax.tree.map(jnp.zeros_like, critic)
        return eqx.tree_at(lambda flat: flat.value.bias, flat, jnp.array([value]))

    both = tuple(saying(critic, value) for critic, value in zip(agent.critics, (2.0, 3.0), strict=True))
    return eqx.tree_at(lambda agent: agent.critics, agent, both)


def step_of(goes_on, taught=1.0):
    one = jnp.array([0.5])
    return Transitions(one, one, jnp.float32(0.0), jnp.float32(taught), one, jnp.float32(goes_on))


@pytest.mark.parametrize(("goes_on", "expected"), [(1.0, 2.0), (0.0, 1.0)])
def test_a_target_by_hand(constant, goes_on, expected):
    """1 + 0.5 · min(2, 3), and 1 where the episode ends; with both critics off by 1 and 2 the squared errors are 5."""
    z, key = jnp.zeros(2), jax.random.key(0)
    found = goal(replace(SMALL, entropy=0.0), constant, z, constant.critics, step_of(goes_on), key)
    assert float(found) == expected
    assert float(value_error(constant, z, step_of(goes_on), jnp.float32(1.0))) == 1.0 + 4.0


def test_each_derivative_reaches_its_own(agent):
    """The value of the policy's action moves the policy alone; the critics' errors move factors and critics, through z."""
    step, key = step_of(1.0), jax.random.key(0)

    def drawn(agent):
        mean, variance = agent.factor(step.before, step.action, step.reward)
        return product_of_normals(mean[None], variance[None], jnp.ones(1, bool), True).mean

    improves = jax.grad(lambda agent: worth(SMALL, agent, drawn(agent), step.before, key)[0])(agent)
    errs = jax.grad(lambda agent: value_error(agent, drawn(agent), step, jnp.float32(9.0)))(agent)

    def moved(tree):
        return any(bool(jnp.any(leaf != 0)) for leaf in jax.tree.leaves(tree))

    assert [moved(part) for part in (improves.policy, improves.critics, improves.factors)] == [
        True,
        False,
        False,
    ]
    assert [moved(part) for part in (errs.policy, errs.critics, errs.factors)] == [False, True, True]


def test_of_a_context_without_a_reward_only_the_cost_of_z_is_learnt(agent):
    """Its derivative moves neither policy nor critics; the loss is the KL that the context's factors have, weighted."""
    one, count = jnp.ones((2, 6, 1)), (2, 6)
    nothing = Transitions(one, one / 2, jnp.zeros(count), jnp.ones(count), one, jnp.ones(count))
    (found, _), moves = jax.jit(jax.value_and_grad(loss, argnums=3, has_aux=True), static_argnums=(0, 1))(
        SMALL, 2, agent.critics, agent, nothing, jax.random.key(0)
    )
    mean, variance = (jnp.tile(x, (8, 1)) for x in agent.factor(one[0, 0], one[0, 0] / 2, jnp.float32(0.0)))
    code = product_of_normals(mean, variance, jnp.ones(8, bool), True)
    assert float(found) == pytest.approx(SMALL.kl_weight * float(kl_from_standard_normal(code)), rel=1e-4)
    assert not any(bool(jnp.any(leaf != 0)) for leaf in jax.tree.leaves((moves.policy, moves.critics)))
    assert bool(jnp.any(moves.factors.bias != 0))


def test_z_is_drawn_once_an_episode_and_an_action_held_while_roaming(agent):
    """What the factors sum up to after two transitions is the product that the loss takes of them at once."""
    trial = Trial(HiddenPlace(), episodes=3)
    play = jax.jit(
        lambda key: jax.lax.scan(partial(_step, trial, agent), _first(trial, agent), jax.random.split(key, 6))
    )
    _, (memory, action, whole) = play(jax.random.key(3))
    z = np.asarray(memory.z)
    np.testing.assert_array_equal(z[::2], z[1::2])
    assert len(np.unique(z[:, 0])) == 3
    np.testing.assert_array_equal(memory.episode, [1, 1, 2, 2, 3, 3])
    assert action[0] == action[1]  # the first episode roams
    assert action[2] != action[3]
    mean, variance = jax.vmap(agent.factor)(whole[:2, :1], whole[1:3, 1:2], whole[1:3, 2])
    expected = jnp.sum(1.0 / variance, axis=0)
    np.testing.assert_allclose(memory.evidence.precision[2], expected, rtol=1e-5)
    np.testing.assert_allclose(memory.evidence.weighted[2], jnp.sum(mean / variance, axis=0), rtol=1e-5)


def _first(trial, agent):
    task, key = jnp.float32(0.5), jax.random.key(0)
    return trial.reset(task, key), agent.start()


def _step(trial, agent, carry, key):
    state, memory = carry
    whole = trial.observe(jnp.float32(0.5), state)
    acted = explore(Exploration(1, 0), agent, memory, whole, key)
    state, _ = trial.step(jnp.float32(0.5), state, acted.action, key)
    return (state, acted.memory), (acted.memory, acted.action[0], whole)


def test_a_hidden_place_is_found_and_kept():
    """In the last of 6 episodes the place has nearly always been met: the optimum is 2, without memory 1."""
    trial = Trial(HiddenPlace(), episodes=4)
    learner = pearl_learner(SMALL, trial, optax.adam(0.01))
    replay = uniform_replay(capacity=256, count=SMALL.steps * 16)
    tasks, judged = jnp.tile(jnp.array([-0.5, 0.5]), 8), Trial(HiddenPlace(), episodes=6)

    @jax.jit
    def whole(key):
        def sample(key, episode):
            return tasks

        run = with_store(learner, sample, replay, begin(learner, key))
        run, _, finite = train(learner, sample, run, 300, key, replay)
        agent, keys = run.state.params, jax.random.split(key, 256)
        many = jnp.tile(tasks, 16)
        played = jax.vmap(lambda task, key: rollout(judged, act, agent, agent.start(), task, key))(many, keys)
        return played.reward.reshape(256, 6, 2).sum(axis=-1).mean(axis=0), finite.all()

    found, finite = whole(jax.random.key(1))
    assert finite
    assert found[0] < 1.0 + 3 / np.sqrt(256)
    assert 1.7 < found[-1] <= 2.0


def test_the_end_of_an_episode_has_no_successor_and_what_is_taught_is_not_seen():
    trial = Trial(HiddenPlace(), episodes=4)

    def teach(task, before, action, reward):
        return reward + 10.0

    learner = pearl_learner(SMALL, trial, optax.adam(0.01), teach=teach)
    tasks, key = jnp.array([-0.5, 0.5]), jax.random.key(0)
    steps = jax.jit(lambda: learner.collect(learner.init(key), tasks, key).transitions)()
    np.testing.assert_array_equal(steps.goes_on, np.tile([1.0, 0.0], (2, 4)))
    np.testing.assert_array_equal(steps.taught, steps.reward + 10.0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"components": 0}, "components is 0, must be at least 1"),
        ({"kl_weight": -1.0}, "kl_weight is -1.0, must be at least 0"),
        ({"target_rate": 0.0}, "target_rate is 0.0, must be more than 0 and at most 1"),
        ({"exploration": Exploration(0, 0)}, "must be at least 1 episode"),
    ],
)
def test_what_cannot_be_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Pearl(**settings)


def test_trials_that_do_not_fit_are_refused(bandit):
    with pytest.raises(ValueError, match="trial has actions that are numbers, must have vectors"):
        pearl_learner(SMALL, Trial(bandit), optax.adam(0.01))
    assert isinstance(bandit.action, Discrete)
    with pytest.raises(ValueError, match="trial must show the action, the reward and the start of episodes"):
        pearl_learner(SMALL, Trial(HiddenPlace(), see_time=True), optax.adam(0.01))
    with pytest.raises(ValueError, match="trial has 2 episodes, must have at least 3"):
        pearl_learner(SMALL, Trial(HiddenPlace(), episodes=2), optax.adam(0.01))
