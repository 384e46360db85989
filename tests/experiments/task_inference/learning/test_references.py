"""What agents that do not learn earn task by task: its mean over the prior is what their family computes."""

import jax
import jax.numpy as jnp
import pytest

from athanor.experiments.protocols.training import tasks_of
from athanor.experiments.task_inference.learning import references
from athanor.experiments.task_inference.learning.config import Learning
from athanor.experiments.task_inference.learning.families import family_of
from athanor.experiments.task_inference.learning.training import plan_of, run_keys
from athanor.tasks.bandit.returns import exact_returns as bandit
from athanor.tasks.grid_navi.returns import exact_returns as grid_navi
from athanor.tasks.simple_alchemy.returns import exact_returns as simple_alchemy

KEY = jax.random.key(0)
EXACT = {
    ("bandit", "5x10"): bandit,
    ("grid_navi", "5x5_15"): grid_navi,
    ("simple_alchemy", "5x20"): simple_alchemy,
}


@pytest.mark.parametrize("game", list(EXACT))
def test_the_mean_over_the_prior_is_the_expected_return(game):
    family, setting = game
    rules, on_task = family_of(family).rules(setting), family_of(family).references
    tasks = jax.vmap(rules.sample_task)(jax.random.split(KEY, 1500))
    found = jax.jit(lambda tasks: jax.lax.map(lambda task: on_task(rules, task), tasks, batch_size=100))(
        tasks
    )
    known = {row.agent: row.expected_return for row in EXACT[game](setting, KEY) if row.episodes == 1}
    for agent, values in found._asdict().items():
        error = float(jnp.std(values)) / len(values) ** 0.5
        assert float(jnp.mean(values)) == pytest.approx(known[agent], abs=4 * error + 1e-4)


def test_a_row_is_the_mean_over_the_tasks_that_the_run_draws():
    learning = Learning(runs=2, training_tasks=3, held_out_tasks=4)
    table = references.run(learning, KEY, "bandit", "5x10")["references"]
    assert list(table.columns) == references.COLUMNS
    assert list(zip(table["run"], table["tasks"], strict=True)) == [
        (run, tasks) for run in (0, 1) for tasks in ("train", "held_out")
    ]
    game = learning.game("bandit", "5x10")
    rules, key = family_of("bandit").rules("5x10"), run_keys(learning, game, KEY)[1]
    chances = tasks_of(rules.sample_task, plan_of(learning, game), key).held_out.probability
    assert chances.shape == (4, 5)
    last = table.iloc[-1]
    assert last["random"] == pytest.approx(10 * float(chances.mean()), rel=1e-6)
    assert last["oracle"] == pytest.approx(10 * float(chances.max(axis=1).mean()), rel=1e-6)
