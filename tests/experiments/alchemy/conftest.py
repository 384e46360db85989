"""What tests of Alchemy's experiments share: the plain game on the items that the environment drew."""

import numpy as np
import pytest

from athanor.experiments.alchemy.agents.plain_game import CORNERS, plain_chemistry
from athanor.experiments.alchemy.agents.plain_play import POTIONS, Episodes
from athanor.tasks.alchemy.chemistries import GRAPHS, PERMUTATIONS
from athanor.tasks.alchemy.rules import STONE_FEATURES


@pytest.fixture(scope="session")
def replayed():
    """Return plain episodes on a chemistry with the items that observations (episode, time, size) show."""

    def plain_items(rules, chemistry, seen):
        stones, potions = np.split(np.asarray(seen), [rules.stones * STONE_FEATURES])
        looks = {chemistry.look(corner): corner for corner in CORNERS}
        colours = {chemistry.colour(potion): potion for potion in POTIONS}
        return (
            [looks[tuple(look)] for look in stones.reshape(rules.stones, -1)[:, :3].astype(int).tolist()],
            [colours[round(3 * colour) + 3] for colour in potions[::2].tolist()],
        )

    def episodes(rules, numbers, observations):
        chemistry = plain_chemistry(numbers, GRAPHS.edge_present, PERMUTATIONS)
        drawn = [
            plain_items(rules, chemistry, episode[min(trial, rules.trials - 1) * rules.trial_steps])
            for episode in observations
            for trial in range(rules.trials + 1)  # one is drawn after the last, for no one to see
        ]
        return Episodes(rules, chemistry, iter(drawn).__next__)

    return episodes
