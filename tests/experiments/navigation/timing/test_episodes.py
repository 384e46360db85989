"""Tests of the measurement of times: operations counted in two ways, and what is timed (in turns: see the miniature)."""

from dataclasses import replace
from math import prod

import jax
import pytest
from pydantic import ValidationError

from athanor.experiments.navigation.learners.config import Corrected, Learners, Networks
from athanor.experiments.navigation.learners.methods import method
from athanor.experiments.navigation.timing.conditions import Condition, conditions
from athanor.experiments.navigation.timing.config import Timing
from athanor.experiments.navigation.timing.operations import episode_operations, pieces
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import RELEASED

TINY = Timing(
    inner_steps=(1,), hidden=(4,), repeats=2, seeds=2, episodes=1, torch_inner_steps=(1,), torch_repeats=2
)
CORRECTED = Corrected(trajectories=2)


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
        Condition("corrected", "maml", 1, 64),
    ],
    ids=lambda condition: "_".join(map(str, condition[:3])),
)
def test_the_pieces_make_up_the_matrix_products_of_an_update(condition) -> None:
    """XLA also counts what is done element by element, and leaves out what is dead: a fifth at most at this size."""
    key = jax.random.key(0)
    env = navigation(replace(RELEASED, horizon=10))
    tasks = env.targets_at(((6.7, 9.3), (4.3, 9.6), (2.5, 2.4)))
    learners = Learners(networks=Networks(hidden=condition.hidden), corrected=CORRECTED)
    chosen = method(env, learners, *condition[:3])
    task = jax.tree.map(lambda leaf: leaf[0], tasks)
    counted = episode_operations(pieces(env, chosen, task, key), condition, 3)
    update = jax.make_jaxpr(chosen.learner.learn)(chosen.learner.init(key), tasks, key)
    assert 0.9 < counted / products(update.jaxpr) < 1.2


def test_conditions_are_the_readings_by_inner_steps_and_by_hidden_units() -> None:
    found = conditions(Timing(**TINY.model_dump() | {"inner_steps": (1, 2), "hidden": (4, 8)}), 4)
    assert len(found) == len(set(found))
    sizes = ((1, 4), (2, 4), (1, 8))
    assert set(found) == {
        *(("released", "maml", *size) for size in sizes),
        *(("released", "fomaml", 1, hidden) for hidden in (4, 8)),
        *(("written", algorithm, *size) for algorithm in ("maml", "fomaml") for size in sizes),
        ("corrected", "maml", 1, 4),
        ("corrected", "fomaml", 1, 4),
    }


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
