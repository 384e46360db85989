"""What the plain game is played with: chemistries and items drawn as the environment draws them, and episodes."""

import itertools
import random
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from athanor.experiments.alchemy.agents.plain_game import (
    CORNERS,
    Items,
    PlainChemistry,
    PlainGame,
    plain_chemistry,
)
from athanor.tasks.alchemy.chemistries import GRAPHS, PERMUTATIONS, POTION_MAPS, STONE_MAPS
from athanor.tasks.alchemy.rules import Rules

POTIONS = list(itertools.product(range(3), (-1, 1)))
PLAIN_EDGES, PLAIN_PERMUTATIONS = GRAPHS.edge_present.tolist(), PERMUTATIONS.tolist()
TICKETS = GRAPHS.tickets.tolist()  # of each graph in the prior's lottery

Observation = Float[np.ndarray, "size"]


def draw_chemistry(rules: Rules, rng: random.Random) -> PlainChemistry:
    """Draw a chemistry from the prior."""
    (graph,) = rng.choices(range(len(TICKETS)), TICKETS)
    maps = [rng.randrange(count) for count in (POTION_MAPS, STONE_MAPS, rules.rotations)]
    return plain_chemistry((graph, *maps), PLAIN_EDGES, PLAIN_PERMUTATIONS)


def draw_items(rules: Rules, rng: random.Random) -> Items:
    """Draw the items of a trial."""
    return rng.choices(CORNERS, k=rules.stones), rng.choices(POTIONS, k=rules.potions)


class Episodes:
    """Episodes on one chemistry, one after the other, as an eager implementation plays them."""

    def __init__(self, rules: Rules, chemistry: PlainChemistry, draw: Callable[[], Items]) -> None:
        """Fix the rules and the chemistry; `draw` gives the items of every trial, and of one after the last."""
        self.rules, self.chemistry, self.draw = rules, chemistry, draw

    def reset(self) -> Observation:
        """Start an episode."""
        rules = self.rules
        self.game = PlainGame(self.chemistry, self.draw(), trials=rules.trials, trial_steps=rules.trial_steps)
        return self._observation()

    def step(self, action: int) -> tuple[Observation, float, bool]:
        """Take an action; return what is seen then, the reward, and whether the episode is over."""
        last = self.game.step_of_trial + 1 == self.rules.trial_steps
        reward, over = self.game.step(action, self.draw() if last else ((), ()))
        return self._observation(), reward, over

    def _observation(self) -> Observation:
        return np.array(self.game.observation(), np.float32)
