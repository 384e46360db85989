"""Task families as Gymnasium environments: one face for all of them, over the contract of `athanor.environment`.

`gymnasium.make("athanor/Bandit-v0")` is `BanditEnv` of this module, `gymnasium.make_vec` is `BanditVectorEnv`, and so
on for every family; keyword arguments are the fields of the family's dataclass.
"""

from functools import cache
from typing import Any

from athanor import FAMILIES
from athanor.gymnasium_face.families import Family, found
from athanor.gymnasium_face.single import FamilyEnv
from athanor.gymnasium_face.vector import FamilyVectorEnv

__all__ = ["Family", "FamilyEnv", "FamilyVectorEnv"]


def __getattr__(name: str) -> Any:
    """Return the class of a family's environment, `BanditEnv`, or of many at once, `BanditVectorEnv`."""
    for suffix, base in (("VectorEnv", FamilyVectorEnv), ("Env", FamilyEnv)):
        if name.endswith(suffix) and name.removesuffix(suffix) in FAMILIES:
            return _face(base, name, name.removesuffix(suffix))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _face(base: type, name: str, family: str) -> type:
    """Return the one class of this name, so that its objects can be pickled."""
    known = found(family)
    metadata = base.metadata | {"render_modes": list(known.pictures)}  # type: ignore[attr-defined]
    return type(
        name,
        (base,),
        {"family": known, "metadata": metadata, "__module__": __name__, "__doc__": base.__doc__},
    )
