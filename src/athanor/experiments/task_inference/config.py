"""All sections of config.yaml under `task_inference`."""

from pydantic import model_validator

from athanor.experiments.config import Section
from athanor.experiments.task_inference.exact.config import ExpectedReturns
from athanor.experiments.task_inference.learning.config import Learning
from athanor.experiments.task_inference.off_policy.config import OffPolicy


class TaskInferenceConfig(Section):
    """Task inference: families whose posterior is exact, what can be earned in them, and who learns to."""

    expected_returns: ExpectedReturns = ExpectedReturns()
    learning: Learning = Learning()
    off_policy: OffPolicy = OffPolicy()

    @model_validator(mode="after")
    def _games_have_returns(self) -> "TaskInferenceConfig":
        for game in self.learning.games:
            listed = getattr(self.expected_returns, game.family, (game.setting,))
            if game.setting not in listed:
                raise ValueError(
                    f"learning.games has {game.family} with setting {game.setting}, "
                    f"must be one of expected_returns.{game.family}: {', '.join(listed)}"
                )
        return self
