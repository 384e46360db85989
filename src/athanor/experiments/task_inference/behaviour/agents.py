"""The two agents: one that infers the task, told it in training, and one that draws a latent task for each episode."""

from functools import partial
from typing import Any, NamedTuple

import jax.numpy as jnp
import optax
from jaxtyping import Array, Float

from athanor.arc.cells import point
from athanor.experiments.task_inference.behaviour.config import Behaviour, PearlSettings
from athanor.experiments.task_inference.learning.config import Learning
from athanor.experiments.task_inference.learning.families import family_of
from athanor.experiments.task_inference.learning.learners import learner_of, problem_of, seen
from athanor.learning.learner import Learner
from athanor.learning.pearl_learner import pearl_learner
from athanor.learning.pearl_loss import Pearl
from athanor.learning.pearl_networks import Exploration
from athanor.learning.replay import Replay, uniform_replay
from athanor.tasks.sparse_navigation.environment import SparseNavigation
from athanor.trial import Trial


class Agent(NamedTuple):
    """A learner, how it is trained, and the trials that it is judged on."""

    learner: Learner
    batch: int  # trials of an update
    updates: int
    replay: Replay | None
    trial: Trial

    def start(self, params: Any) -> Any:
        """Return the memory before a trial."""
        return params.start() if self.replay else params.encoder.start()


def agent_of(name: str, behaviour: Behaviour, learning: Learning) -> Agent:
    """Return an agent by its name."""
    family, game = family_of(behaviour.belief_network.family), behaviour.belief_network
    rules = family.rules(game.setting)
    if name == "belief_network":
        problem = problem_of(learning, game)
        trial = seen(problem, "history")
        return Agent(learner_of(name, problem), game.batch, game.updates, None, trial)
    if name == "pearl":
        return _pearl(behaviour.pearl, rules, Trial(rules, game.episodes))
    raise ValueError(f"agent is {name}, must be belief_network or pearl")


def nearness(
    rules: SparseNavigation, task: Any, before: Float[Array, "3"], action: Float[Array, "2"], reward: Any
) -> Float[Array, ""]:
    """Return minus the distance to the target after an action: what PEARL learns from and does not see."""
    del reward
    return -jnp.linalg.norm(rules.moved(before[:2], action) - point(task.angle))


def _pearl(own: PearlSettings, rules: SparseNavigation, judged: Trial) -> Agent:
    exploration = Exploration(own.roaming_episodes, own.prior_episodes)
    trained = Trial(rules, sum(exploration) + own.posterior_episodes)
    optimiser = optax.chain(optax.clip_by_global_norm(own.largest_gradient), optax.adam(own.rate))
    settings = Pearl(
        hidden=own.hidden,
        components=own.components,
        with_prior=True,
        discount=own.discount,
        entropy=own.entropy,
        kl_weight=own.kl_weight,
        exploration=exploration,
        context=own.context,
        transitions=own.transitions,
        steps=own.optimiser_steps,
        target_rate=own.target_rate,
    )
    learner = pearl_learner(settings, trained, optimiser, teach=partial(nearness, rules))
    replay = uniform_replay(own.capacity, own.optimiser_steps * own.batch)
    return Agent(learner, own.collected, own.updates, replay, judged)
