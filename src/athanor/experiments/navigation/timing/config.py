"""The section of config.yaml on the time that training takes."""

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Section


class Timing(Section):
    """The time of an episode of MAML and of FOMAML, compiled and in eager PyTorch."""

    inner_steps: tuple[Count, ...] = Field(
        (1, 2, 3, 4, 5, 6), min_length=1, description="numbers of inner steps N timed, with networks.hidden"
    )
    hidden: tuple[Count, ...] = Field(
        (32, 64, 128, 256, 512), min_length=1, description="units of a hidden layer timed, with the first N"
    )
    repeats: int = Field(20, ge=2, description="times that each episode is timed, in turns with all others")
    seeds: Count = Field(10, description="training runs of the call that headline times are taken of")
    episodes: Count = Field(2, description="episodes of each of them in that call")
    torch_inner_steps: tuple[Count, ...] = Field(
        (1, 3),
        min_length=1,
        description="N timed in PyTorch, where it is installed; the first is that of inner_steps",
    )
    torch_repeats: int = Field(
        6,
        ge=2,
        description="times that each is timed in PyTorch, in the first turns; fewer than six give no interval",
    )

    @model_validator(mode="after")
    def _torch_times_what_is_compiled(self) -> "Timing":
        steps, timed = self.torch_inner_steps, self.inner_steps
        if steps[0] != timed[0] or not set(steps) <= set(timed):
            raise ValueError(
                f"torch_inner_steps is {list(steps)}, must begin with the first of inner_steps ({list(timed)}) "
                "and be among them"
            )
        if self.torch_repeats > self.repeats:
            raise ValueError(
                f"torch_repeats is {self.torch_repeats}, must be at most repeats ({self.repeats})"
            )
        return self


class Published(Section):
    """Published numbers that results are compared with."""

    poster_saving: float = Field(40.0, description="per cent of MAML's time that FOMAML saves, by the poster")
    abstract_saving: float = Field(56.0, description="the same by the text of the abstract")
