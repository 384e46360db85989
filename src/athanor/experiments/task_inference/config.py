"""All sections of config.yaml under `task_inference`."""

from pydantic import model_validator

from athanor.experiments.config import Section
from athanor.experiments.task_inference.behaviour.config import Behaviour
from athanor.experiments.task_inference.exact.config import ExpectedReturns
from athanor.experiments.task_inference.inference_and_control.config import InferenceAndControl
from athanor.experiments.task_inference.learning.config import Learning, TrainingSpeed
from athanor.experiments.task_inference.off_policy.config import OffPolicy


class TaskInferenceConfig(Section):
    """Task inference: families whose posterior is exact, what can be earned in them, and who learns to."""

    expected_returns: ExpectedReturns = ExpectedReturns()
    learning: Learning = Learning()
    training_speed: TrainingSpeed = TrainingSpeed()
    off_policy: OffPolicy = OffPolicy()
    inference_and_control: InferenceAndControl = InferenceAndControl()
    behaviour: Behaviour = Behaviour()

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

    @model_validator(mode="after")
    def _timed_are_trained(self) -> "TaskInferenceConfig":
        trained = [game.setting for game in self.learning.games if game.family == "bandit"]
        for setting in self.training_speed.settings:
            if setting not in trained:
                raise ValueError(
                    f"training_speed.settings has {setting}, must be one of bandit in learning.games: "
                    + ", ".join(trained)
                )
        return self

    @model_validator(mode="after")
    def _search_has_returns(self) -> "TaskInferenceConfig":
        game, listed = self.behaviour.belief_network, self.expected_returns.sparse_navigation
        if game.setting not in listed:
            raise ValueError(
                f"behaviour.belief_network has setting {game.setting}, "
                f"must be one of expected_returns.sparse_navigation: {', '.join(listed)}"
            )
        return self

    @model_validator(mode="after")
    def _probed_are_trained(self) -> "TaskInferenceConfig":
        probed, learning = self.inference_and_control, self.learning
        trained = [f"{game.family} {game.setting}" for game in learning.games]
        for key, asked, listed in (
            ("games", [f"{game.family} {game.setting}" for game in probed.games], trained),
            ("learners", [*probed.learners, "exact_belief"], list(learning.learners)),
        ):
            for name in asked:
                if name not in listed:
                    raise ValueError(
                        f"inference_and_control.{key} needs {name}, "
                        f"must be one of learning.{key}: {', '.join(listed)}"
                    )
        return self
