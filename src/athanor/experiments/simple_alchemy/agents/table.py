"""Which agents are played on which family of graphs, and with which planning budgets."""

from athanor.experiments.simple_alchemy.agents.config import Compute

# The exact policy exists for the 384 graphs only.
AGENTS = {
    "three_edges": (
        "oracle",
        "bayes_optimal",
        "cem",
        "tree_search",
        "posterior_sampling",
        "information_directed",
        "greedy",
        "random",
    ),
    "all": ("oracle", "cem", "posterior_sampling", "random"),
}
POLICY_AGENTS = ("bayes_optimal", "greedy")  # they play the stored exact policy
OWN = 0  # the budget of a planner's own section, and of agents that do not plan


def played(compute: Compute) -> list[dict[str, str | int]]:
    """Return every family, agent and budget that is played: the agents of the study, then other budgets of planners."""
    main = [(family, agent, OWN) for family, listed in AGENTS.items() for agent in listed]
    budgets = {"cem": compute.cem_particles, "tree_search": compute.tree_search_simulations}
    others = [("three_edges", agent, budget) for agent, listed in budgets.items() for budget in listed]
    return [
        {"family": family, "agent": agent, "budget": budget} for family, agent, budget in (*main, *others)
    ]
