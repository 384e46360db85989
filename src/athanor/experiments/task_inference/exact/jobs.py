"""The jobs of this group."""

from athanor.experiments.job import Job

FIRST_HITS = "sparse_navigation"  # the family in which they are counted

JOBS = (
    Job(
        "task_inference.exact.returns",
        ("returns.csv",),
        over=lambda task_inference: [
            {"family": referred.family} for referred in task_inference.expected_returns.families
        ],
        modules=("athanor.tasks.{family}.returns",),
    ),
    Job(
        "task_inference.exact.first_hits",
        ("first_hits.csv",),
        {"first_hits.csv": "when sparse targets are first hit"},
        fixed={"family": FIRST_HITS},
        stream="task_inference.exact.returns",
    ),
    Job(
        "task_inference.exact.analysis",
        ("exact_returns.csv", "estimates/exact.csv"),
        {"exact_returns.csv": "expected returns of reference agents"},
        inputs={"returns": "task_inference.exact.returns/returns.csv"},
    ),
)
