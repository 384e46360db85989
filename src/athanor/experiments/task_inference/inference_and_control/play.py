"""Play trials and see all that happens in an agent: its memory beside the exact posterior, moment by moment.

Three players meet the same tasks and luck: an agent of its own; one trained on the exact belief; and that one, fed
what a probe decodes from the first one's memory, which takes in what happens as if it had acted itself.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Key, PRNGKeyArray, PyTree

from athanor.environment import Box
from athanor.experiments.task_inference.inference_and_control.decodings import Decoding
from athanor.learning.networks import Acted, act
from athanor.learning.probe import Probe
from athanor.learning.rollout import Act, rollout
from athanor.observed import BeliefObserved, Believed, extended
from athanor.trial import Trial

Player = Literal["own", "exact", "decoded"]
PLAYERS: tuple[Player, ...] = ("own", "exact", "decoded")
FLAGS = 2  # whether an episode starts, and how much of the trial is over


@dataclass(frozen=True)
class PosteriorObserved(BeliefObserved):
    """A family whose observation ends with the features of the exact posterior, and then with the posterior itself."""

    decoding: Decoding

    @property
    def observation(self) -> Box:
        """Return the space of observations."""
        size = self.decoding.form.size
        return extended(super().observation, Box((-math.inf,) * size, (math.inf,) * size))

    def observe(self, task: Any, state: Believed) -> Float[Array, "size"]:
        """Return the observation, the features and the posterior."""
        return jnp.concatenate([super().observe(task, state), self.decoding.exact(state.belief)])


class Seen(NamedTuple):
    """The parts of an observation of a trial in which everything is seen."""

    observation: Float[Array, "observation"]
    features: Float[Array, "feature"]
    posterior: Float[Array, "number"]
    step: Float[Array, "component_and_reward"]  # the one before
    flags: Float[Array, "2"]

    @property
    def history(self) -> Float[Array, "history"]:
        """Return what an agent sees that infers the task."""
        return jnp.concatenate([self.observation, self.step, self.flags])

    def believing(self, features: Float[Array, "feature"]) -> Float[Array, "believing"]:
        """Return what an agent sees that is fed features of a posterior."""
        return jnp.concatenate([self.observation, features, self.flags])


class Watched(NamedTuple):
    """A game in which everything is seen."""

    trial: Trial
    decoding: Decoding

    def seen(self, whole: Float[Array, "whole"]) -> Seen:
        """Take an observation apart."""
        family = self.trial.environment.family
        observed = family.observation.size
        believed = observed + family.features_size
        known = believed + self.decoding.form.size
        parts = jnp.split(whole, [observed, believed, known, len(whole) - FLAGS])
        return Seen(*parts)


class Minds(NamedTuple):
    """The networks that play."""

    own: Any
    believing: Any  # trained on the features of the exact posterior
    probe: Probe | None = None  # of the first one's memory


class Moments(NamedTuple):
    """Trials as they were played."""

    reward: Float[Array, "trial time"]
    memory: Float[Array, "trial time unit"]  # of the agent of its own, before each action, whoever acted
    posterior: Float[Array, "trial time number"]  # the exact one


def watched(rules: Any, episodes: int, decoding: Decoding) -> Watched:
    """Return a game in which everything is seen."""
    return Watched(Trial(PosteriorObserved(rules, decoding), episodes, see_time=True), decoding)


def play(game: Watched, player: Player, minds: Minds, tasks: PyTree, keys: Key[Array, "trial"]) -> Moments:
    """Play a trial on each task; equal keys are equal luck for all players."""
    acting, first = acting_of(game, player), _start(player, minds)
    rollouts = jax.vmap(lambda task, key: rollout(game.trial, acting, minds, first, task, key))(tasks, keys)
    seen = jax.vmap(jax.vmap(game.seen))(rollouts.observation[:, :-1])
    history = jax.vmap(jax.vmap(lambda seen: seen.history))(seen)
    return Moments(rollouts.reward, jax.vmap(memories, in_axes=(None, 0))(minds.own, history), seen.posterior)


def _start(player: Player, minds: Minds) -> Any:
    return (minds.believing if player == "exact" else minds.own).encoder.start()


def acting_of(game: Watched, player: Player) -> Act:
    """Return how a player acts, given `Minds`."""

    def own(minds: Minds, memory: Any, whole: Array, key: PRNGKeyArray) -> Acted:
        return act(minds.own, memory, game.seen(whole).history, key)

    def exact(minds: Minds, memory: Any, whole: Array, key: PRNGKeyArray) -> Acted:
        seen = game.seen(whole)
        return act(minds.believing, memory, seen.believing(seen.features), key)

    def decoded(minds: Minds, memory: Any, whole: Array, key: PRNGKeyArray) -> Acted:
        assert minds.probe is not None
        seen = game.seen(whole)
        memory, _ = minds.own.encoder(memory, seen.history)
        posterior = game.decoding.form.believed(minds.probe(flat(memory)))
        features = game.decoding.features(posterior, seen.features)
        acted = act(minds.believing, minds.believing.encoder.start(), seen.believing(features), key)
        return acted._replace(memory=memory)

    return {"own": own, "exact": exact, "decoded": decoded}[player]


def memories(network: Any, history: Float[Array, "time history"]) -> Float[Array, "time unit"]:
    """Return what a network remembers before each action of a trial, as one vector each."""

    def step(memory: Any, seen: Array) -> tuple[Any, Array]:
        memory, _ = network.encoder(memory, seen)
        return memory, flat(memory)

    return jax.lax.scan(step, network.encoder.start(), history)[1]


def flat(memory: Any) -> Float[Array, "unit"]:
    """Return a memory as one vector."""
    return jnp.concatenate([leaf.ravel() for leaf in jax.tree.leaves(memory)])
