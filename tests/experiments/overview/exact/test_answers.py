"""Tests of the table of exact answers: what the source's statements say of it, and that every answer has one name."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.overview.exact import (
    analysis,
    bandit,
    bus_grid,
    chains,
    contextual_bandit,
    grid_navi,
    noisy_grid,
    sign_corridor,
)
from athanor.experiments.overview.exact.answer import Answer
from athanor.experiments.overview.exact.answers import table
from athanor.experiments.overview.exact.config import (
    Bandits,
    BarcodeBandits,
    BusGrids,
    ExactAnswers,
    GridNaviTrials,
    NoisyGrids,
)
from athanor.results import Origin, making, write_table

SMALL = ExactAnswers(
    bandit=Bandits(settings=("5x10",)),
    grid_navi=GridNaviTrials(episodes=2),
    bus_grid=BusGrids(sizes=(5,), horizon=8),
    noisy_grid=NoisyGrids(size=3, horizon=8),
    contextual_bandit=BarcodeBandits(exposures=2),
)


def found(topic):
    """Return the values of a topic by row, setting and quantity."""
    return {(one.row, one.setting, one.quantity): one.value for one in topic.answers(SMALL)}


def test_contextual_policies_earn_most_and_those_without_memory_least():
    for topic, setting in ((bandit, "5x10"), (grid_navi, "5x5_15")):
        values = found(topic)
        contextual, meta, without = (
            values[1, setting, role] for role in ("contextual", "meta", "memoryless")
        )
        assert contextual > meta > without
    assert found(bandit)[1, "5x10", "contextual"] == pytest.approx(10 * 5 / 6)


def test_memory_that_is_reset_earns_the_first_episode_every_time():
    values = found(grid_navi)
    first = values[3, "5x5_15", "first_episode"]
    assert values[3, "5x5_15", "memory_reset_per_episode"] == pytest.approx(first)
    assert values[3, "5x5_15", "memory_kept_per_episode"] > first


def test_the_bus_grid_is_worth_eight_tenths_with_information_and_three_without():
    values = found(bus_grid)
    for row, setting in ((7, "9x9_20"), (10, "9x9_distracting")):
        assert values[row, setting, "informed"] == pytest.approx(0.8)
        assert values[row, setting, "uninformed"] == pytest.approx(0.3)
    assert values[10, "9x9_20", "least_steps_of_exploration"] == 10
    assert values[10, "9x9_20", "explored_10"] == pytest.approx(0.8)
    assert values[10, "9x9_20", "explored_9"] < 0.8 - 1e-9
    assert values[7, "5x5_20", "informed"] == pytest.approx(0.8)


def test_posterior_sampling_is_as_bad_as_there_are_goals():
    values = found(sign_corridor)
    for goals in (2, 4, 8, 16, 32, 64):
        assert values[8, f"K{goals}_D8", "ratio"] == pytest.approx(1 / goals)
        assert values[8, f"K{goals}_D32", "ratio_of_steps"] == pytest.approx(goals * 32 / 34)


def test_noise_tells_nothing():
    values = found(noisy_grid)
    assert values[9, "every_flicker", "gain_at_noise"] == 0
    assert values[9, "every_flicker", "prior_bits"] == pytest.approx(np.log2(5))
    assert values[9, "flicker0.5", "entropy_at_noise"] == 1
    assert (
        values[9, "flicker0.5", "prediction_error_noise"] > values[9, "flicker0.5", "error_difference_noise"]
    )
    assert values[9, "flicker0", "prediction_error_noise"] == values[9, "flicker0", "error_difference_noise"]


def test_discounts_by_state_leave_less_error_than_one_for_all():
    values = found(chains)
    for rate in ("0.5", "0.1", "0.05"):
        losses = [
            values[11, f"noise_alpha{rate}", f"loss_{of}"] for of in ("by_state", "single", "undiscounted")
        ]
        assert losses == sorted(losses) and losses[0] < losses[1]
    assert values[11, "delay", "threshold"] == pytest.approx(0.99672, abs=5e-6)


def test_the_first_exposure_is_the_same_with_memory_and_the_second_is_not():
    values = found(contextual_bandit)
    first = values[17, "10x10", "first_exposure"]
    assert values[17, "10x10", "exposure_1"] == pytest.approx(first)
    assert values[17, "10x10", "random"] == pytest.approx(1.8)
    assert first < values[17, "10x10", "exposure_2"] < values[17, "10x10", "oracle"] == pytest.approx(9)


def test_the_table_is_in_the_order_of_the_statements():
    rows = [Answer(9, "a", "s", "q", 1.0), Answer(3, "b", "s", "q", 2.0), Answer(9, "a", "s", "p", 3.0)]
    assert table(rows)["value"].tolist() == [2.0, 1.0, 3.0]


def test_a_name_that_is_given_twice_is_one_line():
    with pytest.raises(ValueError, match=r"^answer 9\.a\.s\.q is given twice, must be once$"):
        table([Answer(9, "a", "s", "q", 1.0), Answer(9, "a", "s", "q", 2.0)])


def test_every_answer_gets_an_address(tmp_path) -> None:
    compared = [
        Answer(2, "bandit", "2x10", "unrestricted", 6.0),
        Answer(2, "bandit", "2x10", "without_reward", 5.0),
        Answer(2, "bandit", "2x10", "without_memory", 5.75),
        Answer(3, "grid_navi", "5x5_15", "memory_kept_per_episode", 7.5),
        Answer(3, "grid_navi", "5x5_15", "memory_reset_per_episode", 4.0),
    ]
    answers = pd.concat(map(table, (chains.answers(SMALL), sign_corridor.answers(SMALL), compared)))
    with making(Origin("test")):
        write_table(tmp_path / "exact.csv", answers)
    settings = Statistics(bootstrap_samples=200), np.random.default_rng(0)
    estimates = analysis.run(*settings, tmp_path / "exact.csv")["estimates/exact"]
    value = estimates.set_index("quantity")["value"]
    assert len(value) == len(answers) + 3
    assert value["overview.memoryless_share.bandit.2x10"] == pytest.approx(0.75)
    assert value["overview.kept_over_reset.grid_navi.5x5_15"] == pytest.approx(3.5)
    assert value["overview.reward_seen_over_unseen.bandit.2x10"] == pytest.approx(1)
    assert value["overview.exact.8.sign_corridor.K4_D8.ratio"] == 0.25
    assert value["overview.exact.11.chains.noise_alpha0.5.gamma_0"] == pytest.approx(1)
