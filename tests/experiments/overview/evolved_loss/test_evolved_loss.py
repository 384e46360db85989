"""Rows of evolved losses and of PPO: halves, the guide's share, and the differences."""

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from athanor.experiments.overview.evolved_loss import training
from athanor.experiments.overview.evolved_loss.config import EvolvedLosses

SMALL = EvolvedLosses(
    runs=2,
    generations=2,
    population=2,
    hidden=2,
    window=1,
    updates=1,
    shown_updates=2,
    epochs=1,
    trajectories=2,
    rates=(0.01, 0.1),
    tuning_goals=2,
    held_out=2,
    policy_hidden=4,
)


def test_goals_lie_in_their_half():
    keys = jax.random.split(jax.random.key(0), 50)
    for side in (1.0, -1.0):
        place = jax.vmap(lambda key, side=side: training.goal(side, key))(keys).place
        assert (side * place[:, 0] >= 0).all() and (place[:, 1] < 0).any() and (place[:, 1] > 0).any()


def test_the_share_of_the_guide_falls_to_nothing():
    shares = training.shares(SMALL.model_copy(update={"generations": 6, "guided": 0.5}))
    assert np.allclose(shares, [1, 2 / 3, 1 / 3, 0, 0, 0])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"window": 2}, "window is 2, must be odd"),
        ({"updates": 9, "shown_updates": 3}, "shown_updates is 3, must be at least updates"),
        ({"population": 3}, "population"),
    ],
)
def test_impossible_settings_are_named(changed, message):
    with pytest.raises(ValidationError, match=message):
        EvolvedLosses(**changed)


def test_a_run_has_all_on_both_halves():
    tables = training.run(SMALL, jax.random.key(0))
    generations, table = tables["evolved_loss_generations"], tables["evolved_loss"]
    assert len(generations) == 2 * 2 * 2 and np.isfinite(generations["fitness"]).all()
    assert len(table) == 2 * (2 + 2 * 5 * 3)  # rate and fitness; by half, quantity and moment
    assert set(table.loc[table["quantity"] == "rate", "value"].round(3)) <= {0.01, 0.1}
    guided = generations[generations["system"] == "guided_loss"]
    fitness = guided.groupby("run")["fitness"].mean().to_list()  # of fewer generations than are averaged
    assert table.loc[table["quantity"] == "fitness", "value"].to_list() == pytest.approx(fitness, abs=1e-3)
    wide = table[~table["quantity"].isin(["rate", "fitness"])].pivot(
        index=["run", "family", "condition"], columns=["system", "quantity"], values="value"
    )
    for system in ("evolved_loss", "guided_loss"):
        difference = wide[system, "return"] - wide["ppo", "return"]
        assert np.allclose(wide[system, "over_ppo"], difference, atol=2e-4)
        before = wide.xs("start", level="condition")
        assert np.allclose(before[system, "over_ppo"], 0)  # the same weights and episodes
    ends = wide.xs("end", level="condition")
    assert (ends["evolved_loss", "return"] != ends["guided_loss", "return"]).all()
