"""Expected returns of the reference agents, exact or in brackets, by setting."""

import jax
from jaxtyping import PRNGKeyArray

from athanor.expected_return import ExpectedReturn, bracket, exact, rules_of, simulated
from athanor.tasks.bandit import policies
from athanor.tasks.bandit.dependent import dependent_values
from athanor.tasks.bandit.environment import Bandit
from athanor.tasks.bandit.exact import exact_values
from athanor.tasks.bandit.gittins import gittins_indices
from athanor.tasks.bandit.lagrangian import lagrangian_bound
from athanor.tasks.bandit.simulation import simulated_returns

BRACKETED = {"20x100": Bandit(20, 100)}
EXACT = {
    f"{arms}x{pulls}": Bandit(arms, pulls)
    for pulls, several in (
        (10, (2, 3, 5, 10)),
        (20, (2, 3, 5, 10, 20)),
        (25, (5,)),
        (30, (3,)),
        (50, (2,)),
        (100, (2,)),
        (200, (2,)),
    )
    for arms in several
}
DEPENDENT = {
    f"dependent_{low or 'uniform'}_100": Bandit(2, 100, dependent=True, low=low)
    for low in (None, 0.25, 0.1, 0.4)
}
SETTINGS = {**EXACT, **BRACKETED, **DEPENDENT}  # rules by name: arms x pulls, or how arms depend

EPISODES = {"greedy": 20_000, "thompson": 1_000, "gittins": 20_000}  # simulated where there is no exact value


def exact_returns(setting: str, key: PRNGKeyArray) -> list[ExpectedReturn]:
    """Return one row per agent; the key matters only where an agent has to be simulated."""
    rules = rules_of(setting, SETTINGS)
    if rules.dependent:
        return [exact(agent, value) for agent, value in dependent_values(rules).items()]
    known = [exact("oracle", rules.pulls * rules.arms / (rules.arms + 1)), exact("random", rules.pulls / 2)]
    if setting in BRACKETED:
        return known + bracketed_returns(rules, EPISODES, key)
    return known + [exact(agent, value) for agent, value in exact_values(rules.arms, rules.pulls).items()]


def bracketed_returns(rules: Bandit, episodes: dict[str, int], key: PRNGKeyArray) -> list[ExpectedReturn]:
    """Return a row per agent that acts on the belief, from simulation, and the bracket of the optimum.

    The bracket runs from the lower end of the interval of the Gittins policy to the Lagrangian bound; as the expected
    return of the optimum stands its middle.
    """
    bound = lagrangian_bound(rules.arms, rules.pulls)
    players = {
        "greedy": policies.greedy(rules),
        "thompson": policies.thompson(rules),
        "gittins": policies.gittins(rules, gittins_indices(rules.pulls)),
    }
    rows = []
    for player, player_key in zip(players, jax.random.split(key, len(players)), strict=True):
        returns = simulated_returns(rules, players[player], bound, episodes[player], player_key)
        rows.append(simulated(player, returns))
    return [bracket("bayes_optimal", rows[-1].lower, bound.value), *rows]
