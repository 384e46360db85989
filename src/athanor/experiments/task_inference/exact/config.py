"""The section of config.yaml on expected returns; the names of settings are those of the families."""

from typing import Annotated

from pydantic import Field, model_validator

from athanor.experiments.config import ByCondition, Section

# A line for each family with reference agents.
# bandit: arms x pulls, or two arms whose chances sum to 1; grid_navi: side of the grid, steps of an episode; semicircle and
# sparse_navigation: radius of the target, steps; numpad: rows x columns x pads of the sequence, steps; noisy_target: unit
# of the distance, steps; cheetah_velocity: least and greatest velocity, steps.
SETTINGS: dict[str, tuple[str, ...]] = {
    "bandit": (
        *("2x10", "3x10", "5x10", "10x10", "2x20", "3x20", "5x20", "10x20", "20x20", "3x30", "5x25"),
        *("2x50", "2x100", "2x200", "20x100"),
        *("dependent_uniform_100", "dependent_0.25_100", "dependent_0.1_100", "dependent_0.4_100"),
    ),
    "grid_navi": ("5x5_15",),
    "semicircle": ("0.2_100",),
    "sparse_navigation": ("0.2_20", "0.3_32"),
    "numpad": ("2x2x3_10", "2x2x3_20", "2x2x3_30", "3x3x2_12", "3x3x4_200"),
    "noisy_target": ("0.2_100",),
    "cheetah_velocity": ("0.5_3_100",),
}


class Referred(Section):
    """A family whose reference agents are known, and in which settings."""

    family: str = Field(description="name of the family")
    settings: tuple[str, ...] = Field(min_length=1, description="names of its settings")

    @model_validator(mode="after")
    def _is_known(self) -> "Referred":
        if self.family not in SETTINGS:
            raise ValueError(f"family is {self.family}, must be one of {', '.join(SETTINGS)}")
        known = SETTINGS[self.family]
        for setting in self.settings:
            if setting not in known:
                raise ValueError(f"settings of {self.family} has {setting}, must be of {', '.join(known)}")
        return self


class ExpectedReturns(Section):
    """Expected returns of reference agents: exact, bracketed, or simulated with an interval."""

    families: Annotated[tuple[Referred, ...], ByCondition("family")] = Field(
        tuple(Referred(family=family, settings=settings) for family, settings in SETTINGS.items()),
        min_length=1,
        description="families, each once, and their settings",
    )

    @model_validator(mode="after")
    def _each_once(self) -> "ExpectedReturns":
        names = [referred.family for referred in self.families]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"families names {name} twice, must name each once")
        return self

    def settings(self, family: str) -> tuple[str, ...]:
        """Return the settings of a family; raise ValueError where it has none."""
        for referred in self.families:
            if referred.family == family:
                return referred.settings
        listed = ", ".join(referred.family for referred in self.families)
        raise ValueError(f"family is {family}, must be one of expected_returns.families: {listed}")
