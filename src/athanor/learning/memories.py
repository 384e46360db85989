"""Memories beside the gated recurrent unit: an LSTM, causal attention and a temporal convolution, as encoders.

All begin with a layer of rectified linear units, as `MemoryUnit` does, and carry along what they need of the past: a step
computes nothing of earlier steps anew. What need not be computed step by step has `along` besides, which gives the
features of a whole trial at once. `window` is the number of steps, itself included, that a step can see at most.
"""

import math
from bisect import bisect_left
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray, PyTree

from athanor.environment import Space
from athanor.learning.heads import policy_head
from athanor.learning.layers import Encoder, Linear, rectified
from athanor.learning.networks import ActorCritic

HEADS = 2  # of attention, each with a query of its own; they share keys and values
KEY = 16  # components of a query, a key and a value
FORGET_BIAS = 1.0  # an LSTM remembers at first


class LSTMEncoder(eqx.Module):
    """A layer and an LSTM (Hochreiter and Schmidhuber 1997), whose hidden state is the features."""

    embedding: Linear
    cell: eqx.nn.LSTMCell

    def __init__(self, inputs: int, width: int, window: int, key: PRNGKeyArray) -> None:
        """Draw the weights; the state sees any number of steps."""
        del window
        embedding_key, cell_key = jax.random.split(key)
        self.embedding = rectified(inputs, width, embedding_key)
        cell = eqx.nn.LSTMCell(width, width, key=cell_key)
        forgets = jnp.zeros(4 * width).at[width : 2 * width].set(FORGET_BIAS)
        self.cell = eqx.tree_at(lambda cell: cell.bias, cell, replace_fn=lambda bias: bias + forgets)

    def start(self) -> tuple[Float[Array, "width"], Float[Array, "width"]]:
        """Return the hidden state and the cell's state at the start of an episode."""
        return jnp.zeros(self.cell.hidden_size), jnp.zeros(self.cell.hidden_size)

    def __call__(
        self,
        memory: tuple[Float[Array, "width"], Float[Array, "width"]],
        observation: Float[Array, "observation"],
    ) -> tuple[tuple[Float[Array, "width"], Float[Array, "width"]], Float[Array, "width"]]:
        """Take the observation into the memory."""
        memory = self.cell(jax.nn.relu(self.embedding(observation)), memory)
        return memory, memory[0]


class Attended(NamedTuple):
    """What attention carries of the steps in its window, the newest last."""

    keys: Float[Array, "window key"]
    values: Float[Array, "window key"]
    filled: Int[Array, ""]  # steps so far, up to the window


class AttentionEncoder(eqx.Module):
    """A layer and a block of causal attention (Vaswani et al. 2017) over the steps of a window.

        y = x + O softmax(q K^T / sqrt(d) + b) V,   z = y + F relu(G norm(y)),

    with q, k, v linear in norm(x), and norm(z) the features. Positions are the learnt numbers b, by head and by how many
    steps ago. All heads read the same keys and values (Shazeer 2019), which makes what is carried small.
    """

    embedding: Linear
    projections: Linear  # of what is seen: queries, key, value
    mixing: Linear  # O
    inner: Linear  # G
    outer: Linear  # F
    norms: tuple[eqx.nn.LayerNorm, eqx.nn.LayerNorm, eqx.nn.LayerNorm]
    positions: Float[Array, "head window"]  # b; of the present step last

    def __init__(self, inputs: int, width: int, window: int, key: PRNGKeyArray) -> None:
        """Draw the weights; all positions are alike at first."""
        keys = jax.random.split(key, 5)
        self.embedding = rectified(inputs, width, keys[0])
        self.projections = Linear(width, (HEADS + 2) * KEY, keys[1])
        self.mixing = Linear(HEADS * KEY, width, keys[2])
        self.inner, self.outer = rectified(width, 2 * width, keys[3]), Linear(2 * width, width, keys[4])
        norm = eqx.nn.LayerNorm(width)
        self.norms = (norm, norm, norm)
        self.positions = jnp.zeros((HEADS, window))

    def start(self) -> Attended:
        """Return an empty window."""
        nothing = jnp.zeros((self.positions.shape[1], KEY))
        return Attended(nothing, nothing, jnp.int32(0))

    def __call__(
        self, memory: Attended, observation: Float[Array, "observation"]
    ) -> tuple[Attended, Float[Array, "width"]]:
        """Take the observation into the window, and read it."""
        x, queries, key, value = self._seen(observation)
        window = len(memory.keys)
        filled = jnp.minimum(memory.filled + 1, window)
        memory = Attended(shifted(memory.keys, key), shifted(memory.values, value), filled)
        there = jnp.arange(window) >= window - filled
        read = attend(queries, memory.keys, memory.values, self.positions, there)
        return memory, self._features(x, read)

    def along(
        self, observation: Float[Array, "time observation"], start: Bool[Array, "time"]
    ) -> Float[Array, "time width"]:
        """Return the features of all steps at once; where `start` is true the window is empty."""
        x, queries, keys, values = jax.vmap(self._seen)(observation)
        window, step, part = self.positions.shape[1], jnp.arange(len(x)), jnp.cumsum(start)
        ago = step[:, None] - step
        there = (ago >= 0) & (ago < window) & (part[:, None] == part)
        positions = self.positions[:, jnp.clip(window - 1 - ago, 0, window - 1)]
        read = jax.vmap(attend, in_axes=(0, None, None, 1, 0))(queries, keys, values, positions, there)
        return jax.vmap(self._features)(x, read)

    def _seen(
        self, observation: Float[Array, "observation"]
    ) -> tuple[Float[Array, "width"], Float[Array, "head key"], Float[Array, "key"], Float[Array, "key"]]:
        """Return x, the queries, the key and the value of a step."""
        x = jax.nn.relu(self.embedding(observation))
        projected = self.projections(self.norms[0](x))
        queries, key, value = jnp.split(projected, [HEADS * KEY, (HEADS + 1) * KEY])
        return x, queries.reshape(HEADS, KEY), key, value

    def _features(self, x: Float[Array, "width"], read: Float[Array, "head key"]) -> Float[Array, "width"]:
        y = x + self.mixing(read.ravel())
        return self.norms[2](y + self.outer(jax.nn.relu(self.inner(self.norms[1](y)))))


