"""E-MAML on hidden targets: the corrected MAML, with one term more in its outer gradient."""

from athanor.experiments.navigation.learners.config import Corrected, Networks
from athanor.experiments.navigation.learners.methods import (
    Method,
    corrected_gradient,
    corrected_optimiser,
    end_of,
    sizes,
)
from athanor.learning.adaptation import Inner
from athanor.learning.emaml import Emaml, emaml_learner
from athanor.tasks.navigation.environment import Navigation


def emaml_method(
    env: Navigation, networks: Networks, corrected: Corrected, steps: int, sampling_weight: float
) -> Method:
    """Return the corrected MAML with E-MAML's term in its outer gradient; all else, the baseline too, is the same."""
    gradient, optimiser = corrected_gradient(corrected), corrected_optimiser(corrected)
    settings = Emaml(steps, corrected.inner_rate, sampling=sampling_weight)
    learner = emaml_learner(
        settings, gradient, sizes(networks, corrected.observation_offset), env, optimiser, end_of(env)
    )
    return Method(learner, gradient, Inner(steps, corrected.inner_rate))
