"""The section of config.yaml on expected returns; the names of settings are those of the families."""

from typing import Literal

from pydantic import Field

from athanor.experiments.config import Section

BanditSetting = Literal[
    "2x10",
    "3x10",
    "5x10",
    "10x10",
    "2x20",
    "3x20",
    "5x20",
    "10x20",
    "20x20",
    "3x30",
    "5x25",
    "2x50",
    "2x100",
    "2x200",
    "20x100",
    "dependent_uniform_100",
    "dependent_0.25_100",
    "dependent_0.1_100",
    "dependent_0.4_100",
]
NumpadSetting = Literal["2x2x3_10", "2x2x3_20", "2x2x3_30", "3x3x2_12", "3x3x4_200"]
SparseNavigationSetting = Literal["0.2_20", "0.3_32"]


class ExpectedReturns(Section):
    """Expected returns of reference agents: exact, bracketed, or simulated with an interval."""

    bandit: tuple[BanditSetting, ...] = Field(
        BanditSetting.__args__,  # type: ignore[attr-defined]
        min_length=1,
        description="bandits: arms x pulls, or two arms whose chances sum to 1",
    )
    grid_navi: tuple[Literal["5x5_15"], ...] = Field(
        ("5x5_15",), min_length=1, description="GridNavi: side of the grid, steps of an episode"
    )
    semicircle: tuple[Literal["0.2_100"], ...] = Field(
        ("0.2_100",), min_length=1, description="semicircle: radius of the target, steps of an episode"
    )
    sparse_navigation: tuple[SparseNavigationSetting, ...] = Field(
        ("0.2_20", "0.3_32"), min_length=1, description="sparse navigation: radius of the target, steps"
    )
    numpad: tuple[NumpadSetting, ...] = Field(
        NumpadSetting.__args__,  # type: ignore[attr-defined]
        min_length=1,
        description="numpad: rows x columns x pads of the sequence, steps",
    )
    noisy_target: tuple[Literal["0.2_100"], ...] = Field(
        ("0.2_100",), min_length=1, description="noisy target: unit of the distance, steps of an episode"
    )
