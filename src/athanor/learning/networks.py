"""The networks of the learners: two hidden layers of rectified linear units, as pytrees of arrays only."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree


class MLP(eqx.Module):
    """A perceptron with two hidden layers; weights start uniform on ± 1 / sqrt(inputs of the layer)."""

    first: eqx.nn.Linear
    second: eqx.nn.Linear
    last: eqx.nn.Linear

    def __init__(self, inputs: int, hidden: int, outputs: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        first_key, second_key, last_key = jax.random.split(key, 3)
        self.first = eqx.nn.Linear(inputs, hidden, key=first_key)
        self.second = eqx.nn.Linear(hidden, hidden, key=second_key)
        self.last = eqx.nn.Linear(hidden, outputs, key=last_key)

    def __call__(self, inputs: Float[Array, "input"]) -> Float[Array, "output"]:
        """Return the outputs for one input."""
        return self.last(jax.nn.relu(self.second(jax.nn.relu(self.first(inputs)))))


class Actor(eqx.Module):
    """A policy over discrete actions."""

    network: MLP

    def __init__(self, observations: int, hidden: int, actions: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        self.network = MLP(observations, hidden, actions, key)

    def __call__(self, observation: Float[Array, "observation"]) -> Float[Array, "action"]:
        """Return the logits of the actions."""
        return self.network(observation)


class Critic(eqx.Module):
    """An estimate of the value of a state."""

    network: MLP

    def __init__(self, observations: int, hidden: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        self.network = MLP(observations, hidden, 1, key)

    def __call__(self, observation: Float[Array, "observation"]) -> Float[Array, ""]:
        """Return the value."""
        return self.network(observation)[0]


def evaluate(network: Actor | Critic, observation: Float[Array, "*batch observation"]) -> Float[Array, "..."]:
    """Apply a network to observations with any batch axes, as one matrix product."""
    outputs = jax.vmap(network)(observation.reshape(-1, observation.shape[-1]))
    return outputs.reshape(*observation.shape[:-1], *outputs.shape[1:])


def act(
    actor: Actor, memory: tuple[()], observation: Float[Array, "observation"], key: PRNGKeyArray
) -> tuple[Int[Array, ""], tuple[()]]:
    """Draw an action from the policy, which has no memory."""
    return jax.random.categorical(key, actor(observation)), memory


def largest_difference(
    first: PyTree[Float[Array, "..."]], second: PyTree[Float[Array, "..."]]
) -> Float[Array, ""]:
    """Return the largest absolute difference between two parameters of the same place."""
    differences = jax.tree.map(lambda a, b: jnp.max(jnp.abs(a - b)), first, second)
    return jnp.max(jnp.stack(jax.tree.leaves(differences)))
