"""Policies of the pendulum by PPO: a perceptron of what is seen, beside which a memory may be read."""

import math
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.environment import Box
from athanor.experiments.overview.randomisation.config import Rods
from athanor.experiments.overview.randomisation.systems import System, places, within
from athanor.learning.layers import Linear, rectified
from athanor.learning.learner import Learner
from athanor.learning.networks import ActorCritic
from athanor.learning.normal import NormalHead
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent, recurrent_learner
from athanor.learning.told import Telling, Told
from athanor.learning.training import begin, train
from athanor.tasks.pendulum.environment import Body, Pendulum
from athanor.trial import Trial

FIRST_LOG_DEVIATION = 0.0  # of the torque, in shares of its bound


class RodEncoder(eqx.Module):
    """Two layers; the second reads gated recurrent units beside the first, which see the last torque as well."""

    first: Linear
    second: Linear
    unit: eqx.nn.GRUCell
    remembers: Float[Array, ""]  # 1, or 0 where the units are not read; it is not learnt
    scale: tuple[float, ...] = eqx.field(static=True)  # of what is seen

    def __init__(self, settings: Rods, box: Box, remembers: Float[Array, ""], key: PRNGKeyArray) -> None:
        """Draw the weights; what has bounds is seen as a share of them."""
        first_key, second_key, unit_key = jax.random.split(key, 3)
        self.first = rectified(box.size - 1, settings.hidden, first_key)
        self.second = rectified(settings.hidden + settings.memory, settings.hidden, second_key)
        self.unit = eqx.nn.GRUCell(box.size, settings.memory, key=unit_key)
        self.remembers = remembers
        self.scale = tuple(high if math.isfinite(high) else 1.0 for high in box.high)

    def start(self) -> Float[Array, "memory"]:
        """Return an empty memory."""
        return jnp.zeros(self.unit.hidden_size)

    def __call__(
        self, memory: Float[Array, "memory"], observation: Float[Array, "observation"]
    ) -> tuple[Float[Array, "memory"], Float[Array, "hidden"]]:
        """Take what is seen into the memory; return the features."""
        seen = observation / jnp.array(self.scale)
        memory = self.unit(seen, memory)
        read = jax.lax.stop_gradient(self.remembers) * memory
        features = jnp.concatenate([jax.nn.relu(self.first(seen[:-1])), read])
        return memory, jax.nn.relu(self.second(features))


def rods(rules: Pendulum, system: System, place: Float[Array, "rod 2"]) -> Told:
    """Return rods by where they lie in the range of masses and in that of lengths; who is told sees the places."""
    mass, length = within(*rules.mass, place[:, 0]), within(*rules.length, place[:, 1])
    return Told(Body(mass, length), system.told * place)


def learner_of(settings: Rods, system: System) -> Learner:
    """Return the learner."""

    def network(inputs: int, action: Any, key: PRNGKeyArray) -> ActorCritic:
        encoder_key, head_key, value_key = jax.random.split(key, 3)
        encoder = RodEncoder(settings, game.observation, system.remembers, encoder_key)
        head = NormalHead(settings.hidden, action, FIRST_LOG_DEVIATION, head_key)
        return ActorCritic(encoder, head, Linear(settings.hidden, 1, value_key))

    game = Trial(Telling(Pendulum(settings.steps), 2), see_reward=False, see_start=False)
    rate = optax.linear_schedule(settings.rate, 0.1 * settings.rate, settings.updates * settings.epochs)
    return recurrent_learner(
        Recurrent(
            epochs=settings.epochs, reward_scale=settings.reward_scale, entropy_updates=settings.updates
        ),
        PolicyGradient(settings.discount, settings.gae_lambda, entropy=settings.entropy, clip=0.2),
        game,
        optax.chain(optax.clip_by_global_norm(1.0), optax.adam(rate)),
        network=network,
    )


def costs(settings: Rods, system: System, key: PRNGKeyArray) -> Float[Array, "tested"]:
    """Train a policy, and return its mean cost on the mean rod, on new ones of the range and on those of a wider one."""
    rules, learner = Pendulum(settings.steps), learner_of(settings, system)
    begin_key, train_key, place_key, play_key = jax.random.split(key, 4)

    def sample(key: PRNGKeyArray, update: Array) -> Told:
        del update  # all updates are alike
        return rods(rules, system, places(system.spread, settings.batch, 2, key))

    run, _, _ = train(learner, sample, begin(learner, begin_key), settings.updates, train_key)

    def test(spread: Float[Array, ""]) -> Float[Array, ""]:
        new = rods(rules, system, places(spread, settings.held_out, 2, place_key))
        return -jnp.mean(learner.collect(run.state, new, play_key).measure)

    earned = jax.lax.map(test, jnp.array([0.0, 1.0, settings.wider]))
    return jnp.where(run.finite, earned, jnp.nan)
