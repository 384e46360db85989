"""What agents that do not learn earn on the tasks of each run: by it, returns are corrected for the luck of the draw."""

import jax
import jax.numpy as jnp
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.protocols.training import Tasks, tasks_of
from athanor.experiments.task_inference.learning.config import Learning
from athanor.experiments.task_inference.learning.families import References, family_of
from athanor.experiments.task_inference.learning.training import plan_of, run_keys

COLUMNS = ["family", "setting", "run", "tasks", *References._fields]


def run(learning: Learning, key: PRNGKeyArray, family: str, setting: str) -> dict[str, pd.DataFrame]:
    """Return `references`: the mean expected return of a trial by run, kind of tasks and agent.

    It has no rows for a family of which they are not known task by task.
    """
    own, game = family_of(family), learning.game(family, setting)
    rules, plan, on_task = own.rules(setting), plan_of(learning, game), own.references
    if on_task is None:
        return {"references": pd.DataFrame(columns=COLUMNS)}

    @jax.jit
    def means(run_key: PRNGKeyArray) -> Tasks:
        tasks = tasks_of(rules.sample_task, plan, run_key)
        return jax.tree.map(
            lambda values: game.episodes * jnp.mean(values),
            Tasks(*(jax.lax.map(lambda task: on_task(rules, task), kind, batch_size=100) for kind in tasks)),
        )

    rows = [
        (family, setting, number, kind, *map(float, values))
        for number, run_key in enumerate(run_keys(learning, game, key))
        for kind, values in means(run_key)._asdict().items()
    ]
    return {"references": pd.DataFrame(rows, columns=COLUMNS)}
