"""All sections of config.yaml under `task_inference`."""

from athanor.experiments.config import Section
from athanor.experiments.task_inference.exact.config import ExpectedReturns
from athanor.experiments.task_inference.off_policy.config import OffPolicy


class TaskInferenceConfig(Section):
    """Task inference: families whose posterior is exact, and what can be earned in them."""

    expected_returns: ExpectedReturns = ExpectedReturns()
    off_policy: OffPolicy = OffPolicy()
