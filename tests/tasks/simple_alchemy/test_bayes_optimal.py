"""The exact Bayes-optimal solution against hand-worked values, brute force, the oracle and play."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.simple_alchemy import bayes_optimal, oracle
from athanor.tasks.simple_alchemy.belief_sets import PRIOR, BeliefSets, reachable_beliefs
from athanor.tasks.simple_alchemy.environment import ALL_FULL, CausalGraph, Objective, SimpleAlchemy
from athanor.tasks.simple_alchemy.graphs import POTIONS, VERTICES, enumerate_graphs, transition_tables

RULES = SimpleAlchemy(trials=2, trial_steps=8)
OBJECTIVES = [Objective("per_step", 1.0), Objective("on_deposit", 1.0), Objective("per_step", 0.9)]
IMPATIENT = Objective("on_deposit", 1e-6)
TABLES = transition_tables(enumerate_graphs("three_edges"))


@pytest.fixture(scope="module")
def solution(beliefs: BeliefSets) -> bayes_optimal.ExactSolution:
    return bayes_optimal.solve(RULES, beliefs, [*OBJECTIVES, IMPATIENT])


@cache
def split(graphs: frozenset[int], stone: int, potion: int) -> list[tuple[float, int, frozenset[int]]]:
    """Return what a dip may show: its probability, the stone dipped, and the graphs left."""
    seen: dict[int, set[int]] = {}
    for graph in graphs:
        seen.setdefault(int(TABLES[graph, stone, potion]), set()).add(graph)
    return [(len(alike) / len(graphs), dipped, frozenset(alike)) for dipped, alike in seen.items()]


def brute_force(graphs: frozenset[int], objective: Objective, most_trials: int) -> list[float]:
    """Solve games of 0, 1, ... trials over flat sets of graphs, every action and every step included."""

    @cache
    def start(graphs: frozenset[int], trials: int) -> float:
        if trials == 0:
            return 0.0
        return sum(value(graphs, stone, ALL_FULL, False, 0, trials) for stone in range(VERTICES)) / VERTICES

    @cache
    def value(
        graphs: frozenset[int], stone: int, potions: int, inside: bool, step: int, trials: int
    ) -> float:
        if step == RULES.trial_steps:
            return start(graphs, trials - 1)
        pays = inside and stone == RULES.goal and objective.reward == "per_step"
        choices = [later(graphs, stone, potions, inside, step, trials)]
        if not inside:
            paid = stone == RULES.goal and objective.reward == "on_deposit"
            choices.append(paid + later(graphs, stone, potions, True, step, trials))
            choices += [dip(graphs, stone, potions, potion, step, trials) for potion in range(POTIONS)]
        return pays + max(choices)

    def later(
        graphs: frozenset[int], stone: int, potions: int, inside: bool, step: int, trials: int
    ) -> float:
        return objective.discount * value(graphs, stone, potions, inside, step + 1, trials)

    def dip(graphs: frozenset[int], stone: int, potions: int, potion: int, step: int, trials: int) -> float:
        if not potions >> potion & 1:
            return later(graphs, stone, potions, False, step, trials)
        emptied = potions & ~(1 << potion)
        if step == RULES.trial_steps - 1:  # the stone is redrawn: nothing is seen
            return later(graphs, stone, emptied, False, step, trials)
        return sum(
            share * later(alike, dipped, emptied, False, step, trials)
            for share, dipped, alike in split(graphs, stone, potion)
        )

    return [start(graphs, trials) for trials in range(most_trials + 1)]


def walk(beliefs: BeliefSets, generator: np.random.Generator, most_graphs: int) -> tuple[int, frozenset[int]]:
    """Dip at random until few graphs are left: the canonical belief, and the graphs in its labels."""
    group = bayes_optimal.relabellings(RULES.goal)
    alike = np.arange(len(TABLES))
    truth = generator.integers(len(TABLES))
    belief, labels = int(np.searchsorted(beliefs.code, PRIOR)), 0
    while len(alike) > most_graphs:
        stone, potion = generator.integers(VERTICES), generator.integers(POTIONS)
        dipped = TABLES[truth, stone, potion]
        alike = alike[TABLES[alike, stone, potion] == dipped]
        before, after = group.vertex_image[labels, [stone, dipped]]
        link = (belief, before, group.potion_image[labels, potion], [0, 1, 2, 0, 3][before ^ after])
        belief, labels = int(beliefs.successor[link]), int(group.compose[beliefs.relabelling[link], labels])
        assert beliefs.graphs[belief] == len(alike)
    return belief, frozenset(alike.tolist())


def test_values_of_a_known_graph_are_the_oracles(beliefs, solution):
    """With one graph left, the average over graphs is the oracle's value."""
    known = beliefs.graphs == 1
    weights = beliefs.orbit[known] / 384
    assert weights.sum() == 1.0
    graphs = enumerate_graphs("three_edges")
    tasks = CausalGraph(jnp.asarray(graphs.attribute_of_pair), jnp.asarray(graphs.edge_present))
    for number, objective in enumerate(OBJECTIVES):
        rules = SimpleAlchemy(trial_steps=RULES.trial_steps, reward=objective.reward)
        solve = jax.jit(
            jax.vmap(
                lambda task, rules=rules, discount=objective.discount: oracle.value_iteration(
                    rules, task, discount
                )
            )
        )
        expected = float(jnp.mean(solve(tasks).value[:, 0, ALL_FULL]))
        assert weights @ solution.value[1, known, number] == pytest.approx(expected, rel=3e-6)


