"""Tests of the measurement of times: operations counted in two ways, the rows of a tiny run, and shares by hand."""

from dataclasses import replace
from math import prod

import jax
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from athanor.experiments.config import Statistics
from athanor.experiments.navigation import timing, timing_results
from athanor.experiments.navigation.timing.config import Condition, Published, Timing
from athanor.experiments.navigation.game.config import Environment, EnvironmentSetting
from athanor.experiments.navigation.learners.config import Networks, Released, Repaired, Written
from athanor.experiments.navigation.learners.methods import Settings, method
from athanor.experiments.navigation.timing.operations import episode_operations, pieces
from athanor.results import Origin, making, write_table
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import RELEASED

TINY = Timing(
    inner_steps=(1, 2), hidden=(4,), repeats=2, seeds=2, episodes=1, torch_inner_steps=(1,), torch_repeats=2
)
REPAIRED = Repaired(trajectories=2)


def products(jaxpr) -> float:
    """Count the operations of all matrix products, of loops as often as they run."""
    found = 0.0
    for equation in jaxpr.eqns:
        if equation.primitive.name == "dot_general":
            ((contracted, _), _), left = equation.params["dimension_numbers"], equation.invars[0].aval.shape
            summed = prod(left[axis] for axis in contracted)
            found += 2.0 * summed * prod(equation.outvars[0].aval.shape)
        inner = [equation.params[name] for name in ("jaxpr", "call_jaxpr", "call") if name in equation.params]
        rounds = equation.params.get("length", 1)
        found += rounds * sum(products(getattr(body, "jaxpr", body)) for body in inner)
    return found


@pytest.mark.parametrize(
    "condition",
    [
        Condition("written", "maml", 2, 64),
        Condition("written", "fomaml", 2, 64),
        Condition("released", "fomaml", 1, 64),
        Condition("repaired", "maml", 1, 64),
    ],
    ids=lambda condition: "_".join(map(str, condition[:3])),
)
def test_the_pieces_make_up_the_matrix_products_of_an_update(condition) -> None:
    """XLA also counts what is done element by element, and leaves out what is dead: a fifth at most at this size."""
    key = jax.random.key(0)
    env = navigation(replace(RELEASED, horizon=10))
    tasks = env.targets_at(((6.7, 9.3), (4.3, 9.6), (2.5, 2.4)))
    settings = Settings(Networks(hidden=condition.hidden), Released(), Written(), REPAIRED)
    chosen = method(env, settings, *condition[:3])
    task = jax.tree.map(lambda leaf: leaf[0], tasks)
    counted = episode_operations(pieces(env, chosen, task, key), condition, 3)
    update = jax.make_jaxpr(chosen.learner.learn)(chosen.learner.init(key), tasks, key)
    assert 0.9 < counted / products(update.jaxpr) < 1.2


@pytest.fixture(scope="module")
def measured():
    released = EnvironmentSetting(targets=((6.7, 9.3), (4.3, 9.6)))
    environment = Environment(horizon=6, release=released)
    sections = (environment, Networks(hidden=4), Released(), Written(), REPAIRED, TINY)
    return timing.run(*sections, jax.random.key(1))


def test_every_turn_times_every_condition(measured) -> None:
    table = measured["timing"].query("implementation == 'jax'")
    assert (table["seconds_per_episode"] > 0).all() and (table["flops_per_episode"] > 0).all()
    turns = table.groupby(list(Condition._fields))["repeat"].apply(list)
    assert turns.tolist() == [[0, 1]] * len(turns)
    assert set(turns.index) == {
        *(("released", "maml", steps, hidden) for steps, hidden in ((1, 4), (2, 4))),
        ("released", "fomaml", 1, 4),
        *(
            ("written", algorithm, steps, hidden)
            for algorithm in ("maml", "fomaml")
            for steps, hidden in ((1, 4), (2, 4))
        ),
        ("repaired", "maml", 1, 4),
        ("repaired", "fomaml", 1, 4),
    }


def test_rollouts_are_timed_alone_and_are_a_part_of_the_operations(measured) -> None:
    table = measured["timing"].groupby(["implementation", *Condition._fields])["flops_per_episode"].first()
    alone = table["jax_rollouts"]
    assert set(alone.index.get_level_values("hidden")) == {4}
    assert (alone < table["jax"].loc[alone.index]).all()


def test_the_core_is_measured_in_the_same_turns(measured) -> None:
    found = measured["core_speed"].groupby("measure")["value"].agg(["size", "min"])
    assert set(found.index) == {"matrix_product", "weights_read", "training_released", "training_written"}
    assert (found["size"] == 2).all() and (found["min"] > 0).all()


