"""The jobs of this group."""

from athanor.experiments.job import Job
from athanor.experiments.task_inference.exact.config import ExpectedReturns

JOBS = (
    Job(
        "task_inference.exact.returns",
        ("returns.csv",),
        over={"family": tuple(ExpectedReturns.model_fields)},
        modules=("athanor.tasks.{family}.returns",),
    ),
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
