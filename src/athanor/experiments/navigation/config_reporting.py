"""The section of config.yaml on published numbers."""

from pydantic import Field

from athanor.experiments.config import Section
from athanor.experiments.config import Statistics as Statistics


class Published(Section):
    """Published numbers that results are compared with."""

    poster_saving: float = Field(40.0, description="per cent of MAML's time that FOMAML saves, by the poster")
    abstract_saving: float = Field(56.0, description="the same by the text of the abstract")