def test_one_trial_of_one_deposit_by_hand(solution):
    """Where nothing later counts, only a stone that starts as the goal is paid: 1/8."""
    np.testing.assert_allclose(solution.value[1, :, len(OBJECTIVES)], 1 / 8, atol=1e-6)


@pytest.mark.parametrize(("seed", "most_graphs"), [(0, 8), *((seed, 4) for seed in range(1, 6))])
def test_equals_brute_force_over_flat_sets(beliefs, solution, seed, most_graphs):
    """Including every action that the solution leaves out as useless."""
    belief, graphs = walk(beliefs, np.random.default_rng(seed), most_graphs)
    for number, objective in enumerate(OBJECTIVES):
        expected = brute_force(graphs, objective, RULES.trials)
        np.testing.assert_allclose(solution.value[:, belief, number], expected, rtol=0, atol=1e-10)


def test_knowledge_never_hurts_and_trials_add_up(beliefs, solution):
    one, two = solution.value[1], solution.value[2]
    prior = np.searchsorted(beliefs.code, PRIOR)
    discount = np.array([objective.discount for objective in [*OBJECTIVES, IMPATIENT]]) ** RULES.trial_steps
    assert (two >= one * (1 + discount) - 1e-10).all()  # playing two trials apart is one way to play them
    known = beliefs.graphs == 1
    oracle_value = beliefs.orbit[known] @ one[known] / 384
    assert (one[prior] < oracle_value).all()
    assert (two[prior] < oracle_value * (1 + discount)).all()


def test_the_opposite_goal_is_the_same_game(beliefs, solution):
    """Swapping 0 and 1 everywhere maps goal 000 to goal 111."""
    rules = SimpleAlchemy(goal=VERTICES - 1, trials=1, trial_steps=RULES.trial_steps)
    opposite = reachable_beliefs(rules.goal)
    assert len(opposite.code) == len(beliefs.code)
    value = bayes_optimal.solve(rules, opposite, OBJECTIVES[:1]).value[1]
    prior = np.searchsorted(beliefs.code, PRIOR)
    assert value[-1] == pytest.approx(solution.value[1, prior, :1], abs=1e-12)


def test_played_policy_earns_its_value(beliefs, solution):
    """Over 2,000 episodes, within three standard errors; and the position follows the exact belief."""
    policy = bayes_optimal.load_policy(bayes_optimal.policy_arrays(RULES, beliefs, solution))

    def play(policy, key):  # an argument: as constants of the program its tables would be compiled
        task_key, reset_key, step_key = jax.random.split(key, 3)
        task = RULES.sample_task(task_key)

        def step(carry, key):
            state, position = carry
            trials_left = RULES.trials - state.time // RULES.trial_steps
            action = bayes_optimal.act(policy, position, state, trials_left)
            following, transition = RULES.step(task, state, action, key)
            position = bayes_optimal.update(RULES, policy, position, state, action, following)
            return (following, position), transition.reward

        start = (RULES.reset(task, reset_key), bayes_optimal.start(policy))
        (_, position), rewards = jax.lax.scan(step, start, jax.random.split(step_key, RULES.steps))
        return rewards.sum(), position.belief

    returns, last = jax.jit(jax.vmap(play, in_axes=(None, 0)))(
        policy, jax.random.split(jax.random.key(0), 2000)
    )
    exact = solution.value[2, np.searchsorted(beliefs.code, PRIOR), 0]
    error = np.std(returns) / np.sqrt(len(returns))
    assert abs(np.mean(returns) - exact) < 3 * error
    assert (np.asarray(last) >= 0).all()
