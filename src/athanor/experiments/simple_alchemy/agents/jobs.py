"""The jobs of this group."""

from typing import Any

from athanor.experiments.job import Conditions, Job, Result
from athanor.experiments.simple_alchemy.agents.table import OWN, POLICY_AGENTS, played

POLICY = "simple_alchemy/policy.npz"


def _policy(given: Conditions, section: Any) -> list[str]:
    """Return the file of the exact policy for the agents that play it."""
    del section
    return [POLICY] if given.get("agent") in POLICY_AGENTS else []


JOBS = (
    Job(
        "simple_alchemy.agents.simulate",
        ("returns.csv", "trajectories.npz"),
        over=lambda simple_alchemy: played(simple_alchemy.compute),
        inputs={"policy": _policy},
        stream="simple_alchemy.simulate",
        memory=3000,
    ),
    Job(
        "simple_alchemy.agents.decision_times",
        ("decision_times.csv",),
        {"decision_times.csv": "seconds per decision"},
        stream="simple_alchemy.decision_times",
        memory=3000,
        measures_time=True,
    ),
    Job(
        "simple_alchemy.agents.cem_speed",
        ("cem_speed.csv",),
        {"cem_speed.csv": "speed of CEM"},
        stream="simple_alchemy.cem_speed",
        memory=3000,
        measures_time=True,
    ),
    Job(
        "simple_alchemy.agents.returns",
        ("returns.csv", "planning_compute.csv"),
        {"planning_compute.csv": "return against planning"},
        inputs={"simulations": "simple_alchemy.agents.simulate/returns.csv"},
    ),
    Job(
        "simple_alchemy.agents.analysis",
        ("estimates/agents.csv",),
        inputs={
            "simulations": Result("simple_alchemy.agents.simulate/returns.csv", {"budget": OWN}),
        },
    ),
)
