"""Meta-training on own tasks: the start in closed form, the outer gradient by finite differences, and the tasks."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.experiments.overview.learned import own_tasks
from athanor.experiments.overview.learned.config import OwnTasks
from athanor.experiments.overview.learned.gradient_signal import expected_return
from athanor.experiments.overview.learned.skills import ROOM, WORLD
from athanor.learning.adaptation import Inner
from athanor.learning.maml import meta_gradient
from athanor.learning.skills import visits
from athanor.tasks.room.exact import oracle

KEY = jax.random.key(0)
FEW = OwnTasks(skills=4, rounds=4, updates=20, shown_updates=2, runs=2)


def test_the_uniform_policy_is_where_it_starts_from() -> None:
    """Each step off the start is on one of the 24 goals: a policy earns the mean number of such steps over 24."""
    still = FEW.model_copy(update={"initial": 1e-6})
    earned = own_tasks.returns(still, jnp.float32(0.0), own_tasks.GOALS, KEY)
    uniform = jnp.full((ROOM.steps, *WORLD.following.shape), 0.2)
    off_start = ROOM.steps - float(visits(WORLD, uniform)[:, ROOM.start].sum())
    assert float(earned[0]) == pytest.approx(off_start / 24, rel=1e-4)
    assert earned[0] < earned[1] < earned[2] < oracle(ROOM)


def test_the_outer_gradient_is_that_of_the_return_after_adaptation() -> None:
    """Along a random direction, by central differences of what is earned after an inner step of gradient ascent."""
    logits, direction = jax.random.normal(KEY, (2, *WORLD.following.shape))

    def earned(logits: jax.Array) -> jax.Array:
        def of(goal: jax.Array) -> jax.Array:
            adapted = logits + 3.0 * jax.grad(expected_return)(logits, goal)
            return expected_return(adapted, goal)

        return jnp.sum(jax.vmap(of)(own_tasks.GOALS))

    found = meta_gradient(own_tasks.played(), Inner(1, 3.0), logits, own_tasks.GOALS, KEY)
    step = 1e-2
    slope = (earned(logits + step * direction) - earned(logits - step * direction)) / (2 * step)
    assert float(found[0]) == pytest.approx(-float(earned(logits)), rel=1e-4)
    assert float(jnp.sum(found[1] * direction)) == pytest.approx(-float(slope), rel=1e-2)


def test_all_systems_have_as_many_tasks() -> None:
    """Of 4 skills each comes 6 times; a reward of skills is at most log 4, and that of goals 1 in one cell."""
    made = own_tasks.tasks_of(FEW, KEY)
    assert {system: tasks.shape for system, tasks in made.items()} == dict.fromkeys(made, (24, ROOM.cells))
    for system in ("diayn", "random_discriminator"):
        assert np.array_equal(made[system][:4], made[system][20:])
        assert float(made[system].max()) <= math.log(4) + 1e-5
    assert np.array_equal(made["hand_made"].sum(axis=0), np.arange(ROOM.cells) != ROOM.start)


def test_training_on_the_goals_pays() -> None:
    table = own_tasks.run(FEW, KEY)["own_tasks"]
    assert len(table) == 3 * 2 * (4 + 3) and (table["row"] == 20).all() and table["value"].notna().all()
    wide = table.pivot(index=["system", "run"], columns=["quantity", "condition"], values="value")
    earned = wide["return"]
    assert earned.to_numpy().max() < oracle(ROOM)
    over = wide["over_scratch"].loc["hand_made"]
    assert (over["after_2"] > 0).all()
    assert np.allclose(over, earned.loc["hand_made"] - earned.loc["scratch"])
