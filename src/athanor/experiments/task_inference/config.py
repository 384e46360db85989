"""All sections of config.yaml under `task_inference`."""

from athanor.experiments.config import Section
from athanor.experiments.task_inference.exact.config import ExpectedReturns
from athanor.experiments.task_inference.learning.config import Learning
from athanor.experiments.task_inference.off_policy.config import OffPolicy


class TaskInferenceConfig(Section):
    """Task inference: families whose posterior is exact, what can be earned in them, and who learns to."""

    expected_returns: ExpectedReturns = ExpectedReturns()
    learning: Learning = Learning()
    off_policy: OffPolicy = OffPolicy()
