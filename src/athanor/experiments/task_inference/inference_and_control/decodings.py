"""What a probe decodes in each family, one line each: the form of the posterior, and what an agent is fed of it.

An agent that is trained on the exact belief reads its features. Those of a decoded posterior are made by the same
definition: a feature that is a probability is one under the decoded posterior; a feature that says whether a hypothesis is
possible says whether it is at least half as likely as the likeliest. Of the exact posterior they are the exact features.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from athanor.arc import cells
from athanor.learning.posteriors import Betas, Hypotheses, Posterior
from athanor.tasks.bandit import environment as bandit
from athanor.tasks.grid_navi.environment import Belief as GridBelief
from athanor.tasks.grid_navi.environment import GridNavi
from athanor.tasks.numpad.board import pad_at
from athanor.tasks.numpad.environment import Belief as NumpadBelief
from athanor.tasks.numpad.environment import Numpad
from athanor.tasks.semicircle.environment import Semicircle
from athanor.tasks.simple_alchemy.belief import Belief as GraphBelief
from athanor.tasks.simple_alchemy.belief import consistent
from athanor.tasks.simple_alchemy.environment import SimpleAlchemy
from athanor.tasks.simple_alchemy.graphs import (
    ATTRIBUTES,
    EDGE_SETS,
    PAIRS,
    GraphFamily,
    enumerate_graphs,
)

Numbers = Float[Array, "number"]
Features = Float[Array, "feature"]


class Decoding(NamedTuple):
    """How a family's posterior is decoded."""

    form: Posterior
    exact: Callable[[Any], Numbers]  # of a belief
    features: Callable[
        [Numbers, Features], Features
    ]  # of a posterior; what is no inference is as in those given


def chances(rules: bandit.Bandit) -> Decoding:
    """Decode the beta distributions of independent arms; raise ValueError for arms that depend."""
    if rules.dependent:
        raise ValueError("dependent is true, must be false: the posterior of dependent arms is no product")

    def exact(belief: bandit.Belief) -> Numbers:
        return 1.0 + jnp.concatenate([belief.successes, belief.failures]).astype(jnp.float32)

    def features(posterior: Numbers, known: Features) -> Features:
        del known
        first, second = jnp.split(posterior, 2)
        mean = first / (first + second)
        deviation = jnp.sqrt(mean * (1 - mean) / (first + second + 1))
        return jnp.concatenate([mean, deviation / bandit.PRIOR_DEVIATION])

    return Decoding(Betas(rules.arms), exact, features)


def goal(rules: GridNavi) -> Decoding:
    """Decode which candidate is the goal."""

    def exact(belief: GridBelief) -> Numbers:
        return uniform(belief.candidates)

    def features(posterior: Numbers, known: Features) -> Features:
        del known
        return rules.features(GridBelief(relative(posterior) >= 0.5))

    return Decoding(Hypotheses(rules.features_size), exact, features)


def sequence(rules: Numpad) -> Decoding:
    """Decode the sequence; what was earned is no inference."""
    at = pad_at(rules.rows, rules.columns, rules.pads).astype(np.float32)

    def exact(belief: NumpadBelief) -> Numbers:
        return uniform(belief.consistent)

    def features(posterior: Numbers, known: Features) -> Features:
        weight = relative(posterior)
        marginals = jnp.tensordot(weight, jnp.asarray(at), axes=1) / jnp.sum(weight)
        return jnp.concatenate([marginals.ravel(), known[-1:]])

    return Decoding(Hypotheses(len(at)), exact, features)


def angle(rules: Semicircle) -> Decoding:
    """Decode the cell of the arc that holds the target."""

    def exact(belief: Any) -> Numbers:
        return uniform(belief.possible)

    def features(posterior: Numbers, known: Features) -> Features:
        del known
        return cells.features(relative(posterior) >= 0.5)

    return Decoding(Hypotheses(rules.cells), exact, features)


def graph(rules: SimpleAlchemy) -> Decoding:
    """Decode the causal graph: logits sum over pairs of what each acts on and which edges that has."""
    graphs = enumerate_graphs(rules.family)
    entry = entries(graphs, len(EDGE_SETS[rules.family]))  # (graph, pair, attribute, edge set)
    edges = EDGE_SETS[rules.family].astype(np.float32)

    def exact(belief: GraphBelief) -> Numbers:
        return uniform(consistent(graphs, belief))

    def features(posterior: Numbers, known: Features) -> Features:
        weight = relative(posterior)
        mass = jnp.tensordot(weight, jnp.asarray(entry), axes=1)
        acts_on = jnp.sum(mass, axis=-1)
        shares = mass @ jnp.asarray(edges) / jnp.where(acts_on > 0, acts_on, 1.0)[..., None]
        # What a pair does not act on at all has no edges to be known; there its features mean nothing.
        idle = known[PAIRS * ATTRIBUTES :].reshape(shares.shape)
        shares = jnp.where(acts_on[..., None] > 0, shares, idle)
        return jnp.concatenate([(acts_on / jnp.sum(weight)).ravel(), shares.ravel()])

    return Decoding(Hypotheses(len(entry), entry.reshape(len(entry), -1)), exact, features)


def entries(graphs: GraphFamily, sets: int) -> Float[np.ndarray, "graph pair attribute set"]:
    """Return 1 where a pair acts on an attribute that has an edge set, else 0."""
    attribute = graphs.attribute_of_pair
    edge_set = np.take_along_axis(graphs.edge_set, attribute, axis=1)
    on = attribute[..., None, None] == np.arange(ATTRIBUTES)[:, None]
    return np.asarray(on & (edge_set[..., None, None] == np.arange(sets)), np.float32)


def uniform(possible: Array) -> Numbers:
    """Return equal probabilities of what is possible."""
    weight = possible.astype(jnp.float32)
    return weight / jnp.maximum(jnp.sum(weight), 1.0)


def relative(posterior: Numbers) -> Numbers:
    """Return probabilities as shares of the greatest: 1 for all that is possible, where these are equally likely."""
    return posterior / jnp.max(posterior)


DECODINGS: dict[str, Callable[[Any], Decoding]] = {
    "bandit": chances,
    "grid_navi": goal,
    "numpad": sequence,
    "simple_alchemy": graph,
    "semicircle": angle,
}


def decoding_of(family: str, rules: Any) -> Decoding:
    """Return how a family's posterior is decoded; raise ValueError for a family without a line."""
    if family not in DECODINGS:
        raise ValueError(f"family is {family!r}, must be one of {', '.join(DECODINGS)}")
    return DECODINGS[family](rules)
