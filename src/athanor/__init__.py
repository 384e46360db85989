"""Athanor: meta-reinforcement learning measured on an exact yardstick."""

import pkgutil
from pathlib import Path

import gymnasium

# Every task family, found by its place: the name of its class, and its folder. JAX is imported by `gymnasium.make`
# and not here, as the entry points are strings; Gymnasium alone takes 0.1 s.
FAMILIES: dict[str, str] = {
    "".join(word.capitalize() for word in module.name.split("_")): module.name
    for module in pkgutil.iter_modules([str(Path(__file__).parent / "tasks")])
    if module.ispkg
}

for _name in FAMILIES:
    gymnasium.register(
        id=f"athanor/{_name}-v0",
        entry_point=f"athanor.gymnasium_face:{_name}Env",
        vector_entry_point=f"athanor.gymnasium_face:{_name}VectorEnv",
    )
