"""The section of config.yaml on courses and agents that evolve together."""

from pydantic import Field, model_validator

from athanor.experiments.config import Count, Rate, Section, Share


class Coevolution(Section):
    """POET on the hop course, and training for its hardest courses directly, with as many episodes."""

    runs: int = Field(5, ge=2, description="runs")
    rounds: Count = Field(40, description="rounds of POET; all others have as many episodes")
    capacity: Count = Field(6, description="pairs of a course and an agent")
    generations: Count = Field(25, description="generations of a pair in a round")
    hard: Share = Field(0.05, description="a child on whose course its agent scores no more is too hard")
    easy: Share = Field(0.9, description="a child on whose course its agent scores as much is too easy")
    children: Count = Field(32, description="children tried in a round")
    admitted: Count = Field(2, description="children admitted in a round, at most")
    neighbours: Count = Field(5, description="nearest courses ever seen, of the novelty")
    population: int = Field(32, ge=2, multiple_of=2, description="members of a generation, in pairs")
    deviation: Rate = Field(0.1, description="standard deviation of the noise on parameters")
    rate: Rate = Field(0.02, description="rate of Adam")
    hidden: Count = Field(8, description="units of either hidden layer")
    restart: Count = Field(4, description="rounds after which training from scratch may start anew")

    @model_validator(mode="after")
    def _between(self) -> "Coevolution":
        if self.hard >= self.easy:
            raise ValueError(f"hard is {self.hard}, must be less than easy, which is {self.easy}")
        return self


class EvolutionSpeed(Section):
    """Evaluations of an evolution strategy, compiled and in a NumPy loop."""

    pairs: Count = Field(10, description="interleaved pairs of timed calls")
    agents: Count = Field(8, description="agents side by side in a compiled call")
    generations: Count = Field(5, description="generations of a compiled call; a loop is timed over one")
