"""DREAM: exploration and execution are learnt apart, and agree where both are optimal (Liu et al. 2021).

    f(id)       what an execution needs to know of the task, a linear map of the task's description
    execution   pi(action | what is seen, z), z = f(id) + noise: learnt from the task itself, no exploration needed
    g(τ)        what exploration has found out of f(id), the features of a memory: minimises |f(id) − g(τ)|²
    exploration is paid for what each step tells: |f(id) − g(τ_:t)|² − |f(id) − g(τ_:t+1)|² − c

The bottleneck adds λ |f(id)|² to the execution's loss: up to a constant the KL of z from noise of the same size, in nats if
λ = 1 / (2 deviation²). So f tells what pays alone, and exploration is not paid for the rest. At test time an episode that
explores comes first, and then z = g(τ). As in the authors' program, every second execution of training is told that
too: it learns to do its best with what exploration leaves open. Exploration is agent B of task inference, whose
belief is about f(id) and not about the task.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, PRNGKeyArray, PyTree

from athanor.environment import Space
from athanor.learning.agents import Agent, AgentNetwork, Features, agent_network, supervision
from athanor.learning.descriptions import Description, Numbers
from athanor.learning.heads import policy_head
from athanor.learning.layers import Linear, MLPEncoder, rectified
from athanor.learning.learner import Learner, Log
from athanor.learning.maml import split
from athanor.learning.networks import ActorCritic, act, encode
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Auxiliary, Played, Recurrent, RecurrentState, recurrent_learner
from athanor.learning.rollout import Rollout, rollout
from athanor.learning.told import Telling, Told


@dataclass(frozen=True)
class Dream:
    """The settings of DREAM, but for how both policies learn."""

    code: int = 8  # components of f(id)
    deviation: float = 0.1  # of the noise on it
    bottleneck: float = 0.01  # λ
    cost: float = 0.01  # c, of a step
    belief_weight: float = 1.0  # of the squared error of g in exploration's loss

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("code", self.code >= 1, "at least 1"),
            ("deviation", 0 <= self.deviation < float("inf"), "at least 0 and finite"),
            ("bottleneck", 0 <= self.bottleneck < float("inf"), "at least 0 and finite"),
            ("belief_weight", 0 < self.belief_weight < float("inf"), "more than 0 and finite"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")


@dataclass(frozen=True)
class Point(Numbers):
    """Real numbers of which a belief is a point: its loss is the squared distance."""

    @property
    def parameters(self) -> int:
        """Return the number of parameters."""
        return self.size

    def loss(self, parameters: Float[Array, "size"], h: Float[Array, "size"]) -> Float[Array, ""]:
        """Return |h − point|²."""
        return jnp.sum(jnp.square(h - parameters))

    def outputs(self, parameters: Float[Array, "size"]) -> Float[Array, "size"]:
        """Return the point."""
        return parameters


class CodeReader(eqx.Module):
    """Features for execution, of what is seen and z."""

    dense: MLPEncoder

    def start(self) -> tuple[()]:
        """Return no memory."""
        return ()

    def __call__(self, memory: tuple[()], observation: Float[Array, "seen"]) -> tuple[tuple[()], Features]:
        """Return the features; they say nothing of the task."""
        return memory, Features(self.dense((), observation)[1], jnp.zeros(0))


class TaskReader(eqx.Module):
    """The same, of what is seen and what `joined` returns: z = f(description) + deviation · noise, or what was found."""

    tells: Linear  # f
    reader: CodeReader
    deviation: float = eqx.field(static=True)

    def start(self) -> tuple[()]:
        """Return no memory."""
        return ()

    def __call__(self, memory: tuple[()], observation: Float[Array, "seen"]) -> tuple[tuple[()], Features]:
        """Return the features, with f(description) for the bottleneck."""
        described, code = self.tells.weight.shape
        seen = len(observation) - described - code - 1
        own, description, other, is_found = jnp.split(
            observation, [seen, seen + described, seen + described + code]
        )
        tells = self.tells(description)
        z = jnp.where(is_found > 0, other, tells + self.deviation * other)
        memory, features = self.reader(memory, jnp.concatenate([own, z]))
        return memory, features._replace(belief=tells)


class DreamState(NamedTuple):
    """What both policies have learnt."""

    explorer: RecurrentState
    executor: RecurrentState


class Both(NamedTuple):
    """An episode of either policy on each task of a batch, and what is earned with what the first has found."""

    explored: Played
    executed: Played
    measure: Float[Array, "task"]  # return of an execution with z = g(τ)


class Games(NamedTuple):
    """An episode that explores, and one that executes: environments with the same tasks."""

    exploring: Any  # an `Episodic`; its agent sees what it did
    executing: Any
    describe: Callable[[Any], Float[Array, "description"]]
    described: int  # length of a description


class Gradients(NamedTuple):
    """How the policy gradients are estimated; what exploration finds must be met before it is paid for."""

    exploring: PolicyGradient
    executing: PolicyGradient


def dream_learner(
    settings: Dream,
    recurrent: Recurrent,
    gradients: Gradients,
    games: Games,
    optimiser: optax.GradientTransformation,
) -> Learner:
    """Return the learner that explores and executes once on each task of a batch, and takes a step of either policy.

    It is measured by what an execution earns with z = g(τ).
    """
    explorer = _explorer(settings, recurrent, gradients.exploring, games, optimiser)
    executor = _executor(settings, recurrent, gradients.executing, games, optimiser)

    def init(key: PRNGKeyArray) -> DreamState:
        return DreamState(explorer.init(key), executor.init(jax.random.fold_in(key, 1)))

    def collect(state: DreamState, tasks: PyTree, key: PRNGKeyArray) -> Both:
        explore_key, noise_key, execute_key, test_key = jax.random.split(key, 4)
        descriptions = jax.vmap(games.describe)(tasks)
        encoder: Any = state.executor.params.encoder  # a `TaskReader`
        codes = jax.vmap(encoder.tells)(descriptions)
        explored = explorer.collect(state.explorer, Told(tasks, codes), explore_key)
        found = jax.vmap(beliefs, in_axes=(None, 0))(state.explorer.params, explored.rollout)
        noise = jax.random.normal(noise_key, codes.shape)
        executed = executor.collect(
            state.executor, Told(tasks, joined(descriptions, noise, found[:, -1])), execute_key
        )
        earned = _executed(settings, games, state.executor.params, Told(tasks, found[:, -1]), test_key)
        return Both(_paid(explored, codes, found, settings.cost), executed, earned)

    def update(state: DreamState, batch: Both, key: PRNGKeyArray) -> tuple[DreamState, Log]:
        exploring, log = explorer.update(state.explorer, batch.explored, key)
        executing, other = executor.update(state.executor, batch.executed, key)
        loss, norm = log.loss + other.loss, jnp.hypot(log.gradient_norm, other.gradient_norm)
        both = Log(loss, norm, log.entropy, log.inner_change, batch.measure[:, None])
        return DreamState(exploring, executing), both

    return Learner(init, explorer.act, collect, update)


def joined(
    descriptions: Float[Array, "task description"],
    noise: Float[Array, "task code"],
    found: Float[Array, "task code"],
) -> Float[Array, "task description_and_code_and_one"]:
    """Join what executions are told: the description, then noise on f or, of every second task, g(τ); and which it is."""
    is_found = (jnp.arange(len(descriptions)) % 2 == 1)[:, None]
    other = jnp.where(is_found, found, noise)
    return jnp.concatenate([descriptions, other, is_found.astype(jnp.float32)], axis=1)


def information_rewards(
    code: Float[Array, "code"],
    found: Float[Array, "steps_and_one code"],
    valid: Bool[Array, "steps"],
    cost: float,
) -> Float[Array, "steps"]:
    """Return |f(id) − g(τ_:t)|² − |f(id) − g(τ_:t+1)|² − c of each step; 0 after the end."""
    error = jnp.sum(jnp.square(code - found), axis=1)
    return jnp.where(valid, error[:-1] - error[1:] - cost, 0.0)


def squared_length(own: tuple[()], features: Features, h: Float[Array, "none"]) -> Float[Array, ""]:
    """Return |f(id)|² of a step of execution, whose features hold f(id): what the bottleneck weighs."""
    del own, h  # it has no parameters, and the code is in the features
    return jnp.sum(jnp.square(features.belief))


def beliefs(network: ActorCritic, played: Rollout) -> Float[Array, "steps_and_one code"]:
    """Return g(τ) along an episode, from the first observation on."""
    features: Features = encode(network, played.observation, jnp.pad(played.start, (0, 1)))
    return features.belief


def _paid(
    explored: Played, codes: Float[Array, "task code"], found: Float[Array, "task steps code"], cost: float
) -> Played:
    """Return episodes whose rewards are those of information."""
    of_task = jax.vmap(information_rewards, in_axes=(0, 0, 0, None))
    reward = of_task(codes, found, explored.rollout.valid, cost)
    return explored._replace(rollout=explored.rollout._replace(reward=reward))


def _executed(
    settings: Dream, games: Games, network: ActorCritic, tasks: Told, key: PRNGKeyArray
) -> Float[Array, "task"]:
    """Return what executions earn that are told z."""
    environment = Telling(games.executing, settings.code)
    encoder: Any = network.encoder  # a `TaskReader`
    reading = AgentNetwork(encoder.reader, network.head, network.value)

    def earned(task: Told, key: PRNGKeyArray) -> Float[Array, ""]:
        return jnp.sum(rollout(environment, act, reading, (), task, key).reward)

    return jax.vmap(earned)(tasks, split(key, tasks.task))


def _explorer(
    settings: Dream,
    recurrent: Recurrent,
    gradient: PolicyGradient,
    games: Games,
    optimiser: optax.GradientTransformation,
) -> Learner:
    """Return agent B whose belief is about the code that comes with a task."""
    description = Description((Point(settings.code),))
    agent = Agent(memory=False, belief="separate", hidden=recurrent.hidden)
    return recurrent_learner(
        recurrent,
        gradient,
        Telling(games.exploring),
        optimiser,
        auxiliary=supervision(description, lambda task, state: task.told, settings.belief_weight),
        network=lambda inputs, action, key: agent_network(agent, description, inputs, action, key),
    )


def _executor(
    settings: Dream,
    recurrent: Recurrent,
    gradient: PolicyGradient,
    games: Games,
    optimiser: optax.GradientTransformation,
) -> Learner:
    """Return the policy that is told the task, through f and noise, or what exploration has found."""
    told = games.described + settings.code + 1

    def network(inputs: int, action: Space, key: PRNGKeyArray) -> AgentNetwork:
        f_key, first_key, second_key, head_key, value_key = jax.random.split(key, 5)
        hidden = recurrent.hidden
        dense = MLPEncoder(inputs - games.described - 1, hidden, (first_key, second_key))
        # A code that begins small tells g too little to learn from, and g has unlearnt all when it grows.
        tells = rectified(games.described, settings.code, f_key)
        encoder = TaskReader(tells, CodeReader(dense), settings.deviation)
        return AgentNetwork(encoder, policy_head(action, hidden, head_key), Linear(hidden, 1, value_key))

    bottleneck = Auxiliary(
        settings.bottleneck, lambda task, state: jnp.zeros(0), lambda key, features: (), squared_length
    )
    return recurrent_learner(
        recurrent, gradient, Telling(games.executing, told), optimiser, auxiliary=bottleneck, network=network
    )
