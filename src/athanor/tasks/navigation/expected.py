"""What a policy comes to, exactly: backward induction over the cells, with the policy's probabilities in the place of a choice.

The policy has no memory, so that an episode is a Markov chain over cells. All of it is differentiable through the
probabilities, which gives the exact policy gradient: nothing is sampled, no critic is needed.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from athanor.tasks.navigation.environment import FREE, Navigation, State, Target
from athanor.tasks.navigation.rules import MOVES, blocked_cells


class End(NamedTuple):
    """Where episodes end on average."""

    squared_distance: Float[Array, ""]  # m^2, from the last cell entered to the target
    distance: Float[Array, ""]  # m
    on_obstacle: Float[Array, ""]  # probability


def observations(env: Navigation, task: Target) -> Float[Array, "x y observation"]:
    """Return what an agent that can move sees in every cell that moves lead to, metres."""
    cells = jnp.asarray(_cells(env))

    def seen(cell: Int[Array, "2"]) -> Float[Array, "observation"]:
        return env.observe(task, State(cell, cell, jnp.int32(FREE), jnp.int32(0)))

    return jax.vmap(jax.vmap(seen))(cells)


def expected_return(
    env: Navigation, task: Target, probabilities: Float[Array, "x y action"], discount: float
) -> Float[Array, ""]:
    """Return the expected discounted return from the start; `discount` per step.

    W_t(c) = sum over a of pi(a | c) [r(c') + discount W_{t+1}(c')], with c' and the ends as in `exact.solve`.
    """
    reward = _reward(env, task)
    return _expected(env, task, probabilities, reward[None], discount, jnp.zeros_like(reward)[None])[0]


def expected_end(env: Navigation, task: Target, probabilities: Float[Array, "x y action"]) -> End:
    """Return where episodes end, on average over the policy's choices."""
    squared = _squared_cells(env, task).astype(jnp.float32) * env.stride**2
    final = jnp.stack([squared, jnp.sqrt(squared), jnp.asarray(_blocked(env), jnp.float32)])
    return End(*_expected(env, task, probabilities, jnp.zeros_like(final), 1.0, final))


def _expected(
    env: Navigation,
    task: Target,
    probabilities: Float[Array, "x y action"],
    reward: Float[Array, "quantity x y"],
    discount: float,
    final: Float[Array, "quantity x y"],
) -> Float[Array, "quantity"]:
    """Return the expected discounted sum of what is paid for the cells entered, plus the final term, from the start."""
    reached, blocked = _squared_cells(env, task) <= env.reach_cells, jnp.asarray(_blocked(env))

    @jax.checkpoint  # keep the worth of the cells alone for the gradient, not that of every move
    def before(worth: Float[Array, "quantity x y"], _: None) -> tuple[Float[Array, "quantity x y"], None]:
        staying = reward + discount * worth
        entered = jnp.where(reached, reward + discount * final, staying)
        moved = _after_a_move(env, probabilities, entered, blocked)
        return jnp.where(blocked, staying, moved) if env.at_obstacles == "freeze" else moved, None

    worth = final
    for _ in range(env.horizon - env.moves):  # steps that move nothing
        worth = reward + discount * worth
    worth, _ = jax.lax.scan(before, worth, length=env.moves)
    (x, y), (left, bottom) = env.start_cell, _cells(env)[0, 0]
    return worth[:, x - left, y - bottom]


def _after_a_move(
    env: Navigation,
    probabilities: Float[Array, "x y action"],
    entered: Float[Array, "quantity x y"],
    blocked: Bool[Array, "x y"],
) -> Float[Array, "quantity x y"]:
    """Return the worth of each cell before a move, given that of entering each."""
    total = jnp.zeros_like(entered)
    for number in range(len(MOVES)):
        led_to = _shifted(entered, number)
        if env.at_obstacles == "block":
            led_to = jnp.where(_shifted(blocked[None], number), entered, led_to)
        total += probabilities[:, :, number] * led_to
    return total


def _shifted(values: Array, number: int) -> Array:
    """Return, for each cell, the value of the cell that a move leads to; at the edge, where the move is clipped.

    Where nothing is clipped the last move alone leads to an edge, so that none goes beyond.
    """
    padded = jnp.pad(values, ((0, 0), (1, 1), (1, 1)), mode="edge")
    (x, y), (width, height) = MOVES[number], values.shape[1:]
    return padded[:, 1 + x : 1 + x + width, 1 + y : 1 + y + height]


def _cells(env: Navigation) -> Int[np.ndarray, "x y 2"]:
    """Return the cells that moves lead to, and those of the square."""
    reach = 0 if env.outside == "clip" else env.moves
    axes = [
        np.arange(min(0, at - reach), max(env.last_cell, at + reach) + 1, dtype=np.int32)
        for at in env.start_cell
    ]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def _outside(env: Navigation) -> Bool[np.ndarray, "x y"]:
    cells = _cells(env)
    return np.asarray(((cells < 0) | (cells > env.last_cell)).any(-1))


def _blocked(env: Navigation) -> Bool[np.ndarray, "x y"]:
    x, y = np.moveaxis(np.clip(_cells(env), 0, env.last_cell), -1, 0)
    return blocked_cells(env)[x, y] & ~_outside(env)


def _squared_cells(env: Navigation, task: Target) -> Int[Array, "x y"]:
    difference = jnp.asarray(_cells(env)) - task.cell
    return jnp.sum(difference * difference, axis=-1)


def _reward(env: Navigation, task: Target) -> Float[Array, "x y"]:
    """Return what a step that ends in each cell is paid."""
    cells = _squared_cells(env, task)
    squared = cells.astype(jnp.float32) * env.stride**2
    reward = jnp.where(cells <= env.reach_cells, 0.0, -squared if env.squared else -jnp.sqrt(squared))
    return jnp.where(_outside(env), env.outside_reward, reward) if env.outside == "penalty" else reward