def attend(
    queries: Float[Array, "head key"],
    keys: Float[Array, "step key"],
    values: Float[Array, "step key"],
    positions: Float[Array, "head step"],
    there: Bool[Array, "step"],
) -> Float[Array, "head key"]:
    """Return softmax(q K^T / sqrt(d) + b) V over the steps that are there."""
    scores = queries @ keys.T / queries.shape[-1] ** 0.5 + positions
    return jax.nn.softmax(jnp.where(there, scores, -jnp.inf)) @ values


class ConvolutionEncoder(eqx.Module):
    """A layer and dilated causal convolutions of two taps (van den Oord et al. 2016), as residual blocks (Bai et al. 2018).

    Block l adds relu(W (x_{t - 2^l}, x_t)), with zeros before the start, so that L blocks see 2^L steps; there are as many as
    see the window. The norm of the last block's output is the features.
    """

    embedding: Linear
    blocks: tuple[Linear, ...]  # of the earlier step and the present one
    norm: eqx.nn.LayerNorm

    def __init__(self, inputs: int, width: int, window: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        embedding_key, *keys = jax.random.split(key, 1 + (window - 1).bit_length())
        self.embedding = rectified(inputs, width, embedding_key)
        self.blocks = tuple(Linear(2 * width, width, key) for key in keys)
        self.norm = eqx.nn.LayerNorm(width)

    def start(self) -> tuple[Float[Array, "_ width"], ...]:
        """Return what each block has seen, the newest last: nothing."""
        width = self.embedding.bias.shape[0]
        return tuple(jnp.zeros((2**level, width)) for level in range(len(self.blocks)))

    def __call__(
        self, memory: tuple[Float[Array, "_ width"], ...], observation: Float[Array, "observation"]
    ) -> tuple[tuple[Float[Array, "_ width"], ...], Float[Array, "width"]]:
        """Take the observation through the blocks, and what each saw into its memory."""
        x, kept = jax.nn.relu(self.embedding(observation)), []
        for seen, block in zip(memory, self.blocks, strict=True):
            kept.append(shifted(seen, x))
            x = x + jax.nn.relu(block(jnp.concatenate([seen[0], x])))
        return tuple(kept), self.norm(x)

    def along(
        self, observation: Float[Array, "time observation"], start: Bool[Array, "time"]
    ) -> Float[Array, "time width"]:
        """Return the features of all steps at once; what lies before a `start` is not seen."""
        x, part = jax.nn.relu(jax.vmap(self.embedding)(observation)), jnp.cumsum(start)
        for level, block in enumerate(self.blocks):
            ago = 2**level
            same = (part == jnp.pad(part, (ago, 0))[: len(part)])[:, None]
            earlier = jnp.where(same, jnp.pad(x, ((ago, 0), (0, 0)))[: len(x)], 0.0)
            x = x + jax.nn.relu(jax.vmap(block)(jnp.concatenate([earlier, x], axis=1)))
        return jax.vmap(self.norm)(x)


def shifted(
    buffer: Float[Array, "steps number"], newest: Float[Array, "number"]
) -> Float[Array, "steps number"]:
    """Return the buffer without its oldest row, and with a newest one."""
    return jnp.concatenate([buffer[1:], newest[None]])


NewEncoder = Callable[[int, int, int, PRNGKeyArray], Encoder]  # (inputs, width, window, key) -> encoder
MEMORIES: dict[str, NewEncoder] = {
    "lstm": LSTMEncoder,
    "attention": AttentionEncoder,
    "temporal_convolution": ConvolutionEncoder,
}


def memory_actor_critic(
    encoder: NewEncoder, width: int, window: int, inputs: int, action: Space, key: PRNGKeyArray
) -> ActorCritic:
    """Return a policy with values that reads a memory of some width."""
    encoder_key, policy_key, value_key = jax.random.split(key, 3)
    head, value = policy_head(action, width, policy_key), Linear(width, 1, value_key)
    return ActorCritic(encoder(inputs, width, window, encoder_key), head, value)


def size(init: Callable[[PRNGKeyArray], PyTree]) -> int:
    """Return how many numbers a network has, without drawing them."""
    return sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(jax.eval_shape(init, jax.random.key(0))))


def equal_width(build: Callable[[int, PRNGKeyArray], PyTree], numbers: int) -> int:
    """Return the width at which a network, (width, key) -> network, has as near as can be to so many numbers."""

    def of_width(width: int) -> int:
        return size(partial(build, width))

    largest = 1
    while of_width(largest) < numbers:
        largest *= 2
    wide = bisect_left(range(largest), numbers, lo=1, key=of_width)
    return min((wide, max(wide - 1, 1)), key=lambda width: abs(of_width(width) - numbers))
