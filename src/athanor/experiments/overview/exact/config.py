"""The section of config.yaml on exact answers: one section for each topic that has a size to choose."""

from typing import Annotated, Literal

from pydantic import Field

from athanor.experiments.config import Section

Side = Literal[5, 7, 9, 11, 13, 15]
Goals = Annotated[int, Field(ge=2, le=1024)]
Distance = Annotated[int, Field(ge=1, le=1000)]
LearningRate = Annotated[float, Field(gt=0.0, le=1.0)]
Chance = Annotated[float, Field(ge=0.0, le=1.0)]


class Bandits(Section):
    """Bernoulli bandits, to contextual policies, meta-learnt ones and one policy for all tasks."""

    settings: tuple[Literal["5x10", "10x10", "5x20"], ...] = Field(
        ("5x10", "5x20"), min_length=1, description="arms x pulls"
    )


class GridNaviTrials(Section):
    """Trials of GridNavi on one goal, whose memory is kept or reset with each episode."""

    episodes: int = Field(4, ge=2, le=4, description="episodes of a trial")


class BusGrids(Section):
    """Bus grids: with and without knowledge of the buses."""

    sizes: tuple[Side, ...] = Field((5, 7, 9, 11, 13, 15), min_length=1, description="cells on a side")
    horizon: int = Field(20, ge=8, le=100, description="steps of an episode with distracting buses")


class SignCorridors(Section):
    """Sign corridors, in which posterior sampling never reads the sign."""

    goals: tuple[Goals, ...] = Field((2, 4, 8, 16, 32, 64), min_length=1, description="corridors, K")
    distances: tuple[Distance, ...] = Field(
        (2, 4, 8, 16, 32), min_length=1, description="steps to the end of each"
    )
    episodes: int = Field(4, ge=1, le=1000, description="episodes of a trial on one task")


class NoisyGrids(Section):
    """Noisy grids, whose noise holds some explorers."""

    size: int = Field(5, ge=3, le=7, description="cells on a side")
    horizon: int = Field(20, ge=1, le=1000, description="steps of an episode")
    flickers: tuple[Chance, ...] = Field(
        (0.0, 0.01, 0.05, 0.1, 0.5), min_length=1, description="chance that the light of the noisy cell is on"
    )


class ChainDiscounts(Section):
    """Chains whose best discounts are known."""

    rates: tuple[LearningRate, ...] = Field(
        (0.5, 0.1, 0.05), min_length=1, description="learning rates of a value estimate"
    )
    delay: int = Field(30, ge=2, le=1000, description="steps to the far reward")


class BarcodeBandits(Section):
    """Barcode bandits, whose contexts come back."""

    exposures: int = Field(10, ge=1, le=20, description="exposures of each context")


class Mazes(Section):
    """A maze of each kind, and how often its start is visited before a table of best returns is read."""

    seed: int = Field(0, ge=0, lt=2**31, description="seed of the walls")
    visits: tuple[Annotated[int, Field(ge=1, le=10**6)], ...] = Field(
        (1, 2, 5, 10, 100), min_length=1, description="returns from the start that the best is taken of"
    )


class ExactAnswers(Section):
    """Sizes of the games whose exact answers are computed, by topic."""

    bandit: Bandits = Bandits()
    grid_navi: GridNaviTrials = GridNaviTrials()
    bus_grid: BusGrids = BusGrids()
    sign_corridor: SignCorridors = SignCorridors()
    noisy_grid: NoisyGrids = NoisyGrids()
    chains: ChainDiscounts = ChainDiscounts()
    contextual_bandit: BarcodeBandits = BarcodeBandits()
    mazes: Mazes = Mazes()