TIMES = [  # seconds in two turns, and operations, of MAML and of FOMAML
    ("jax", "released", 1, (2.0, 4.0), 8e9, (1.0, 2.0), 6e9),
    ("jax", "released", 2, (4.0, 8.0), 16e9, None, None),
    ("jax", "written", 1, (5.0, 5.0), 20e9, (3.0, 4.0), 10e9),
]
ROLLOUTS = [("jax_rollouts", "released", 1, (0.5, 1.0), 4e9), ("jax_rollouts", "written", 1, (1.0, 1.0), 2e9)]
EAGER = [("pytorch", "released", 1, (60.0, 80.0), np.nan, (30.0, 49.0), np.nan)]
CORE = {"matrix_product": 16e9, "weights_read": 1e6, "training_released": 0.5, "training_written": 0.25}


def rows(implementation, reading, steps, maml, operations, fomaml=None, fewer=None):
    for algorithm, seconds, count in (("maml", maml, operations), ("fomaml", fomaml, fewer)):
        for repeat, value in enumerate(seconds or ()):
            yield implementation, reading, algorithm, steps, 4, value, count, repeat


def quantities(folder, eager):
    columns = ["implementation", *Condition._fields, "seconds_per_episode", "flops_per_episode", "repeat"]
    timed = [row for entry in (*TIMES, *ROLLOUTS, *eager) for row in rows(*entry)]
    core = [(name, "1/s", value, repeat) for name, value in CORE.items() for repeat in range(2)]
    with making(Origin("test")):
        write_table(folder / "timing.csv", pd.DataFrame(timed, columns=columns))
        core_columns = ["measure", "unit", "value", "repeat"]
        write_table(folder / "core_speed.csv", pd.DataFrame(core, columns=core_columns))
    sources = {
        timing_results.MAML_RUNS: 200.0,
        **dict(zip(timing_results.FOMAML_RUNS.values(), (100.0, 150.0), strict=True)),
    }
    (folder / "figure3b.csv").write_text(
        "# A\n" + pd.Series(sources, name="mean").rename_axis("source").reset_index().to_csv(index=False)
    )
    found = timing_results.run(
        Environment(horizon=10),
        Networks(hidden=4),
        TINY,
        Published(),
        Statistics(bootstrap_samples=100),
        jax.random.key(0),
        folder / "timing.csv",
        folder / "core_speed.csv",
        folder / "figure3b.csv",
    )
    return found["timing_quantities"].set_index("quantity")["value"], found


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    return quantities(tmp_path_factory.mktemp("eager"), EAGER)[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("saved_seconds_jax_released", 50.0),
        ("saved_seconds_jax_released_most_steps", 75.0),  # 1.5 of 6
        ("saved_seconds_jax_written", 30.0),
        ("saved_operations_jax_released", 25.0),
        ("saved_operations_jax_released_most_steps", 62.5),
        ("saved_seconds_pytorch_released", 100.0 * (1 - 39.5 / 70.0)),
        ("rollouts_seconds_jax_released_maml", 25.0),
        ("rollouts_seconds_jax_written_fomaml", 100.0 / 3.5),
        ("rollouts_operations_jax_written_fomaml", 20.0),
        ("published_figure", 50.0),
        ("published_all_runs", 25.0),
        ("published_abstract_as_speed", 100.0 * (1.0 - 1.0 / 1.56)),
        ("torch_measured", 1.0),
        ("released_ms", 2000.0),
        ("released_mflop", 8000.0),
        ("released_peak_share", 25.0),  # 0.5 s of 2
        ("released_speedup", 35.0),
        # 5 x 4 + 5 x 4 + 5 x 8 numbers of 4 bytes, in each of 10 steps; as written for 1 + 8 policies.
        ("released_traffic_ms", 3.2),
        ("written_traffic_ms", 9 * 3.2),
        ("released_over_bound", 2.0 / 0.5032),
        ("pytorch_released_fomaml", 39.5),
    ],
)
def test_quantities_by_hand(by_hand, name, value) -> None:
    np.testing.assert_allclose(by_hand[f"timing_{name}"], value, rtol=1e-6)


def test_without_pytorch_its_quantities_are_there_and_undefined(tmp_path, by_hand) -> None:
    found, tables = quantities(tmp_path, [])
    assert set(found.index) == set(by_hand.index)
    assert found["timing_torch_measured"] == 0
    missing = {name for name in found.index if np.isnan(found[name])}
    assert missing == {
        "timing_written_speedup",
        "timing_released_speedup",
        *(
            f"timing_pytorch_{reading}_{name}"
            for reading in ("released", "written")
            for name in ("maml", "fomaml")
        ),
        *(
            f"timing_saved_seconds_pytorch_{reading}{place}"
            for reading in ("released", "written")
            for place in ("", "_torch_steps")
        ),
    }
    assert list(tables["timing_published"]["source"]) == [
        "poster",
        "abstract",
        "abstract_as_speed",
        "figure",
        "all_runs",
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"torch_inner_steps": (2,)}, "must begin with the first of inner_steps"),
        ({"torch_repeats": 3}, "torch_repeats is 3, must be at most repeats \\(2\\)"),
    ],
)
def test_what_pytorch_is_compared_with_must_be_timed(change, message) -> None:
    with pytest.raises(ValidationError, match=message):
        Timing(**TINY.model_dump() | change)
