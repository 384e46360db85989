"""Bandits with shifted arms: the distribution they are drawn from, scores by hand, and runs that start at random."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.overview.exact.bandit import answers
from athanor.experiments.overview.exact.config import Bandits, ExactAnswers
from athanor.experiments.overview.learned import shifted_bandit
from athanor.experiments.overview.learned.config import ShiftedBandit
from athanor.results import Origin, making, write_table

KEY = jax.random.key(0)
FEW = ShiftedBandit(updates=2, batch=4, points=2, held_out=2000, hidden=4, epochs=1, runs=2)
EXACT = pd.DataFrame(answers(ExactAnswers(bandit=Bandits(settings=("5x10",)))))


def test_shifted_arms_have_the_moments_of_their_distribution() -> None:
    """Beta(2, 1) has mean 2/3 and variance 1/18; Beta(1, 1) 1/2 and 1/12."""
    for alpha, mean, variance in ((2.0, 2 / 3, 1 / 18), (1.0, 1 / 2, 1 / 12)):
        found = shifted_bandit.drawn(4000, jnp.float32(alpha), KEY).probability
        assert float(found.mean()) == pytest.approx(mean, abs=0.01)
        assert float(found.var()) == pytest.approx(variance, abs=0.003)


def test_scores_lie_between_random_pulls_and_the_optimum() -> None:
    """Uniform arms pay 5 at random; those of Beta(2, 1) two thirds of ten pulls."""
    low, high = shifted_bandit.bounds(EXACT)
    assert low == pytest.approx([5.0, 20 / 3]) and (high > low).all() and high[1] < 10 * 10 / 11


def test_rows_by_hand() -> None:
    """Of one run with one point: RL² ends at 0.75 and 0.5, MAML at 0.5 and 0.375."""
    scores = {
        "rl2": np.array([[[0.0, 0.0], [0.75, 0.5]]]),
        "maml": np.array([[[0.25, 0.0], [0.5, 0.375]]]),
    }
    found = {(row.system, row.condition, row.quantity): row.value for row in shifted_bandit.described(scores)}
    assert found["maml", "uniform_0", "score"] == 0.25 and found["rl2", "shifted_1", "score"] == 0.5
    assert found["rl2", "end", "fall"] == 0.25 and found["maml", "end", "fall"] == 0.125
    assert found["rl2", "uniform_1", "over_maml"] == 0.25 and found["rl2", "end", "fall_over_maml"] == 0.125


def test_a_run_starts_nearly_at_random_and_never_beats_the_optimum(tmp_path: Path) -> None:
    """A mean of 2000 trials has a standard error of about 0.06, which is 0.04 of a score."""
    with making(Origin("test")):
        write_table(tmp_path / "exact.csv", EXACT)
    table = shifted_bandit.run(FEW, tmp_path / "exact.csv", KEY)["shifted_bandit"]
    assert len(table) == 2 * (2 * (3 * 2 + 3) + 2) and (table["row"] == 5).all()
    wide = table.pivot(index=["system", "run"], columns=["quantity", "condition"], values="value")
    assert (wide["score"].loc["rl2", "uniform_0"].abs() < 0.2).all()
    assert wide["score"].to_numpy().max() < 1
