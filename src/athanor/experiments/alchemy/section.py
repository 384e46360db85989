"""What the sections of config.yaml on Alchemy's learners share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]
Rate = Annotated[float, Field(gt=0.0)]


class Section(BaseModel):
    """A section of the configuration: frozen, with unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
