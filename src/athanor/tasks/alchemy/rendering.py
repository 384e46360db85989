"""A state of Alchemy as text."""

import jax.numpy as jnp

from athanor.tasks.alchemy.chemistries import AXES
from athanor.tasks.alchemy.environment import (
    NO_POTION,
    NO_STONE,
    Alchemy,
    Chemistry,
    State,
    colour_of,
    perceived,
)


def text(env: Alchemy, task: Chemistry, state: State) -> str:
    """Return one line: trial and step, stones as they look and what they are worth, colours of potions."""
    trial, step = divmod(int(state.time), env.trial_steps)
    stones, potions = state.stones.astype(jnp.int32), state.potions.astype(jnp.int32)
    rows = zip(perceived(task, stones).tolist(), stones.tolist(), strict=True)
    looks = [
        "gone" if stone == NO_STONE else f"{tuple(look)} worth {2 * stone.bit_count() - AXES}"
        for look, stone in rows
    ]
    colours = colour_of(task, potions).tolist()
    full = [str(colour) if colour != NO_POTION else "-" for colour in colours]
    return f"trial {trial + 1}, step {step + 1}: stones {', '.join(looks)}; potions {' '.join(full)}"
