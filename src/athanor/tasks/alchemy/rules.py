"""The rules of Alchemy, without JAX: every parameter of the game, and what follows from them."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Int

from athanor.tasks.alchemy.chemistries import AXES, EDGES, KINDS, ROTATIONS, VALUES

Level = Literal["aligned", "rotated"]
LEVELS: tuple[Level, ...] = get_args(Level)

BONUS = 12  # reward of depositing the best stone, besides its value
REWARDS: Int[np.ndarray, "vertex"] = np.where(VALUES == AXES, VALUES + BONUS, VALUES)

STONE_FEATURES = AXES + 2  # coordinates, value, whether used
POTION_FEATURES = 2  # colour, whether used
CHEMISTRY_FEATURES = AXES * EDGES + KINDS + AXES + len(ROTATIONS)  # edges, colours, stone map, rotation


@dataclass(frozen=True)
class Rules:
    """Parameters that all chemistries share."""

    level: Level = "aligned"  # whether looks are turned: never, or by a rotation drawn with the chemistry
    stones: int = 3  # a trial
    potions: int = 12  # a trial
    trials: int = 10  # an episode
    trial_steps: int = 20
    end_trial: bool = False  # whether action 0 ends the trial, all others coming after it
    see_chemistry: bool = False  # whether the observation ends with the chemistry

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"level is {self.level!r}, must be one of {', '.join(LEVELS)}")
        for name, least in (("stones", 1), ("potions", 0), ("trials", 1), ("trial_steps", 1)):
            value = getattr(self, name)
            if not (isinstance(value, int | np.integer) and value >= least):
                raise ValueError(f"{name} is {value}, must be a whole number of at least {least}")

    @property
    def rotations(self) -> int:
        """Return how many rotations the prior allows."""
        return len(ROTATIONS) if self.level == "rotated" else 1

    @property
    def steps(self) -> int:
        """Return the most steps of an episode."""
        return self.trials * self.trial_steps

    @property
    def no_op(self) -> int:
        """Return the action that does nothing."""
        return int(self.end_trial)

    @property
    def actions(self) -> int:
        """Return the number of actions."""
        return self.no_op + 1 + self.stones * (self.potions + 1)
