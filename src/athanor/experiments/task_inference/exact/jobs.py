"""The jobs of this group."""

from athanor.experiments.job import Job

FAMILIES = ("bandit", "grid_navi", "semicircle", "sparse_navigation", "numpad", "noisy_target")

JOBS = (
    Job("task_inference.exact.returns", ("returns.csv",), over={"family": FAMILIES}, memory=1500),
    Job(
        "task_inference.exact.first_hits",
        ("first_hits.csv",),
        {"first_hits.csv": "when sparse targets are first hit"},
        stream="task_inference.exact.returns",
    ),
    Job(
        "task_inference.exact.analysis",
        ("exact_returns.csv", "estimates/exact.csv"),
        {"exact_returns.csv": "expected returns of reference agents"},
        inputs={"returns": "task_inference.exact.returns/returns.csv"},
    ),
)
