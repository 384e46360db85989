"""A state of Simple Alchemy as text."""

from athanor.tasks.simple_alchemy.environment import ALL_FULL, CausalGraph, SimpleAlchemy, State
from athanor.tasks.simple_alchemy.graphs import ATTRIBUTES, POTIONS


def text(env: SimpleAlchemy, task: CausalGraph, state: State) -> str:
    """Return one line: trial and step, attributes, place of the stone, full potions."""
    del task  # hidden
    trial, step = divmod(int(state.time), env.trial_steps)
    stone = "".join(str(int(state.stone) >> a & 1) for a in range(ATTRIBUTES))
    place = "in the cauldron" if state.in_cauldron else "outside"
    potions = int(state.potions)
    full = "all" if potions == ALL_FULL else " ".join(str(q) for q in range(POTIONS) if potions >> q & 1)
    return f"trial {trial + 1}, step {step + 1}: stone {stone} {place}, full potions: {full or 'none'}"
