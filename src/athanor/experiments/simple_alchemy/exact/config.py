"""The section of config.yaml on the exact solution."""

from pydantic import Field, model_validator

from athanor.experiments.config import Discount, Section


class Exact(Section):
    """Exact oracle and Bayes-optimal returns."""

    discounts: tuple[Discount, Discount] = Field(
        (1.0, 0.99), description="the two discounts per step solved; 1, the yardstick's, is one of them"
    )

    @model_validator(mode="after")
    def _yardstick_is_solved(self) -> "Exact":
        if sorted(self.discounts)[0] == 1.0 or sorted(self.discounts)[1] != 1.0:
            given = ", ".join(map(str, self.discounts))
            raise ValueError(f"discounts is [{given}], must be 1 and another")
        return self
