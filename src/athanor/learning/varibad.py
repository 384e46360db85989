"""VariBAD: actor and critic see a belief that learns to predict the rewards of the whole trial (Zintgraf et al. 2020).

An encoder with memory gives q_t(m), normal with independent components, from what was seen before action t. A decoder
predicts each reward of the trial, paid or still to come, from a draw of m, the observation x and the action a of its step:

    ELBO_t = − Σ_i (r_i − r̂(m_t, x_i, a_i))² − β KL(q_t ‖ q_{t−1}),   m_t ~ q_t,   q_{−1} = N(0, I)

The squared error is − log of a normal density of deviation 1/√2, up to a constant; weighed against β KL, of deviation
√(β/2). Derivatives pass to both sides of the KL. As in the source every step i of an ELBO counts 1, and so does the ELBO of
every t; what is minimised is the mean of − ELBO_t over the steps t, divided by the trial's number of steps. Actor and
critic are fed mean and logarithm of the variance of q_t beside the observation, no gradient of theirs reaches the
encoder, and each side has its own optimiser. The defaults are those of the source's program for the cheetah's velocities,
which decodes rewards by a squared error too; in GridNavi it tells whether a reward is 1, and β is 1. What differs:

    decoded     rewards alone, as the source does it where the task moves nothing else; not the next observation
    decoder     reads x_i and a_i, not the observation after, and has half as many heads as the memory has units, which
                the step weighs: in the source's GridNavi there is a head for each cell, and the step chooses one
    data        the trials just played, where the source draws from all that were played
    scale       log-variances are divided by the largest, where the source divides all that is fed by running deviations
    moments     those before an action; the belief after the last reward is fed to no policy and not learnt from
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, PRNGKeyArray, PyTree

from athanor.environment import Episodic, Space
from athanor.learning import losses
from athanor.learning.agents import Agent, Features, agent_network
from athanor.learning.bottleneck import Code
from athanor.learning.descriptions import LEAST_LOG_DEVIATION, Description, Numbers
from athanor.learning.gradients import descend
from athanor.learning.layers import Linear, rectified
from athanor.learning.learner import Learner, Log
from athanor.learning.networks import ActorCritic, act, encode
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Played, Recurrent, RecurrentState, recurrent_learner
from athanor.learning.rollout import Rollout
from athanor.trial import as_box, as_vector

FIRST_HEADS = 0.1  # what the decoder's heads start at, as a share of other layers


@dataclass(frozen=True)
class Varibad:
    """What the belief is about, and what it costs."""

    decoded: int  # first numbers of an observation that the decoder sees; none may tell of a reward
    components: int = 5  # of m
    kl_weight: float = 0.1  # beta

    def __post_init__(self) -> None:
        for name in ("decoded", "components"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, must be at least 1")
        if not 0.0 <= self.kl_weight < float("inf"):
            raise ValueError(f"kl_weight is {self.kl_weight}, must be at least 0 and finite")


class Latent(Numbers):
    """Independent latent numbers, which no task describes: what is read of them is mean and logarithm of the variance."""

    def outputs(self, parameters: Float[Array, "two_size"]) -> Float[Array, "two_size"]:
        """Return means, then logarithms of variances, as shares of the largest: far from 0 they drive a policy to its bounds."""
        code = self.code(parameters)
        return jnp.concatenate([code.mean, code.log_deviation / abs(LEAST_LOG_DEVIATION)])

    def code(self, parameters: Float[Array, "two_size"]) -> Code:
        """Return the distribution that the parameters stand for."""
        return Code(*self._moments(parameters))


class Decoder(eqx.Module):
    """Heads that read m, weighed by what a step is: r̂ = Σ_k f_k(m) g_k(x, a) / √heads.

    Heads start small, and predictions near 0: else beliefs first move far from the prior to undo what nobody learnt.
    """

    latent: tuple[Linear, Linear]  # f
    step: tuple[Linear, Linear]  # g

    def __init__(self, components: int, step: int, heads: int, key: PRNGKeyArray) -> None:
        """Draw the weights; `step` is the size of x and a together."""
        keys = jax.random.split(key, 4)
        small = jax.tree.map(lambda leaf: FIRST_HEADS * leaf, Linear(heads, heads, keys[1]))
        self.latent = rectified(components, heads, keys[0]), small
        self.step = rectified(step, heads, keys[2]), rectified(heads, heads, keys[3])

    def __call__(
        self, latent: Float[Array, "moment component"], step: Float[Array, "time x_and_a"]
    ) -> Float[Array, "moment time"]:
        """Return the reward that each draw of m predicts for each step."""
        heads = jax.vmap(lambda m: self.latent[1](jax.nn.relu(self.latent[0](m))))(latent)
        weights = jax.vmap(lambda x: jax.nn.relu(self.step[1](jax.nn.relu(self.step[0](x)))))(step)
        return heads @ weights.T * heads.shape[-1] ** -0.5


class VaribadState(NamedTuple):
    """What the learner has learnt."""

    control: RecurrentState  # its network holds the encoder too
    decoder: Decoder
    optimiser: optax.OptState  # of encoder and decoder

    @property
    def params(self) -> ActorCritic:
        """Return what acts."""
        return self.control.params


def kl_from_previous(code: Code) -> Float[Array, "time"]:
    """Return KL(q_t ‖ q_{t−1}) along a trial, in nats, the first from N(0, I).

    Each is Σ log(s_{t−1} / s_t) + (s_t² + (m_t − m_{t−1})²) / (2 s_{t−1}²) − 1/2.
    """
    before = jax.tree.map(lambda leaf: jnp.concatenate([jnp.zeros_like(leaf[:1]), leaf[:-1]]), code)
    log_ratio = code.log_deviation - before.log_deviation
    moved = (code.mean - before.mean) * jnp.exp(-before.log_deviation)
    return jnp.sum((jnp.exp(2.0 * log_ratio) + jnp.square(moved) - 1.0) / 2.0 - log_ratio, axis=-1)


def elbos(
    predicted: Float[Array, "moment time"],
    reward: Float[Array, "time"],
    valid: Bool[Array, "time"],
    kl: Float[Array, "moment"],
    kl_weight: float,
) -> Float[Array, "moment"]:
    """Return ELBO_t = − Σ_i (r_i − r̂_i)² − β KL_t; i runs over all steps that were played, before t and after."""
    return -jnp.sum(jnp.where(valid, jnp.square(reward - predicted), 0.0), axis=-1) - kl_weight * kl


def belief_loss(
    settings: Varibad,
    action: Space,
    learnt: tuple[ActorCritic, Decoder],
    played: Rollout,
    key: PRNGKeyArray,
) -> Float[Array, ""]:
    """Return the mean of − ELBO_t over the steps t of some trials (task axis first), by their number of steps."""
    network, decoder = learnt
    features: Features = jax.vmap(encode, in_axes=(None, 0, 0))(
        network, played.observation[:, :-1], played.start
    )
    keys = jax.random.split(key, len(played.reward))
    of_trial = jax.vmap(partial(trial_elbos, settings, action, decoder))
    steps = jnp.sum(played.valid, axis=1, keepdims=True, dtype=jnp.float32)
    found = of_trial(features.belief, played, keys) / steps
    return -jnp.sum(losses.mean_weight(played.valid) * found)


def trial_elbos(
    settings: Varibad,
    action: Space,
    decoder: Decoder,
    parameters: Float[Array, "time parameter"],
    played: Rollout,
    key: PRNGKeyArray,
) -> Float[Array, "time"]:
    """Return the ELBO of every moment of a trial, given what the encoder says there, by one draw of m each."""
    code = jax.vmap(Latent(settings.components).code)(parameters)
    acted = jax.vmap(partial(as_vector, action))(played.action)
    step = jnp.concatenate([played.observation[:-1, : settings.decoded], acted], axis=1)
    predicted = decoder(code.sample(key), step)
    return elbos(predicted, played.reward, played.valid, kl_from_previous(code), settings.kl_weight)


def varibad_learner(
    settings: Varibad,
    recurrent: Recurrent,
    gradient: PolicyGradient,
    environment: Episodic[Any, Any],
    optimiser: optax.GradientTransformation,
) -> Learner:
    """Return the learner: in an update first actor and critic learn as a recurrent learner's do, then the belief.

    Both take `epochs` steps of optimisers that are alike, on the same trials.
    """
    latent = Description((Latent(settings.components),))
    agent = Agent(memory=False, belief="separate", reads="outputs", hidden=recurrent.hidden)
    loss = partial(belief_loss, settings, environment.action)
    control = recurrent_learner(
        recurrent,
        gradient,
        environment,
        optimiser,
        network=lambda inputs, action, key: agent_network(agent, latent, inputs, action, key),
    )

    def init(key: PRNGKeyArray) -> VaribadState:
        state = control.init(key)
        size = settings.decoded + as_box(environment.action).size
        decoder = Decoder(
            settings.components, size, max(1, recurrent.hidden // 2), jax.random.fold_in(key, 1)
        )
        return VaribadState(state, decoder, optimiser.init((state.params, decoder)))

    def collect(state: VaribadState, tasks: PyTree, key: PRNGKeyArray) -> Played:
        return control.collect(state.control, tasks, key)

    def update(state: VaribadState, played: Played, key: PRNGKeyArray) -> tuple[VaribadState, Log]:
        learnt, log = control.update(state.control, played, key)

        def epoch(carry: tuple[Any, optax.OptState], key: PRNGKeyArray) -> tuple[Any, Float[Array, ""]]:
            value, direction = jax.value_and_grad(loss)(carry[0], played.rollout, key)
            return descend(optimiser, carry[0], direction, carry[1]), value

        carry = (learnt.params, state.decoder), state.optimiser
        ((params, decoder), own), values = jax.lax.scan(epoch, carry, jax.random.split(key, recurrent.epochs))
        log = log._replace(loss=log.loss + values[0])
        return VaribadState(learnt._replace(params=params), decoder, own), log

    return Learner(init, act, collect, update)
