"""Tests of what FOMAML saves and of the speed of training, on times worked by hand."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Learners, Networks
from athanor.experiments.navigation.timing import analysis
from athanor.experiments.navigation.timing.conditions import Condition
from athanor.experiments.navigation.timing.config import Timing
from athanor.results import Origin, making, write_table

TINY = Timing(inner_steps=(1, 2), hidden=(4,), repeats=2, torch_inner_steps=(1,), torch_repeats=2)
TIMES = [  # seconds in two turns, and operations, of MAML and of FOMAML
    ("jax", "released", 1, (2.0, 4.0), 8e9, (1.0, 2.0), 6e9),
    ("jax", "released", 2, (4.0, 8.0), 16e9, None, None),
    ("jax", "written", 1, (5.0, 5.0), 20e9, (3.0, 4.0), 10e9),
]
ROLLOUTS = [("jax_rollouts", "released", 1, (0.5, 1.0), 4e9), ("jax_rollouts", "written", 1, (1.0, 1.0), 2e9)]
EAGER = [("pytorch", "released", 1, (60.0, 80.0), np.nan, (30.0, 49.0), np.nan)]
CORE = {
    ("matrix_product", ""): 16e9,
    ("weights_read", ""): 1e6,
    ("training", "released"): 0.5,
    ("training", "written"): 0.25,
}


def rows(implementation, reading, steps, maml, operations, fomaml=None, fewer=None):
    for algorithm, seconds, count in (("maml", maml, operations), ("fomaml", fomaml, fewer)):
        for repeat, value in enumerate(seconds or ()):
            yield implementation, reading, algorithm, steps, 4, value, count, repeat


def estimated(folder, eager):
    columns = ["implementation", *Condition._fields, "seconds_per_episode", "flops_per_episode", "repeat"]
    timed = [row for entry in (*TIMES, *ROLLOUTS, *eager) for row in rows(*entry)]
    core = [(*name, "1/s", value, repeat) for name, value in CORE.items() for repeat in range(2)]
    with making(Origin("test")):
        write_table(folder / "timing.csv", pd.DataFrame(timed, columns=columns))
        core_columns = ["measure", "reading", "unit", "value", "repeat"]
        write_table(folder / "core_speed.csv", pd.DataFrame(core, columns=core_columns))
    files = (folder / name for name in ("timing.csv", "core_speed.csv"))
    sections = (Environment(horizon=10), Learners(networks=Networks(hidden=4)), TINY)
    found = analysis.run(*sections, Statistics(bootstrap_samples=100), np.random.default_rng(0), *files)
    values = found["estimates/timing"].set_index("quantity")["value"]
    assert values.index.is_unique
    return values


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    return estimated(tmp_path_factory.mktemp("eager"), EAGER)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("saved_time.jax.released.base", 50.0),
        ("saved_time.jax.released.most_steps", 75.0),  # 1.5 of 6
        ("saved_time.jax.written.base", 30.0),
        ("saved_operations.released.base", 25.0),
        ("saved_operations.released.most_steps", 62.5),
        ("saved_time.pytorch.released.base", 100.0 * (1 - 39.5 / 70.0)),
        ("rollouts_time.released.maml.base", 25.0),
        ("rollouts_time.written.fomaml.base", 100.0 / 3.5),
        ("rollouts_operations.written.fomaml.base", 20.0),
        ("torch_measured", 1.0),
        ("seconds_ms.released", 2000.0),
        ("episode_mflop.released", 8000.0),
        ("peak_share.released", 25.0),  # 0.5 s of 2
        ("eager_speedup.released", 35.0),
        # 5 x 4 + 5 x 4 + 5 x 8 numbers of 4 bytes, in each of 10 steps; as written for 1 + 8 policies.
        ("traffic_ms.released", 3.2),
        ("traffic_ms.written", 9 * 3.2),
        ("over_bound.released", 2.0 / 0.5032),
        ("eager_seconds.released.fomaml", 39.5),
    ],
)
def test_estimates_by_hand(by_hand, name, value) -> None:
    np.testing.assert_allclose(by_hand[f"navigation.{name}"], value, rtol=1e-6)


def test_without_pytorch_its_estimates_are_there_and_undefined(tmp_path, by_hand) -> None:
    found = estimated(tmp_path, [])
    assert set(found.index) == set(by_hand.index)
    assert found["navigation.torch_measured"] == 0
    missing = {
        name for name in found.index if name.endswith(("released", "written")) and np.isnan(found[name])
    }
    assert missing == {f"navigation.eager_speedup.{reading}" for reading in ("released", "written")}
    of_torch = found[found.index.str.contains("pytorch|eager_seconds")]
    assert of_torch.isna().all()
    assert {
        f"navigation.saved_time.pytorch.{reading}.{size}"
        for reading in ("released", "written")
        for size in ("base", "torch_steps")
    } <= set(of_torch.index)
