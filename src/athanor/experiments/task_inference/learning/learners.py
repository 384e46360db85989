"""The learners, one line each: what an agent is made of, and what it observes."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import optax

from athanor.experiments.task_inference.learning.config import Game, Learning
from athanor.experiments.task_inference.learning.families import Supervised
from athanor.learning.agents import Agent, agent_network, supervision
from athanor.learning.learner import Learner
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent, recurrent_learner
from athanor.observed import BeliefObserved, TaskObserved
from athanor.trial import Trial


class Problem(NamedTuple):
    """What a learner is given: the rules, what it can be told in training, and the settings."""

    rules: Any
    supervised: Supervised
    game: Game
    learning: Learning


Build = Callable[[Problem], Learner]
Observed = Literal["history", "posterior", "task", "nothing"]


def composed(
    observed: Observed = "history",
    memory: bool = False,
    belief: Literal["none", "separate", "shared"] = "none",
    reads: Literal["features", "outputs"] = "features",
    stops_gradient: bool = True,
) -> Build:
    """Return the learner whose agent is composed so, trained by PPO; without a history it sees no past step."""

    def build(problem: Problem) -> Learner:
        game, learning = problem.game, problem.learning
        description, describe = problem.supervised
        agent = Agent(memory, belief, reads, stops_gradient, game.hidden)
        return recurrent_learner(
            Recurrent(
                game.hidden,
                game.epochs,
                learning.value_weight,
                game.reward_scale,
                entropy_updates=game.updates,
            ),
            gradient_of(problem),
            seen(problem, observed),
            optimiser_of(problem),
            auxiliary=None if belief == "none" else supervision(description, describe, game.belief_weight),
            network=lambda inputs, action, key: agent_network(agent, description, inputs, action, key),
        )

    return build


def seen(problem: Problem, observed: Observed) -> Trial:
    """Return the trials as an agent sees them; all see how much of a trial is over, the belief does not hold that."""
    wrapped = {"posterior": BeliefObserved, "task": TaskObserved}.get(observed)
    rules = wrapped(problem.rules) if wrapped else problem.rules
    history = observed == "history"
    return Trial(rules, problem.game.episodes, see_action=history, see_reward=history, see_time=True)


def gradient_of(problem: Problem) -> PolicyGradient:
    """Return how the policy gradient is estimated."""
    game = problem.game
    return PolicyGradient(
        discount=game.discount,
        gae_lambda=game.gae_lambda,
        clip=problem.learning.clip,
        entropy=game.entropy,
    )


def optimiser_of(problem: Problem) -> optax.GradientTransformation:
    """Return Adam with a rate that falls linearly, on gradients of limited norm."""
    game = problem.game
    rate = optax.linear_schedule(game.rate, game.rate * game.last_rate, game.updates * game.epochs)
    return optax.chain(
        optax.clip_by_global_norm(problem.learning.largest_gradient), optax.adam(rate, eps=1e-5)
    )


LEARNERS: dict[str, Build] = {
    "recurrent": composed(memory=True),
    "belief_network": composed(belief="separate"),
    "auxiliary_head": composed(memory=True, belief="shared"),
    "belief_outputs": composed(belief="separate", reads="outputs"),
    "belief_gradients": composed(belief="separate", stops_gradient=False),
    "belief_memory": composed(belief="separate", memory=True),
    "exact_belief": composed(observed="posterior"),
    "contextual": composed(observed="task"),
    "multitask": composed(observed="nothing"),
}


def learner_of(name: str, problem: Problem) -> Learner:
    """Return a learner of a game; raise ValueError for an unknown one."""
    if name not in LEARNERS:
        raise ValueError(f"learner is {name!r}, must be one of {', '.join(LEARNERS)}")
    return LEARNERS[name](problem)
