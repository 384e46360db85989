"""The sections of config.yaml on published numbers and on intervals, which no training depends on."""

from pydantic import Field

from athanor.experiments.navigation.section import Count, Section


class Published(Section):
    """How the published numbers, in reference/published, are summarised."""

    plateau_steps: tuple[Count, ...] = Field(
        (2, 3, 4, 5), min_length=1, description="N whose published fourth frames are averaged to the plateau"
    )
    poster_saving: float = Field(40.0, description="per cent of MAML's time that FOMAML saves, by the poster")
    abstract_saving: float = Field(56.0, description="the same by the text of the abstract")


class Statistics(Section):
    """Intervals of the reported numbers."""

    confidence: float = Field(0.95, gt=0.0, lt=1.0, description="level of every interval")
    bootstrap_samples: int = Field(10_000, ge=100, description="resamples of a bootstrap interval, of seeds")
    plateau_share: float = Field(
        0.1, gt=0.0, lt=1.0, description="a run is at the plateau if it ends within this share of it"
    )
