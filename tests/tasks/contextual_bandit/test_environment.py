"""The barcode bandit: its epoch, its observations, and its belief against Bayes' rule."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.environment import Described, Environment, WithExpert, WithPosterior, WithTellingStart
from athanor.tasks.contextual_bandit.environment import ContextualBandit, GoodArms

KEY = jax.random.key(0)
GAME = ContextualBandit(arms=3, pulls=2, contexts=4, exposures=5, bits=3, high=0.8, low=0.3)


@jax.jit
def epoch(key):
    """Return task, observations, contexts, actions, rewards, ends, starts of exposures and features of random play."""
    task_key, reset_key, play_key = jax.random.split(key, 3)
    task = GAME.sample_task(task_key)
    start = GAME.reset(task, reset_key)

    def step(carry, key):
        state, belief = carry
        action_key, pull_key = jax.random.split(key)
        action = jax.random.randint(action_key, (), 0, GAME.arms)
        following, transition = GAME.step(task, state, action, pull_key)
        seen, after = GAME.observe(task, state), GAME.observe(task, following)
        shown = seen, GAME.context(state), action, *transition, GAME.begins(state), GAME.features(belief)
        return (following, GAME.update(belief, seen, action, transition.reward, after)), shown

    first = start, GAME.start(GAME.observe(task, start))
    (end, _), shown = jax.lax.scan(step, first, jax.random.split(play_key, GAME.steps + 3))
    return task, end, shown


def test_an_epoch_exposes_every_context_equally_often_with_its_barcode():
    assert GAME.steps == 40
    for key in jax.random.split(KEY, 3):
        _, _, (seen, context, _, _, terminated, begins, _) = jax.tree.map(np.asarray, epoch(key))
        exposures = context[:40].reshape(20, 2)
        assert (exposures[:, 0] == exposures[:, 1]).all()
        assert (np.bincount(exposures[:, 0]) == 5).all()
        assert begins.tolist() == [True, False] * 20 + [False] * 3
        assert terminated.tolist() == [False] * 39 + [True] * 4
        assert np.allclose(seen[:40, -1], [0.0, 0.5] * 20)
        codes = {int(c): tuple(row) for c, row in zip(context, seen[:, :-1].tolist(), strict=True)}
        assert len(set(codes.values())) == 4
        assert all(tuple(row) == codes[int(c)] for c, row in zip(context, seen[:, :-1].tolist(), strict=True))


def test_good_arms_pay_more():
    ends = jax.vmap(epoch)(jax.random.split(KEY, 400))
    tasks, _, (_, context, action, reward, *_) = jax.tree.map(np.asarray, ends)
    good = np.take_along_axis(tasks.arm, context, axis=1) == action
    for chosen, chance in ((good, 0.8), (~good, 0.3)):
        rewards = reward[:, :40][chosen[:, :40]]
        assert rewards.mean() == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / rewards.size))
    assert (reward[:, 40:] == 0).all()


def test_features_are_the_posterior_by_bayes_rule():
    for key in jax.random.split(KEY, 3):
        _, _, (_, context, action, reward, _, _, features) = jax.tree.map(np.asarray, epoch(key))
        posterior = np.full((4, 3), 1 / 3)
        for time in range(40):
            here = context[time]
            assert features[time] == pytest.approx(posterior[here], abs=1e-5)
            chance = np.where(np.arange(3) == action[time], 0.8, 0.3)
            posterior[here] *= chance if reward[time] else 1 - chance
            posterior[here] /= posterior[here].sum()
        assert features[41:] == pytest.approx(np.broadcast_to(posterior[context[40]], (2, 3)), abs=1e-5)


def test_the_expert_pulls_the_good_arm_of_the_context():
    task = GoodArms(jnp.array([2, 0, 1, 1]))
    state = GAME.reset(task, KEY)
    for _ in range(6):
        assert GAME.expert(task, state) == task.arm[state.order[state.time // 2]]
        state, _ = GAME.step(task, state, jnp.int32(0), KEY)


def test_it_is_a_family_of_the_contract():
    for protocol in (Environment, Described, WithExpert, WithPosterior, WithTellingStart):
        assert isinstance(GAME, protocol)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"arms": 1}, "arms is 1, must be from 2 to 1000"),
        ({"bits": 3}, "contexts is 10, must be from 1 to 8"),
        ({"bits": 0}, "bits is 0, must be from 1 to 16"),
        ({"low": 0.9}, "low and high are 0.9 and 0.9, must be 0 < low < high < 1"),
        (
            {"exposures": 1000, "pulls": 1000},
            "contexts, exposures and pulls make 10000000 steps, must be at most 1000000",
        ),
    ],
)
def test_impossible_rules_are_one_line(settings, message):
    with pytest.raises(ValueError) as error:
        ContextualBandit(**settings)
    assert str(error.value) == message
