"""The section of config.yaml under `toy`."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from athanor.experiments.config import ByCondition


class Line(BaseModel):
    """The numbers of the part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    length: int = Field(3, ge=1, description="numbers in the line")


class Drawn(BaseModel):
    """A shape, a module of `shapes`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shape: str = Field(description="its name")
    length: int = Field(1, description="length of a side")


class Drawing(BaseModel):
    """The shapes of the part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shapes: Annotated[tuple[Drawn, ...], ByCondition("shape")] = Field(
        (Drawn(shape="square"), Drawn(shape="triangle")), description="shapes drawn"
    )


class ToyConfig(BaseModel):
    """Toy: experiments that take milliseconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: Line = Line()
    drawing: Drawing = Drawing()
