"""The sections of config.yaml on the causal graphs."""

from pydantic import Field

from athanor.experiments.config import Section


class GraphDistances(Section):
    """Distances between causal graphs."""

    smoothing: float = Field(0.001, gt=0.0, description="added to every transition probability before the KL")
