"""What the sections of config.yaml under `navigation` share."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]
Discount = Annotated[float, Field(gt=0.0, le=1.0)]
Target = tuple[float, float]
SettingName = Literal["release", "figure2", "clean"]
Reading = Literal["released", "written", "repaired"]
Algorithm = Literal["maml", "fomaml", "reptile"]
READINGS: tuple[Reading, ...] = get_args(Reading)
SETTINGS: tuple[SettingName, ...] = get_args(SettingName)


class Section(BaseModel):
    """A section of the configuration: frozen, with unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
