"""What is compared of MAML and FOMAML, for how long each is trained, and what the sections must agree on."""

from collections.abc import Iterator

from athanor.experiments.navigation.first_order.config import FirstOrder
from athanor.experiments.navigation.learners.config import Algorithm, Reading
from athanor.experiments.navigation.single.config import Configurations, SingleTask

ALGORITHMS: tuple[Algorithm, ...] = ("maml", "fomaml")
LOCAL_READINGS: tuple[Reading, ...] = (
    "released",
    "corrected",
)  # whose policies an exact gradient is followed from
GROUPS = ("fixed", "held_out")  # of targets


def length(study: FirstOrder, reading: str, corrected_episodes: int) -> int:
    """Return the training episodes of a reading, given those of the corrected one."""
    return {"released": study.released_episodes, "written": study.written_episodes}.get(
        reading, corrected_episodes
    )


def misfits(
    first_order: FirstOrder, configurations: Configurations, single: SingleTask, targets: int, corrected: int
) -> Iterator[str]:
    """Yield what in these sections does not fit the number of targets and the corrected training episodes."""
    shortest = min(configurations.released_episodes, corrected)
    limits = {
        "first_order.solved_targets": (first_order.solved_targets, targets),
        "configurations.released_episodes": (
            configurations.released_episodes,
            first_order.released_episodes,
        ),
        "configurations.frame": (configurations.frame, shortest),
        "configurations.block": (configurations.block, shortest),
        "single_task.frame": (single.frame, single.episodes),
    }
    for name, (value, most) in limits.items():
        if value > most:
            yield f"{name} is {value}, must be at most {most}"
    named = {"first_order.shown_targets": first_order.shown_targets, "single_task.targets": single.targets}
    for name, chosen in named.items():
        if not all(0 <= target < targets for target in chosen):
            yield f"{name} is {list(chosen)}, must be numbers from 0 to {targets - 1}"
