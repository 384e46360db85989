"""What the sections of config.yaml share. A module called `config` holds data alone: values count by value, not by code."""

import ast
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]
Rate = Annotated[float, Field(gt=0.0)]
Discount = Annotated[float, Field(gt=0.0, le=1.0)]


def registered(registry: str, module: Path) -> tuple[str, ...]:
    """Return the names in a registry, a dictionary of a module, from its source: importing it would load JAX."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == registry:
            assert isinstance(node.value, ast.Dict)
            return tuple(ast.literal_eval(name) for name in node.value.keys if name is not None)
    raise ValueError(f"{module.name} has no registry {registry}")


class Section(BaseModel):
    """A section of the configuration: frozen, with unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Statistics(Section):
    """Intervals of the reported numbers."""

    confidence: float = Field(0.95, gt=0.0, lt=1.0, description="level of every interval")
    bootstrap_samples: int = Field(10_000, ge=100, description="resamples of a bootstrap interval")
