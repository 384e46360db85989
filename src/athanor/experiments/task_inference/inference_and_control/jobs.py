"""The jobs of this group."""

from athanor.experiments.job import Job, Result
from athanor.experiments.simple_alchemy.agents.table import OWN
from athanor.experiments.task_inference.learning.jobs import FAMILY, LEARNER

NETWORKS = "task_inference.learning.training/networks.npz"

JOBS = (
    Job(
        "task_inference.inference_and_control.probing",
        ("divergences.csv", "returns.csv"),
        over=lambda task_inference: [
            {**game.model_dump(), "learner": learner}
            for game in task_inference.inference_and_control.games
            for learner in task_inference.inference_and_control.learners
        ],
        inputs={"networks": NETWORKS, "believing": Result(NETWORKS, {"learner": "exact_belief"})},
        modules=(FAMILY, LEARNER, LEARNER.format(learner="exact_belief")),
        memory=3000,
    ),
    Job(
        "task_inference.inference_and_control.optimal_play",
        ("optimal_rewards.csv",),
        modules=tuple(FAMILY.format(family=family) for family in ("bandit", "grid_navi", "numpad")),
    ),
    Job(
        "task_inference.inference_and_control.analysis",
        ("decoded_beliefs.csv", "inference_and_control.csv", "estimates/inference_and_control.csv"),
        {
            "decoded_beliefs.csv": "divergence of decoded beliefs, step by step",
            "inference_and_control.csv": "where the gap to the Bayes-optimal agent comes from",
        },
        inputs={
            "divergences": "task_inference.inference_and_control.probing/divergences.csv",
            "returns": "task_inference.inference_and_control.probing/returns.csv",
            "alchemy": Result(
                "simple_alchemy.agents.simulate/returns.csv",
                {"family": "three_edges", "agent": "bayes_optimal", "budget": OWN},
            ),
        },
    ),
)
