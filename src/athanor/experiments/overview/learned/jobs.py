"""The jobs of this group."""

from athanor.experiments.job import Job

# Results in the columns of the table, one file for each system or group of them.
LEARNED = (
    "overview/revealing_action",
    "overview/meta_gradients",
    "overview/adapted",
    "overview/decoupled",
)

JOBS = (
    Job("overview.learned.revealing_action", ("revealing_action.csv",), memory=1000),
    Job("overview.learned.meta_gradients", ("meta_gradients.csv",), memory=1000),
    Job(
        "overview.learned.analysis",
        ("learned.csv", "estimates/learned.csv"),
        {"learned.csv": "what learners reach beside the exact answers"},
        inputs={"learned": LEARNED},
    ),
)
