"""The agents of meta-RL as task inference (Humplik et al. 2019) as one composition: memory, belief, control.

    A, recurrent            the memory of what was seen feeds actor and critic
    B, belief network       a memory of its own learns to tell the task; what it knows feeds actor and critic
    C, auxiliary head       the memory of A learns to tell the task as well

Actor and critic read the same features. B's memory learns from the task's description alone: no gradient of actor and
critic reaches it, and they see its penultimate features beside the observation. Each of this is a switch.
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.environment import Space
from athanor.learning.descriptions import Description
from athanor.learning.heads import Distribution, policy_head
from athanor.learning.layers import Linear, MemoryUnit, rectified
from athanor.learning.networks import ActorCritic
from athanor.learning.recurrent import Auxiliary
from athanor.learning.rollout import Describe


@dataclass(frozen=True)
class Agent:
    """What an agent is made of; the defaults are agent A."""

    memory: bool = True  # whether what feeds actor and critic remembers
    belief: Literal["none", "separate", "shared"] = "none"  # B has one of its own, C reads it from A's memory
    reads: Literal["features", "outputs"] = (
        "features"  # of a separate belief: penultimate, or the last layer's
    )
    stops_gradient: bool = True  # of actor and critic, before it reaches a separate belief
    hidden: int = 64  # units of every layer


class Memory(NamedTuple):
    """What an agent remembers; a part that it does not have is empty."""

    belief: Any
    control: Any


class Features(NamedTuple):
    """What an agent makes of a history."""

    control: Float[Array, "hidden"]  # actor and critic read it
    belief: Float[Array, "parameter"]  # parameters of what it says of the task; none if it does not


class AgentEncoder(eqx.Module):
    """Belief and control, one after the other."""

    belief: Any  # MemoryUnit, or None without a separate belief
    penultimate: Any  # Linear, or None without a separate belief
    says: Any  # Linear, what is known of the task; None without a belief
    control: Any  # MemoryUnit, or None without a memory
    dense: Any  # two of Linear, or None with a memory
    agent: Agent = eqx.field(static=True)
    description: Description = eqx.field(static=True)

    def __init__(self, agent: Agent, description: Description, inputs: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        keys, hidden = jax.random.split(key, 6), agent.hidden
        separate = agent.belief == "separate"
        self.belief = MemoryUnit(inputs, hidden, keys[0]) if separate else None
        self.penultimate = rectified(hidden, hidden, keys[1]) if separate else None
        self.says = None if agent.belief == "none" else Linear(hidden, description.parameters, keys[2])
        seen = inputs
        if separate:
            seen += hidden if agent.reads == "features" else description.parameters
        self.control = MemoryUnit(seen, hidden, keys[3]) if agent.memory else None
        layers = (rectified(seen, hidden, keys[4]), rectified(hidden, hidden, keys[5]))
        self.dense = None if agent.memory else layers
        self.agent, self.description = agent, description

    def start(self) -> Memory:
        """Return an empty memory."""
        return Memory(*(unit.start() if unit else () for unit in (self.belief, self.control)))

    def __call__(self, memory: Memory, observation: Float[Array, "observation"]) -> tuple[Memory, Features]:
        """Take what is seen into the memory, and return what actor, critic and the supervised loss read."""
        remembered, belief, seen = (), jnp.zeros(0), observation
        if self.belief is not None:
            remembered, read, belief = self._believed(memory.belief, observation)
            seen = jnp.concatenate([observation, read])
        if self.control is None:
            return Memory(remembered, ()), Features(self._dense(seen), belief)
        kept, control = self.control(memory.control, seen)
        if self.agent.belief == "shared":
            belief = self.says(control)
        return Memory(remembered, kept), Features(control, belief)

    def _believed(self, memory: Any, observation: Array) -> tuple[Any, Array, Array]:
        """Return the belief's memory, what actor and critic see of it, and its parameters."""
        memory, remembered = self.belief(memory, observation)
        features = jax.nn.relu(self.penultimate(remembered))
        parameters = self.says(features)
        read = features if self.agent.reads == "features" else self.description.outputs(parameters)
        return memory, jax.lax.stop_gradient(read) if self.agent.stops_gradient else read, parameters

    def _dense(self, seen: Array) -> Array:
        first, second = self.dense
        return jax.nn.relu(second(jax.nn.relu(first(seen))))


class AgentNetwork(ActorCritic):
    """An encoder, and the heads that read what its `Features` hold for control."""

    def distribution(self, features: Any) -> Distribution:
        """Return the distribution over actions."""
        return self.head(features.control)

    def read(self, features: Any) -> tuple[Distribution, Float[Array, ""]]:
        """Return the distribution and the value."""
        return self.head(features.control), self.value(features.control)[0]


def agent_network(
    agent: Agent, description: Description, inputs: int, action: Space, key: PRNGKeyArray
) -> AgentNetwork:
    """Return an agent with random weights."""
    encoder_key, policy_key, value_key = jax.random.split(key, 3)
    encoder = AgentEncoder(agent, description, inputs, encoder_key)
    hidden = agent.hidden
    return AgentNetwork(encoder, policy_head(action, hidden, policy_key), Linear(hidden, 1, value_key))


def supervision(description: Description, describe: Describe, weight: float) -> Auxiliary:
    """Return the supervised loss − log b(h | history), h what `describe` says of a task or of a state met on it."""

    def loss(own: tuple[()], features: Features, h: Float[Array, "description"]) -> Float[Array, ""]:
        del own  # the network says it with weights of its own
        return description.loss(features.belief, h)

    return Auxiliary(weight, describe, lambda key, features: (), loss)
