"""Train recurrent learning (RL²) and MAML on bandits with uniform arms, and test them there and on arms from Beta(2, 1).

A trial has some pulls on one draw of the arms. RL² remembers them; MAML pulls one half, takes a gradient step on them, and
pulls the other half. Scores are 0 for random pulls and 1 for the optimum of the arms' own distribution.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.overview.learned.config import ShiftedBandit
from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.progress import progress
from athanor.learning.learner import Learner, Networks
from athanor.learning.learners import MetaLearning, meta_learner
from athanor.learning.maml import Collected
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent, recurrent_learner
from athanor.learning.training import Run, begin, train
from athanor.results import read_table
from athanor.tasks.bandit.environment import Arms, Bandit
from athanor.trial import Trial

ARMS, PULLS = 5, 10
ALPHA = {"uniform": 1.0, "shifted": 2.0}  # of Beta(α, 1), that arms are drawn from


class Method(NamedTuple):
    """A learner, and what the trials that it collects earned."""

    learner: Learner
    returns: Callable[[Any], Float[Array, "trial"]]


Scores = Float[np.ndarray, "run point tested"]


def run(shifted_bandit: ShiftedBandit, answers: Path, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `shifted_bandit`: scores along training, and by how much they fall from uniform arms to shifted ones."""
    keys = list(jax.random.split(key, shifted_bandit.runs))
    low, high = bounds(read_table(answers))
    scores = {}
    for system, method in {"rl2": recurrent(shifted_bandit), "maml": maml(shifted_bandit)}.items():
        program = jax.jit(partial(earned, shifted_bandit, method))
        found = np.array([program(key) for key in progress(keys, len(keys), f"{system}: runs")], float)
        scores[system] = (found - low) / (high - low)
    return {"shifted_bandit": pd.DataFrame(list(described(scores)), columns=list(Learned._fields))}


def bounds(answers: pd.DataFrame) -> tuple[Float[np.ndarray, "tested"], Float[np.ndarray, "tested"]]:
    """Return what random pulls and the optimum earn on each kind of arms."""
    name = f"{ARMS}x{PULLS}"
    value = answers.set_index(["row", "family", "setting", "quantity"])["value"].sort_index()
    uniform, shifted = value.loc[1, "bandit", name], value.loc[5, "bandit", f"{name}_shifted"]
    low = uniform["memoryless"], shifted["random"]
    return np.array(low), np.array([uniform["meta"], shifted["optimal"]])


def described(scores: dict[str, Scores]) -> Iterator[Learned]:
    """Yield scores at each point, how far they fall on shifted arms at the end, and how both differ between systems."""
    for system, of_system in scores.items():
        for (number, point, at), score in np.ndenumerate(of_system):
            yield Learned(5, system, "bandit", f"{list(ALPHA)[at]}_{point}", number, "score", float(score))
        for number, (uniform, shifted) in enumerate(of_system[:, -1]):
            values = {"uniform": uniform, "shifted": shifted, "fall": uniform - shifted}
            for quantity, value in values.items():
                yield Learned(5, system, "bandit", "end", number, quantity, float(value))
    for number, more in enumerate(scores["rl2"] - scores["maml"]):
        yield Learned(5, "rl2", "bandit", "uniform_1", number, "over_maml", float(more[1, 0]))
        yield Learned(5, "rl2", "bandit", "end", number, "fall_over_maml", float(more[-1, 0] - more[-1, 1]))


def recurrent(settings: ShiftedBandit) -> Method:
    """Return recurrent learning of whole trials."""
    learner = recurrent_learner(
        Recurrent(settings.hidden, settings.epochs, entropy_updates=settings.updates),
        PolicyGradient(1.0, settings.gae_lambda, entropy=settings.entropy, clip=0.2),
        Trial(Bandit(ARMS, PULLS), see_start=False),
        _adam(settings.rate, settings.updates * settings.epochs),
    )
    return Method(learner, lambda played: played.measure)


def maml(settings: ShiftedBandit) -> Method:
    """Return MAML, to which each pull is an episode."""
    gradient = PolicyGradient(
        1.0, trajectories=PULLS // 2, baseline="none", normalise=True, entropy=settings.maml_entropy
    )
    learner = meta_learner(
        MetaLearning("maml", 1, settings.inner_rate),
        gradient,
        Networks(settings.hidden),
        Bandit(ARMS, 1),
        _adam(settings.outer_rate, settings.updates),
    )

    def returns(seen: Collected) -> Float[Array, "trial"]:
        before, after = seen.support.batch.measure[:, 0], seen.query.measure
        return jnp.sum(before + after, axis=1)

    return Method(learner, returns)


def _adam(rate: float, steps: int) -> optax.GradientTransformation:
    return optax.chain(
        optax.clip_by_global_norm(1.0), optax.adam(optax.linear_schedule(rate, 0.1 * rate, steps))
    )


def earned(settings: ShiftedBandit, method: Method, key: PRNGKeyArray) -> Float[Array, "point tested"]:
    """Train a run, and return the mean return of a trial on either kind of arms, before training and along it."""
    learner, (begin_key, train_key, *test_keys) = method.learner, jax.random.split(key, 4)

    def sample(key: PRNGKeyArray, update: Array) -> Arms:
        del update  # all updates are alike
        return drawn(settings.batch, jnp.float32(ALPHA["uniform"]), key)

    def test(run: Run) -> Float[Array, "tested"]:
        def on(alpha: Float[Array, ""]) -> Float[Array, ""]:
            seen = learner.collect(run.state, drawn(settings.held_out, alpha, test_keys[0]), test_keys[1])
            return jnp.mean(method.returns(seen))

        return jnp.where(run.finite, jax.lax.map(on, jnp.array(list(ALPHA.values()))), jnp.nan)

    def advance(run: Run, block: Array) -> tuple[Run, Float[Array, "tested"]]:
        trained, _, _ = train(learner, sample, run, settings.block, train_key)
        run = jax.tree.map(lambda new, old: jnp.where(block > 0, new, old), trained, run)
        return run, test(run)

    return jax.lax.scan(advance, begin(learner, begin_key), jnp.arange(settings.points + 1))[1]


def drawn(count: int, alpha: Float[Array, ""], key: PRNGKeyArray) -> Arms:
    """Draw the arms of some trials from Beta(α, 1), by inverting its distribution function x^α."""
    return Arms(jax.random.uniform(key, (count, ARMS)) ** (1 / alpha))
