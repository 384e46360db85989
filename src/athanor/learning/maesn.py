"""MAESN: exploration by noise that is drawn once an episode, whose distribution is meta-learnt (Gupta et al. 2018).

Each training task i has a normal distribution of its own over a latent vector, N(mu_i, sigma_i^2). Before an episode
z = mu_i + sigma_i e is drawn, e standard normal, and the policy sees it beside every observation. The inner loop moves mu_i and
log sigma_i alone, each component at a rate that is learnt; theta, the policy's weights, stays as it is:

    mu' = mu - rate * dL/dmu,    log sigma' = log sigma - rate * dL/d(log sigma).

The outer loop descends the sum over tasks of L_i(theta, mu_i', sigma_i') + weight KL(N(mu_i, sigma_i^2) || N(0, I)) in theta, in
all mu_i and sigma_i, and in the rates, through the inner steps. A new task starts from N(0, I), near which the
divergence has kept the training tasks.

What is stored as observed is e, and z is computed in the policy: derivatives in mu and sigma go through z. As in MAML,
batches are constants of the outer gradient.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from athanor.environment import Box, Episodic, Space, Transition
from athanor.learning.adaptation import Problem
from athanor.learning.gradients import descend
from athanor.learning.layers import Encoder
from athanor.learning.learner import Learner, Log, mean_entropy, mean_measure
from athanor.learning.maml import split
from athanor.learning.networks import Actor, act, largest_difference
from athanor.learning.policy_gradient import Batch


class Latent(NamedTuple):
    """A normal distribution over latent vectors with independent components."""

    mean: Float[Array, "*task latent"]
    log_deviation: Float[Array, "*task latent"]


def standard(*shape: int) -> Latent:
    """Return N(0, I)."""
    return Latent(jnp.zeros(shape), jnp.zeros(shape))


def divergence(latent: Latent) -> Float[Array, ""]:
    """Return KL(N(mu, sigma^2) || N(0, I)) = sum of (sigma^2 + mu^2 - 1) / 2 - log sigma, in nats."""
    squares = jnp.exp(2 * latent.log_deviation) + jnp.square(latent.mean)
    return jnp.sum((squares - 1) / 2 - latent.log_deviation)


class NoiseEncoder(eqx.Module):
    """Turn the standard normal noise at the end of an observation into a latent vector, and encode both."""

    encoder: Encoder
    latent: Latent

    def start(self) -> Any:
        """Return the memory at the start of an episode."""
        return self.encoder.start()

    def __call__(self, memory: Any, observation: Float[Array, "observation"]) -> tuple[Any, Any]:
        """Return the next memory and the features."""
        size = self.latent.mean.shape[-1]
        drawn = self.latent.mean + jnp.exp(self.latent.log_deviation) * observation[-size:]
        return self.encoder(memory, jnp.concatenate([observation[:-size], drawn]))


def with_latent(policy: Actor, latent: Latent) -> Actor:
    """Return the policy on noise of this distribution."""
    return Actor(NoiseEncoder(policy.encoder, latent), policy.head)


class NoisyState(NamedTuple):
    """A state and the noise of its episode."""

    state: Any
    noise: Float[Array, "latent"]


@dataclass(frozen=True)
class WithNoise:
    """An environment whose observations end with standard normal noise that is drawn once an episode."""

    environment: Episodic[Any, Any]
    size: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"size is {self.size}, must be at least 1")

    @property
    def steps(self) -> int:
        """Return the number of steps of the longest episode."""
        return self.environment.steps

    @property
    def observation(self) -> Box:
        """Return the space of observations."""
        low, high = self.environment.observation
        return Box((*low, *(-float("inf"),) * self.size), (*high, *(float("inf"),) * self.size))

    @property
    def action(self) -> Space:
        """Return the space of actions."""
        return self.environment.action

    def reset(self, task: Any, key: PRNGKeyArray) -> NoisyState:
        """Start an episode, and draw its noise."""
        reset_key, noise_key = jax.random.split(key)
        return NoisyState(self.environment.reset(task, reset_key), jax.random.normal(noise_key, (self.size,)))

    def step(
        self, task: Any, state: NoisyState, action: Array, key: PRNGKeyArray
    ) -> tuple[NoisyState, Transition]:
        """Take an action."""
        following, transition = self.environment.step(task, state.state, action, key)
        return state._replace(state=following), transition

    def observe(self, task: Any, state: NoisyState) -> Float[Array, "observation"]:
        """Return what the agent sees, then the noise."""
        return jnp.concatenate([self.environment.observe(task, state.state), state.noise])


class Structured(NamedTuple):
    """What MAESN learns."""

    policy: Actor  # of observations with a latent vector
    log_rate: Latent  # of the inner loop, for mean and deviation
    latents: Latent  # of the training tasks, on a first axis


class Adapted(NamedTuple):
    """What an outer step saw of a task; of several tasks, with a task axis first."""

    latent: Latent  # after the inner loop
    support: Batch  # of each inner step
    query: Batch


def inner_update(problem: Problem, params: Structured, latent: Latent, batch: PyTree) -> Latent:
    """Return the distribution after a step on the loss, the policy being as it is."""
    gradient = jax.grad(lambda latent: problem.loss(with_latent(params.policy, latent), batch))(latent)
    return jax.tree.map(lambda at, rate, slope: at - jnp.exp(rate) * slope, latent, params.log_rate, gradient)


def adapt(
    problem: Problem, steps: int, params: Structured, latent: Latent, task: Any, key: PRNGKeyArray
) -> Adapted:
    """Adapt a distribution to a task, and draw a batch with it."""
    adapt_key, query_key = jax.random.split(key)

    def step(latent: Latent, key: PRNGKeyArray) -> tuple[Latent, Batch]:
        batch = problem.sample(with_latent(params.policy, latent), task, key)
        return inner_update(problem, params, latent, batch), batch

    latent, support = jax.lax.scan(step, latent, jax.random.split(adapt_key, steps))
    return Adapted(latent, support, problem.sample(with_latent(params.policy, latent), task, query_key))


def outer_loss(problem: Problem, weight: float, params: Structured, seen: Adapted) -> Float[Array, ""]:
    """Return the sum over tasks of the loss after the inner loop and the weighted divergence before it."""

    def of_task(latent: Latent, support: Batch, query: Batch) -> Float[Array, ""]:
        def step(latent: Latent, batch: Batch) -> tuple[Latent, None]:
            return inner_update(problem, params, latent, batch), None

        adapted, _ = jax.lax.scan(step, latent, support)
        return problem.loss(with_latent(params.policy, adapted), query) + weight * divergence(latent)

    return jnp.sum(jax.vmap(of_task)(params.latents, seen.support, seen.query))


@dataclass(frozen=True)
class MAESN:
    """The settings of MAESN, but for its outer optimiser."""

    tasks: int  # of training, all of which are played in each outer step
    size: int = 2  # of the latent vector
    inner_steps: int = 1
    first_rate: float = 1.0  # of the inner loop; it is learnt
    weight: float = 0.1  # of the divergence

    def __post_init__(self) -> None:
        for name in ("tasks", "size", "inner_steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, must be at least 1")
        if not 0 < self.first_rate < float("inf"):
            raise ValueError(f"first_rate is {self.first_rate}, must be more than 0 and finite")
        if not 0 <= self.weight < float("inf"):
            raise ValueError(f"weight is {self.weight}, must be at least 0 and finite")


class StructuredState(NamedTuple):
    """What has been learnt, and the state of the optimiser."""

    params: Structured
    optimiser: optax.OptState


def first_params(settings: MAESN, policy: Actor) -> Structured:
    """Return what MAESN starts from: all tasks at N(0, I)."""
    rate = jnp.full(settings.size, jnp.log(settings.first_rate))
    return Structured(policy, Latent(rate, rate), standard(settings.tasks, settings.size))


def maesn_learner(
    settings: MAESN, problem: Problem, policy: Any, optimiser: optax.GradientTransformation
) -> Learner:
    """Return the learner whose update is one outer step; `policy(key)` draws the weights, `problem` is on `WithNoise`."""

    def init(key: PRNGKeyArray) -> StructuredState:
        params = first_params(settings, policy(key))
        return StructuredState(params, optimiser.init(params))

    def collect(state: StructuredState, tasks: PyTree, key: PRNGKeyArray) -> Adapted:
        one = partial(adapt, problem, settings.inner_steps, state.params)
        return jax.vmap(one)(state.params.latents, tasks, split(key, tasks))

    def update(state: StructuredState, seen: Adapted, key: PRNGKeyArray) -> tuple[StructuredState, Log]:
        del key  # nothing is drawn
        loss, direction = jax.value_and_grad(partial(outer_loss, problem, settings.weight))(
            state.params, seen
        )
        params, outer = descend(optimiser, state.params, direction, state.optimiser)
        return StructuredState(params, outer), _log(state.params, loss, direction, seen)

    return Learner(init, act, collect, update)


def _log(params: Structured, loss: Float[Array, ""], direction: Structured, seen: Adapted) -> Log:
    """Report an outer step."""
    measure = jax.tree.map(
        lambda before, after: jnp.concatenate([before, after[:, None]], axis=1),
        mean_measure(seen.support.measure, 2),
        mean_measure(seen.query.measure, 1),
    )
    actors = jax.vmap(with_latent, in_axes=(None, 0))(params.policy, seen.latent)
    entropy = jnp.mean(jax.vmap(mean_entropy)(actors, seen.query))
    change = largest_difference(params.latents, seen.latent)
    return Log(loss, optax.tree.norm(direction), entropy, change, measure)
