"""All sections of config.yaml under `intervals`."""

from typing import Annotated

from pydantic import Field

from athanor.experiments.config import Section

Units = Annotated[int, Field(ge=2)]


class Coverage(Section):
    """Simulated samples whose true values are known, and the intervals that the study's rule makes of them."""

    units: tuple[Units, ...] = Field(
        (5, 10, 15, 20, 24, 40, 100, 400),
        min_length=1,
        description="units of a sample, such as runs or episodes",
    )
    resampled_units: tuple[Units, ...] = Field(
        (5, 10, 15, 20), min_length=1, description="the same, where each resample is computed by itself"
    )
    repeats: int = Field(3000, ge=2, description="samples of each size and distribution")
    resampled_repeats: int = Field(
        1000, ge=2, description="the same, where each resample is computed by itself"
    )
    resamples: int = Field(1000, ge=100, description="resamples of a bootstrap interval of such a sample")


class IntervalsConfig(Section):
    """The rule that makes the study's intervals, tried on samples whose true values are known."""

    coverage: Coverage = Coverage()
