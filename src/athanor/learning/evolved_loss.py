"""Evolved policy gradients (Houthooft et al. 2018): a loss that evolution strategies learn, and policies descend.

The loss looks along time at what a policy did and was paid, and at how likely it would do so again, through which its
gradient reaches the policy. With a window of K steps around each step,

    l_t = u · h_t + (v · h̄_t) log π(a_t | s_t),    h_t = tanh(Σ_k W_k x_{t+k} + b),

averaged over steps, where x_t has the observation, the action, the reward, log π(a_t | s_t) and the entropy of π(· | s_t), and
is 0 outside of an episode; h̄ is h taken for a constant. Rewards have mean 0 and deviation 1 over the trajectories of an update. A policy that starts from random weights takes some steps of Adam along
the gradient of (1 − α) L + α L_PPO, on trajectories of its own after each update, and the fitness of the loss is what the policy then
earns. α is given for each generation; where it falls from 1 to 0 there is something to earn before the loss is good.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from athanor.environment import Episodic
from athanor.learning import evolution, losses
from athanor.learning.adaptation import Problem
from athanor.learning.evolution import Evolution, Evolved
from athanor.learning.gradients import descend
from athanor.learning.layers import Linear
from athanor.learning.networks import Actor, evaluate
from athanor.learning.policy_gradient import Batch
from athanor.learning.rollout import Rollout
from athanor.trial import as_box, as_vector

Loss = Callable[[Actor, Batch], Float[Array, ""]]
SampleTask = Callable[[PRNGKeyArray], Any]
NewActor = Callable[[PRNGKeyArray], Actor]


class EvolvedLoss(eqx.Module):
    """A convolution along time, and a layer on it."""

    convolution: Linear  # of all steps of a window, one after the other
    output: Linear
    window: int = eqx.field(static=True)  # steps, odd: as many before a step as after it

    def __init__(self, features: int, hidden: int, window: int, key: PRNGKeyArray) -> None:
        """Draw the convolution; the loss is 0 at first, so that a guide leads until it has grown.

        Raise ValueError for an even window.
        """
        if window < 1 or window % 2 == 0:
            raise ValueError(f"window is {window}, must be odd and at least 1")
        self.convolution = Linear(window * features, hidden, key)
        self.output = jax.tree.map(jnp.zeros_like, Linear(hidden, 2, key))
        self.window = window

    def __call__(
        self, features: Float[Array, "time feature"], log_probability: Float[Array, "time"]
    ) -> Float[Array, "time"]:
        """Return the loss of each step of an episode."""
        reach, steps = self.window // 2, len(features)
        padded = jnp.pad(features, ((reach, reach), (0, 0)))
        windows = jnp.concatenate([padded[at : at + steps] for at in range(self.window)], axis=1)
        hidden = jnp.tanh(jax.vmap(self.convolution)(windows))
        own, factor = (
            jax.vmap(self.output)(hidden)[:, 0],
            jax.vmap(self.output)(jax.lax.stop_gradient(hidden))[:, 1],
        )
        return own + factor * log_probability


@dataclass(frozen=True)
class Descent:
    """How a policy descends a loss."""

    updates: int  # each on new trajectories
    epochs: int  # steps of Adam on the same trajectories
    rate: Any  # of Adam, a number


class Game(NamedTuple):
    """What policies play, and how they start."""

    environment: Episodic[Any, Any]
    problem: Problem  # whose loss is the guide, and which measures `rewards`
    new_actor: NewActor
    sample_task: SampleTask


def rewards(task: Any, rollout: Rollout) -> Float[Array, "time"]:
    """Return the rewards of an episode: what batches measure for the loss."""
    del task
    return rollout.reward


def features_size(environment: Episodic[Any, Any]) -> int:
    """Return the number of features of a step."""
    return environment.observation.size + as_box(environment.action).size + 3


def features(
    environment: Episodic[Any, Any], actor: Actor, batch: Batch
) -> Float[Array, "trajectory time feature"]:
    """Return what the loss sees of each step: actions in half widths of their box, nothing after the end."""
    box = as_box(environment.action)
    low, high = jnp.array(box.low), jnp.array(box.high)
    vectors = jax.vmap(jax.vmap(partial(as_vector, environment.action)))(batch.action)
    action = (vectors - (low + high) / 2) / ((high - low) / 2)
    distribution = evaluate(actor, batch.observation, batch.start)
    told = jnp.stack(
        [
            standardised(batch.measure, batch.valid),
            distribution.log_prob(batch.action),
            distribution.entropy(),
        ],
        axis=-1,
    )
    seen = jnp.concatenate([batch.observation, action, told], axis=-1)
    return jnp.where(batch.valid[..., None], seen, 0.0)


def standardised(
    reward: Float[Array, "trajectory time"], valid: Bool[Array, "trajectory time"]
) -> Float[Array, "trajectory time"]:
    """Return rewards less their mean, in deviations of theirs, over the steps before the end."""
    weight = losses.mean_weight(valid)
    centred = reward - jnp.sum(weight * reward)
    return centred / (jnp.sqrt(jnp.sum(weight * jnp.square(centred))) + 1e-8)


def blended(game: Game, evolved: EvolvedLoss, share: float | Float[Array, ""]) -> Loss:
    """Return the loss that a policy descends, of which the guide has a share."""

    def loss(actor: Actor, batch: Batch) -> Float[Array, ""]:
        seen = features(game.environment, actor, batch)
        of_steps = jax.vmap(evolved)(seen, seen[..., -2])
        own = jnp.sum(batch.weight * of_steps)
        return share * game.problem.loss(actor, batch) + (1.0 - share) * own

    return loss


def descended(
    game: Game, descent: Descent, loss: Loss, actor: Actor, task: Any, key: PRNGKeyArray
) -> Float[Array, "point"]:
    """Return the mean return before the first update of a policy and after each."""
    optimiser = optax.adam(descent.rate)
    start = actor, optimiser.init(actor)

    def epoch(carry: Any, batch: Batch) -> Any:
        return descend(optimiser, carry[0], jax.grad(loss)(carry[0], batch), carry[1])

    def update(carry: Any, key: PRNGKeyArray) -> tuple[Any, Float[Array, ""]]:
        batch = game.problem.sample(carry[0], task, key)
        following = jax.lax.fori_loop(0, descent.epochs, lambda _, carry: epoch(carry, batch), carry)
        return following, _earned(batch)

    keys = jax.random.split(key, descent.updates + 1)
    (actor, _), before = jax.lax.scan(update, start, keys[:-1])
    last = _earned(game.problem.sample(actor, task, keys[-1]))
    return jnp.concatenate([before, last[None]])


def _earned(batch: Batch) -> Float[Array, ""]:
    return jnp.mean(jnp.sum(batch.measure, axis=1))


def evolve_loss(
    game: Game,
    descent: Descent,
    settings: Evolution,
    optimiser: optax.GradientTransformation,
    first: EvolvedLoss,
    shares: Float[Array, "generation"],
    key: PRNGKeyArray,
) -> tuple[EvolvedLoss, Float[Array, "generation"]]:
    """Evolve a loss, with the guide's share of each generation; return it and the mean fitness by generation.

    A member of a generation is what a policy from random weights earns at the end of its descent, on a task of its own.
    """

    def step(
        state: Evolved, given: tuple[PRNGKeyArray, Float[Array, ""]]
    ) -> tuple[Evolved, Float[Array, ""]]:
        generation_key, share = given

        def fitness(evolved: EvolvedLoss, key: PRNGKeyArray) -> Float[Array, ""]:
            task_key, actor_key, play_key = jax.random.split(key, 3)
            task, actor = game.sample_task(task_key), game.new_actor(actor_key)
            return descended(game, descent, blended(game, evolved, share), actor, task, play_key)[-1]

        state, report = evolution.generation(settings, optimiser, fitness, state, generation_key)
        return state, jnp.mean(report.fitness)

    start = evolution.init(optimiser, first)
    evolved, fitness = jax.lax.scan(step, start, (jax.random.split(key, len(shares)), shares))
    return evolved.params, fitness
