"""The estimands of this group."""

from athanor.reporting.estimands import Contrast, Estimand

LEARNER = ("family", "learner", "agent", "tasks")
NAMED = "{family}, {learner} with agent {agent}, {tasks} tasks"

ESTIMANDS = (
    Estimand(
        name="off_policy_equal_steps",
        table="equal_steps",
        value="mean_return",
        per=LEARNER,
        over="run",
        format=".2f",
        description=f"{NAMED}: return after as many steps as the shortest training has",
    ),
    Estimand(
        name="off_policy_area",
        table="areas",
        value="mean_return",
        per=LEARNER,
        over="run",
        format=".2f",
        description=f"{NAMED}: mean return up to there",
    ),
    Estimand(
        name="off_policy_end",
        table="ends",
        value="mean_return",
        per=LEARNER,
        over="run",
        format=".2f",
        description=f"{NAMED}: return at the end of training",
    ),
    Estimand(
        name="off_policy_steps",
        table="ends",
        value="steps",
        per=("family", "learner", "agent"),
        format="d",
        unit="steps",
        description="{family}, {learner} with agent {agent}: environment steps of a run",
    ),
    Estimand(
        name="off_policy_gain",
        table="equal_steps",
        value="mean_return",
        where={"agent": "A"},
        per=("family", "tasks"),
        contrast=Contrast("learner", "svg", "ppo"),
        over="run",
        format=".2f",
        description="{family}, {tasks} tasks: SVG(0) less PPO, after as many steps",
    ),
    Estimand(
        name="off_policy_supervision",
        table="equal_steps",
        value="mean_return",
        where={"learner": "svg"},
        per=("family", "tasks"),
        contrast=Contrast("agent", "B", "A"),
        over="run",
        format=".2f",
        description="{family}, {tasks} tasks, SVG(0): belief network less one memory",
    ),
    Estimand(
        name="bottleneck_return",
        table="bottlenecks",
        value="mean_return",
        per=("beta", "tasks"),
        over="run",
        format=".2f",
        description="bottleneck of weight {beta}, {tasks} tasks: return at the end of training",
    ),
    Estimand(
        name="bottleneck_gap",
        table="gaps",
        value="gap",
        per=("beta",),
        over="run",
        format=".2f",
        description="bottleneck of weight {beta}: return on training tasks less that on held-out ones",
    ),
)
