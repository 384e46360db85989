"""Exact expected returns, by backward induction over what the agent knows and where the game stands.

The oracle plays the same game from beliefs of one sequence each.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.numpad.beliefs import Beliefs, prior_set, reachable_beliefs, single_sets
from athanor.tasks.numpad.environment import Numpad
from athanor.tasks.numpad.model import Model, model_of
from athanor.tasks.numpad.policies import greedy_action


def exact_values(rules: Numpad) -> dict[str, float]:
    """Return every agent's expected return."""
    known = reachable_beliefs(rules, single_sets(rules))
    hidden = reachable_beliefs(rules, [prior_set(rules)])
    informed, learning = model_of(rules, known, len(known.known)), model_of(rules, hidden, 1)
    return {
        "oracle": optimal_value(informed, rules.horizon),
        "bayes_optimal": optimal_value(learning, rules.horizon),
        "random": random_value(informed, rules.horizon),
        "greedy": policy_value(learning, greedy_actions(rules, hidden, learning), rules.horizon),
    }


def optimal_value(model: Model, horizon: int) -> float:
    """Return the largest expected return, averaged over the starts."""
    value = np.zeros(len(model.belief))
    for _ in range(horizon):
        value = _gains(model, value).max(axis=1)
    return float(value[model.start].mean())


def optimal_rewards(rules: Numpad) -> Float[np.ndarray, "time"]:
    """Return the expected reward of each step of Bayes-optimal play, the first of equally good actions taken."""
    model = model_of(rules, reachable_beliefs(rules, [prior_set(rules)]), 1)
    value, chosen = np.zeros(len(model.belief)), []
    for _ in range(rules.horizon):
        worth = _gains(model, value)
        chosen.append(worth.argmax(axis=1))
        value = worth.max(axis=1)
    rewards, presence = [], np.zeros(len(value))
    presence[model.start] = 1 / len(model.start)
    for action in reversed(chosen):
        taken = np.arange(len(action)), action
        hits = presence * model.chance[taken]
        rewards.append(float(hits @ model.reward[taken]))
        following = np.zeros(len(value))
        np.add.at(following, model.hit[taken], hits)
        np.add.at(following, model.miss[taken], presence - hits)
        presence = following
    return np.array(rewards)


def random_value(model: Model, horizon: int) -> float:
    """Return the expected return of uniformly random actions, averaged over the starts."""
    value = np.zeros(len(model.belief))
    for _ in range(horizon):
        value = _gains(model, value).mean(axis=1)
    return float(value[model.start].mean())


def policy_value(model: Model, action: Int[np.ndarray, "state"], horizon: int) -> float:
    """Return the expected return of one action per state, averaged over the starts."""
    taken = np.arange(len(action)), action
    columns = (model.chance, model.reward, model.hit, model.miss)
    only = Model(*model[:4], *(column[taken][:, None] for column in columns))
    return random_value(only, horizon)  # there is one action to draw


def greedy_actions(rules: Numpad, beliefs: Beliefs, model: Model) -> Int[np.ndarray, "state"]:
    """Return what the greedy policy does in every state."""
    chance = beliefs.marginal[model.belief, model.lit].astype(np.float32)
    act = jax.jit(jax.vmap(lambda chance, pad: greedy_action(rules, chance, pad)))
    return np.asarray(act(jnp.asarray(chance), jnp.asarray(model.pad, jnp.int32)))


def _gains(model: Model, value: Float[np.ndarray, "state"]) -> Float[np.ndarray, "state action"]:
    """Return the expected reward of every action and of all that follows it."""
    missed = value[model.miss]
    return missed + model.chance * (model.reward + value[model.hit] - missed)
