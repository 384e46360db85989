"""Episodes as pure functions of a game, written for one and mapped over many: each call is one compiled program.

The horizon belongs to the game: after `steps` steps an episode is over whether or not the rules have ended it.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, UInt32

from athanor.environment import Environment
from athanor.gymnasium_face.words import packed, unpacked

Game = Environment[Any, Any]

# What a seed's key is folded with: the task, the start, and then the steps in turn.
_TASK, _START, _STEPS = 0, 1, 2


class Episode(NamedTuple):
    """A running episode; of it the agent sees the observation alone."""

    task: Any
    state: Any
    seed: UInt32[Array, ""]  # of everything random in it
    time: Int[Array, ""]  # steps taken
    over: Bool[Array, ""]


class Outcome(NamedTuple):
    """What a step shows."""

    observation: Float[Array, "observation"]
    reward: Float[Array, ""]
    over: Bool[Array, ""]


class Packed(NamedTuple):
    """An episode and what was last shown of it, in words."""

    fixed: UInt32[Array, "fixed"]  # task and seed
    moving: UInt32[Array, "moving"]  # observation, reward and over as float32, then the rest of the episode


def drawn_seed(stream: np.random.Generator) -> np.uint32:
    """Draw the seed of an episode: half a raw word, at less than half the cost of `integers`."""
    return np.uint32(stream.bit_generator.random_raw() & 0xFFFFFFFF)


def begin(game: Game, seed: UInt32[Array, ""]) -> tuple[Episode, Float[Array, "observation"]]:
    """Start an episode on a task drawn from the prior."""
    return begin_on(game, game.sample_task(_key(seed, _TASK)), seed)


def begin_on(game: Game, task: Any, seed: UInt32[Array, ""]) -> tuple[Episode, Float[Array, "observation"]]:
    """Start an episode on a given task."""
    state = game.reset(task, _key(seed, _START))
    return Episode(task, state, seed, jnp.int32(0), jnp.bool_(False)), _seen(game, task, state)


def advance(game: Game, episode: Episode, action: Array) -> tuple[Episode, Outcome]:
    """Take an action; where the episode is over, nothing changes and the reward is 0."""
    task, state, seed, time, ended = episode
    following, transition = game.step(task, state, action, _key(seed, _STEPS + time))
    following = jax.tree.map(partial(jnp.where, ended), state, following)
    over = ended | transition.terminated | (time + 1 >= game.steps)
    reward = jnp.where(ended, 0.0, transition.reward)
    outcome = Outcome(_seen(game, task, following), reward, over)
    return Episode(task, following, seed, time + 1, over), outcome


def _seen(game: Game, task: Any, state: Any) -> Float[Array, "observation"]:
    return game.observe(task, state).astype(jnp.float32)


def _key(seed: UInt32[Array, ""], use: int | Int[Array, ""]) -> Any:
    return jax.random.fold_in(jax.random.key(seed), use)


@partial(jax.jit, static_argnums=0)
def one_begins(game: Game, seed: UInt32[Array, ""]) -> Packed:
    """Start an episode on a task drawn from the prior."""
    return _packed(*begin(game, seed))


@partial(jax.jit, static_argnums=0)
def one_begins_on(game: Game, task: Any, seed: UInt32[Array, ""]) -> Packed:
    """Start an episode on a given task."""
    return _packed(*begin_on(game, task, seed))


@partial(jax.jit, static_argnums=0)
def one_advances(
    game: Game, fixed: UInt32[Array, "fixed"], moving: UInt32[Array, "moving"], action: Array
) -> UInt32[Array, "moving"]:
    """Take an action; return what has changed."""
    episode, outcome = advance(game, _opened(game, Packed(fixed, moving)), _typed(action))
    return _packed(episode, *outcome).moving


@partial(jax.jit, static_argnums=0)
def opened(game: Game, words: Packed) -> Episode:
    """Return an episode from its words."""
    return _opened(game, words)


def _packed(
    episode: Episode,
    observation: Float[Array, "observation"],
    reward: float | Float[Array, ""] = 0.0,
    over: bool | Bool[Array, ""] = False,
) -> Packed:
    told = (observation, jnp.asarray(reward, jnp.float32), jnp.asarray(over, jnp.float32))
    task, state, seed, time, ended = episode
    return Packed(packed((task, seed)), packed((*told, state, time, ended)))


def _opened(game: Game, words: Packed) -> Episode:
    like, seen = jax.eval_shape(partial(begin, game), np.uint32(0))
    task, seed = unpacked((like.task, like.seed), words.fixed)
    changes = words.moving[seen.size + 2 :]
    state, time, over = unpacked((like.state, like.time, like.over), changes)
    return Episode(task, state, seed, time, over)


@partial(jax.jit, static_argnums=0)
def many_begin(game: Game, seeds: UInt32[Array, "env"]) -> tuple[Episode, Float[Array, "env observation"]]:
    """Start a batch of episodes on tasks drawn from the prior."""
    return jax.vmap(partial(begin, game))(seeds)


@partial(jax.jit, static_argnums=0)
def many_advance(game: Game, episodes: Episode, actions: Array) -> tuple[Episode, Outcome]:
    """Take an action in each of a batch of episodes."""
    return jax.vmap(partial(advance, game))(episodes, _typed(actions))


@partial(jax.jit, static_argnums=(0, 4))
def some_begin(
    game: Game, episodes: Episode, places: Int[Array, "some"], seeds: UInt32[Array, "some"], keep_task: bool
) -> tuple[Episode, Float[Array, "some observation"]]:
    """Start new episodes at some places of a batch, on the tasks that are there if these are kept.

    Places beyond the batch are dropped, so that a few shapes, and so a few programs, serve any number of episodes.
    """
    if keep_task:
        tasks = jax.tree.map(lambda batch: batch[places], episodes.task)
        fresh, seen = jax.vmap(partial(begin_on, game))(tasks, seeds)
    else:
        fresh, seen = jax.vmap(partial(begin, game))(seeds)
    renewed = jax.tree.map(lambda batch, new: batch.at[places].set(new, mode="drop"), episodes, fresh)
    return renewed, seen


def _typed(action: Array) -> Array:
    """Return a Python integer, which is the fastest to pass, as the contract's int32; vectors are float32 already."""
    return action.astype(jnp.int32) if jnp.issubdtype(action.dtype, jnp.integer) else action
