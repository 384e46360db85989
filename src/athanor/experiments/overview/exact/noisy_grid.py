"""The noisy grid (row 9): what each step is expected to tell, and what explorers by each bonus find."""

import math

from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.tasks.noisy_grid.environment import NoisyGrid
from athanor.tasks.noisy_grid.exact import BONUSES, entropy, explored, information_gain, oracle


def answers(settings: ExactAnswers) -> list[Answer]:
    """Return gains and entropies of single steps, and of each explorer return, bits, and share of steps in the noise."""
    sizes = settings.noisy_grid
    rules = [NoisyGrid(sizes.size, sizes.horizon, flicker) for flicker in sizes.flickers]
    values = {
        "prior_bits": math.log2(len(rules[0].goals)),
        "gain_at_candidate": information_gain(len(rules[0].goals)),
        "gain_at_noise": 0.0,
        "oracle_reward": oracle(rules[0]),
    }
    found = [Answer(9, "noisy_grid", "every_flicker", name, value) for name, value in values.items()]
    return found + [
        Answer(9, "noisy_grid", f"flicker{one.flicker:g}", quantity, value)
        for one in rules
        for quantity, value in _values(one).items()
    ]


def _values(rules: NoisyGrid) -> dict[str, float]:
    values = {"entropy_at_noise": entropy(rules.flicker)}
    for bonus in BONUSES:
        found = explored(rules, bonus)
        values |= {f"{bonus}_{name}": value for name, value in found._asdict().items()}
    return values
