"""Train LSTMs on short epochs of the barcode bandit, with and without episodic reinstatement, and test them on long ones."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.overview.exact.config import ExactAnswers
from athanor.experiments.overview.learned.config import Reinstatement
from athanor.experiments.overview.learned.row import Learned
from athanor.learning.episodic_lstm import ArmsActorCritic, Memory, Reinstating, reinstating_actor_critic
from athanor.learning.learner import Learner
from athanor.learning.networks import act
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent, recurrent_learner
from athanor.learning.rollout import Rollout, rollout
from athanor.learning.training import begin, train
from athanor.results import read_table
from athanor.tasks.contextual_bandit.environment import ContextualBandit
from athanor.trial import Trial

SYSTEMS = {  # whether the dictionary is read, and whether exposures start without the cell state of the one before
    "episodic_lstm": (1.0, 1.0),
    "lstm": (0.0, 1.0),
    "lstm_kept": (0.0, 0.0),
}
REMEMBERED = 3  # the exposure from which on memory is judged


def run(
    exact_answers: ExactAnswers, reinstatement: Reinstatement, answers: Path, key: PRNGKeyArray
) -> dict[str, pd.DataFrame]:
    """Return `reinstatement`: what each exposure earns, and its share of what perfect memory earns."""
    tested = ContextualBandit(exposures=exact_answers.contextual_bandit.exposures)
    perfect, first = exact(read_table(answers), tested)
    keys, rows = jax.random.split(key, reinstatement.runs), []
    program = jax.jit(jax.vmap(partial(earned, reinstatement, tested), in_axes=(None, 0)))
    for system, memory in SYSTEMS.items():
        for number, by_exposure in enumerate(
            np.asarray(program(Memory(*map(jnp.float32, memory)), keys), float)
        ):
            for quantity, value in described(by_exposure, perfect, first):
                rows.append(
                    Learned(17, system, "contextual_bandit", setting(tested), number, quantity, value)
                )
    return {"reinstatement": pd.DataFrame(rows, columns=list(Learned._fields))}


def setting(rules: ContextualBandit) -> str:
    """Return how the game is called among the exact answers."""
    return f"{rules.arms}x{rules.pulls}"


def exact(answers: pd.DataFrame, rules: ContextualBandit) -> tuple[Float[np.ndarray, "exposure"], float]:
    """Return what perfect memory earns in each exposure, and the best of a first one."""
    rows = answers[(answers["row"] == 17) & (answers["setting"] == setting(rules))]
    value = rows.set_index("quantity")["value"]
    perfect = [value[f"exposure_{number}"] for number in range(1, rules.exposures + 1)]
    return np.array(perfect, float), float(value["first_exposure"])


def described(
    earned: Float[np.ndarray, "exposure"], perfect: Float[np.ndarray, "exposure"], first: float
) -> Iterator[tuple[str, float]]:
    """Yield returns by exposure, the least share of perfect memory once there is some, and the mean less a first optimum.

    It is the mean over exposures: the greatest of them lies above its expectation by chance.
    """
    for number, value in enumerate(earned, 1):
        yield f"exposure_{number}", float(value)
    yield "least_share", float((earned / perfect)[REMEMBERED - 1 :].min())
    yield "above_first", float(earned.mean() - first)


def earned(
    settings: Reinstatement, tested: ContextualBandit, memory: Memory, key: PRNGKeyArray
) -> Float[Array, "exposure"]:
    """Train a network, and return the mean return of each exposure of epochs of the tested size."""
    rules = replace(tested, contexts=settings.contexts, exposures=settings.exposures)
    learner = _learner(settings, Trial(rules, see_start=False), memory)
    train_key, test_key = jax.random.split(key)

    def sample(key: PRNGKeyArray, update: Array) -> Any:
        del update  # all updates are alike
        return jax.vmap(rules.sample_task)(jax.random.split(key, settings.batch))

    finished, _, _ = train(learner, sample, begin(learner, train_key), settings.updates, train_key)
    trained = with_places(finished.state.params, tested.contexts)
    play = partial(_play, tested, trained)
    return jnp.mean(jax.vmap(play)(jax.random.split(test_key, settings.test_epochs)), axis=0)


def _learner(settings: Reinstatement, environment: Trial, memory: Memory) -> Learner:
    rules = environment.environment
    sizes = Reinstating(rules.arms, rules.bits, settings.hidden, settings.contexts)
    gradient = PolicyGradient(
        settings.discount, settings.gae_lambda, entropy=settings.entropy, clip=settings.clip
    )
    falling = optax.linear_schedule(settings.rate, 0.1 * settings.rate, settings.updates * settings.epochs)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(falling))
    return recurrent_learner(
        Recurrent(
            settings.hidden,
            settings.epochs,
            reward_scale=settings.reward_scale,
            entropy_updates=settings.updates,
        ),
        gradient,
        environment,
        optimiser,
        network=lambda inputs, action, key: reinstating_actor_critic(sizes, memory, key),
    )


def with_places(network: ArmsActorCritic, places: int) -> ArmsActorCritic:
    """Return the network with another number of places in its dictionary."""
    encoder = network.encoder
    return replace(network, encoder=replace(encoder, settings=replace(encoder.settings, places=places)))


def _play(rules: ContextualBandit, network: ArmsActorCritic, key: PRNGKeyArray) -> Float[Array, "exposure"]:
    task_key, play_key = jax.random.split(key)
    environment = Trial(rules, see_start=False)
    task = rules.sample_task(task_key)
    return by_exposure(rules, rollout(environment, act, network, network.encoder.start(), task, play_key))


def by_exposure(rules: ContextualBandit, played: Rollout) -> Float[Array, "exposure"]:
    """Return the mean return of first exposures, of second ones, and so on."""
    order = played.state.state.order
    of_exposure = jnp.sum(played.reward.reshape(len(order), rules.pulls), axis=1)
    before = jnp.sum(jnp.tril(order[:, None] == order, -1), axis=1, dtype=jnp.int32)
    return jnp.zeros(rules.exposures).at[before].add(of_exposure) / rules.contexts
