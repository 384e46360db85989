"""Layers and encoders: a function (memory, observation) -> (memory, features); memory `()` for a perceptron."""

from typing import Any, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray


class Linear(eqx.Module):
    """An affine map; weights and biases start uniform on ± 1 / sqrt(inputs).

    Inputs are rows and the weights stand to their right: a batch of inputs meets them as they lie in memory. With the
    weights on the left, each step of a rollout transposes them first. Measured on a rollout: a factor of 1.2 to 2.
    """

    weight: Float[Array, "input output"]
    bias: Float[Array, "output"]

    def __init__(self, inputs: int, outputs: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        weight_key, bias_key = jax.random.split(key)
        limit = inputs**-0.5
        self.weight = jax.random.uniform(weight_key, (inputs, outputs), minval=-limit, maxval=limit)
        self.bias = jax.random.uniform(bias_key, (outputs,), minval=-limit, maxval=limit)

    def __call__(self, inputs: Float[Array, "input"]) -> Float[Array, "output"]:
        """Return the outputs for one input."""
        return inputs @ self.weight + self.bias


def rectified(inputs: int, outputs: int, key: PRNGKeyArray) -> Linear:
    """Return an affine map before rectified linear units: weights uniform on ± sqrt(6 / inputs), biases 0.

    So the units' variance stays that of the inputs (He et al. 2015); with `Linear`'s own it falls to a sixth a layer.
    """
    weight = jax.random.uniform(key, (inputs, outputs), minval=-1.0, maxval=1.0) * (6.0 / inputs) ** 0.5
    layer = Linear(inputs, outputs, key)
    return eqx.tree_at(lambda layer: (layer.weight, layer.bias), layer, (weight, jnp.zeros(outputs)))


@runtime_checkable
class Encoder(Protocol):
    """What turns what is seen, now and before, into features."""

    def start(self) -> Any:
        """Return the memory at the start of an episode."""

    def __call__(self, memory: Any, observation: Float[Array, "observation"]) -> tuple[Any, Any]:
        """Return the next memory and the features: a vector, or several for different readers."""


class MLPEncoder(eqx.Module):
    """Two layers of rectified linear units, without memory.

    `observation_offset` is subtracted from the inputs: far from 0, they would reach every unit as nearly the same number.
    """

    first: Linear
    second: Linear
    observation_offset: float = eqx.field(static=True)

    def __init__(
        self,
        inputs: int,
        hidden: int,
        keys: tuple[PRNGKeyArray, PRNGKeyArray],
        observation_offset: float = 0.0,
    ) -> None:
        """Draw the weights."""
        self.first, self.second = Linear(inputs, hidden, keys[0]), Linear(hidden, hidden, keys[1])
        self.observation_offset = observation_offset

    def start(self) -> tuple[()]:
        """Return no memory."""
        return ()

    def __call__(
        self, memory: tuple[()], observation: Float[Array, "input"]
    ) -> tuple[tuple[()], Float[Array, "hidden"]]:
        """Return the features of one observation."""
        return memory, jax.nn.relu(
            self.second(jax.nn.relu(self.first(observation - self.observation_offset)))
        )


class GRUEncoder(eqx.Module):
    """A gated recurrent unit, whose state is both the memory and the features."""

    cell: eqx.nn.GRUCell

    def __init__(self, inputs: int, hidden: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        self.cell = eqx.nn.GRUCell(inputs, hidden, key=key)

    def start(self) -> Float[Array, "hidden"]:
        """Return the memory at the start of an episode."""
        return jnp.zeros(self.cell.hidden_size)

    def __call__(
        self, memory: Float[Array, "hidden"], observation: Float[Array, "input"]
    ) -> tuple[Float[Array, "hidden"], Float[Array, "hidden"]]:
        """Take the observation into the memory."""
        memory = self.cell(observation, memory)
        return memory, memory


class MemoryUnit(eqx.Module):
    """A layer of rectified linear units and a gated recurrent unit (Cho et al. 2014); the state is the features.

    The layer lets a unit see the reward together with the action that it was paid for. Weights stand to the right of
    their inputs, as in `Linear`.
    """

    embedding: Linear
    gates: Linear  # of the embedding: reset, update, candidate
    recurrent: Linear  # of the state: the same

    def __init__(self, inputs: int, hidden: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        embedding_key, gates_key, recurrent_key = jax.random.split(key, 3)
        self.embedding = rectified(inputs, hidden, embedding_key)
        self.gates = Linear(hidden, 3 * hidden, gates_key)
        self.recurrent = Linear(hidden, 3 * hidden, recurrent_key)

    def start(self) -> Float[Array, "hidden"]:
        """Return the memory at the start of an episode."""
        return jnp.zeros(self.recurrent.weight.shape[0])

    def __call__(
        self, memory: Float[Array, "hidden"], observation: Float[Array, "input"]
    ) -> tuple[Float[Array, "hidden"], Float[Array, "hidden"]]:
        """Return h' = (1 - z) n + z h: r, z = sigmoid(gates), n = tanh(W x + r (U h))."""
        seen = self.gates(jax.nn.relu(self.embedding(observation)))
        reset, update, candidate = jnp.split(seen, 3)
        old_reset, old_update, old_candidate = jnp.split(self.recurrent(memory), 3)
        z = jax.nn.sigmoid(update + old_update)
        new = jnp.tanh(candidate + jax.nn.sigmoid(reset + old_reset) * old_candidate)
        memory = (1.0 - z) * new + z * memory
        return memory, memory
