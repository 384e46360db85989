"""What is estimated of memories, game by game; the unit is the run."""

from athanor.experiments.task_inference.learning.estimands import GAME, scores
from athanor.reporting.estimands import Estimand

ESTIMANDS = (
    *scores("memory", "{learner} as memory"),
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
