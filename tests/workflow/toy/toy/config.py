"""The section of config.yaml under `toy`."""

from pydantic import BaseModel, ConfigDict, Field


class Line(BaseModel):
    """The numbers of the part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    length: int = Field(3, ge=1, description="numbers in the line")


class ToyConfig(BaseModel):
    """Toy: experiments that take milliseconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: Line = Line()
