"""What is estimated of memories, game by game; the unit is the run."""

from athanor.experiments.task_inference.learning.estimands import BY_LEARNER, GAME, RANDOM, SCALE
from athanor.reporting.estimands import Estimand

ESTIMANDS = (
    Estimand(
        name="memory_score",
        table="ends",
        value="score",
        per=(*BY_LEARNER, "tasks"),
        over="run",
        diverged=RANDOM,
        format=".3f",
        description=f"{{family}}, {{setting}}: {{learner}} as memory after training, {{tasks}} tasks; {SCALE}",
    ),
    Estimand(
        name="memory_area",
        table="areas",
        value="area",
        per=(*BY_LEARNER, "tasks"),
        over="run",
        diverged=RANDOM,
        format=".3f",
        description=f"{{family}}, {{setting}}: {{learner}} as memory, mean along training, {{tasks}} tasks; {SCALE}",
    ),
    Estimand(
        name="least_memory_over_recurrent",
        table="differences",
        value="difference",
        per=(*GAME, "tasks"),
        over="run",
        least_of="learner",
        format=".3f",
        description="{family}, {setting}, {tasks} tasks: the memory that ends lowest less the gated recurrent unit",
    ),
    Estimand(
        name="memory_runs_diverged",
        table="diverged",
        value="diverged",
        format="d",
        unit="runs",
        description="runs that diverged, of all memories and games",
    ),
    Estimand(
        name="memory_size_difference",
        table="sizes",
        value="per_cent",
        format=".1f",
        unit="%",
        description="greatest difference of a network's size from the one with a gated recurrent unit",
    ),
)
