"""All sections of config.yaml under `task_inference`."""

from athanor.experiments.config import Section
from athanor.experiments.task_inference.exact.config import ExpectedReturns


class TaskInferenceConfig(Section):
    """Task inference: families whose posterior is exact, and what can be earned in them."""

    expected_returns: ExpectedReturns = ExpectedReturns()
