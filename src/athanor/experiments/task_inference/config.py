"""All sections of config.yaml under `task_inference`."""

from pydantic import model_validator

from athanor.experiments.config import Section
from athanor.experiments.task_inference.behaviour.config import Behaviour
from athanor.experiments.task_inference.exact.config import ExpectedReturns
from athanor.experiments.task_inference.inference_and_control.config import InferenceAndControl
from athanor.experiments.task_inference.learning.config import Learning, TrainingSpeed
from athanor.experiments.task_inference.memories.config import Memories
from athanor.experiments.task_inference.off_policy.config import OffPolicy

SIMPLE_ALCHEMY = "simple_alchemy"


class TaskInferenceConfig(Section):
    """Task inference: families whose posterior is exact, what can be earned in them, and who learns to."""

    expected_returns: ExpectedReturns = ExpectedReturns()
    learning: Learning = Learning()
    training_speed: TrainingSpeed = TrainingSpeed()
    memories: Memories = Memories()
    off_policy: OffPolicy = OffPolicy()
    inference_and_control: InferenceAndControl = InferenceAndControl()
    behaviour: Behaviour = Behaviour()

    @model_validator(mode="after")
    def _games_have_returns(self) -> "TaskInferenceConfig":
        listed = {referred.family: referred.settings for referred in self.expected_returns.families}
        searched = ("behaviour.belief_network", self.behaviour.belief_network)
        for key, game in (*(("learning.games", game) for game in self.learning.games), searched):
            if game.family == SIMPLE_ALCHEMY:  # has a yardstick of its own
                continue
            settings = listed.get(game.family, ())
            if game.setting not in settings:
                raise ValueError(
                    f"{key} has {game.family} with setting {game.setting}, must be one of "
                    f"expected_returns.families: {game.family} with {', '.join(settings) or 'none'}"
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

    @model_validator(mode="after")
    def _memories_are_compared(self) -> "TaskInferenceConfig":
        learning = self.learning
        trained = [f"{game.family} {game.setting}" for game in learning.games]
        asked = [f"{game.family} {game.setting}" for game in self.memories.games]
        for key, needed, listed in (
            ("games", asked, trained),
            ("learners", ["recurrent"], list(learning.learners)),
        ):
            for name in needed:
                if name not in listed:
                    raise ValueError(
                        f"memories needs {name}, must be one of learning.{key}: {', '.join(listed)}"
                    )
        return self
