"""The game as a two-time-slice Bayesian network, read off the behaviour of the code.

A variable of slice t is a parent of a variable of slice t + 1 iff the latter's distribution changes with the former
while all others are held fixed: tested on every state and action, for every way in which a causal graph acts.
"""

import itertools
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int

from athanor.tasks.simple_alchemy.environment import ACTIONS, FIRST_DIP, CausalGraph, SimpleAlchemy, State
from athanor.tasks.simple_alchemy.environment import next_vertex as dipped_vertex
from athanor.tasks.simple_alchemy.graphs import ATTRIBUTES, POTIONS, VERTICES, GraphFamily, enumerate_graphs

ATTRIBUTE_NAMES = ("size", "colour", "shape")
OTHER_POTIONS = "potion_full_other"  # potion j as a parent of potion i
_X = ("potion_full", "stone_location", "trial_step", "action")

# The arrows that the post writes down (`seeds/000`, "Task structure as Bayes net"): child of the next slice -> parents.
# A potion is one of a plate of six; the reward is that of the same slice.
POST_ARROWS: dict[str, tuple[str, ...]] = {
    "graph": ("graph",),
    "trial_step": ("trial_step",),
    "stone_location": ("stone_location", "trial_step", "action"),
    "potion_full": _X,
    **{name: (name, "graph", *_X) for name in ATTRIBUTE_NAMES},
    "reward": (*ATTRIBUTE_NAMES, "stone_location"),
}
PARENTS = ("graph", "trial_step", "stone_location", "potion_full", OTHER_POTIONS, *ATTRIBUTE_NAMES, "action")

# The axes of an array over all states and actions, and the components of a next slice.
_PLATE = tuple(f"potion_full_{potion}" for potion in range(POTIONS))
_AXES = (*ATTRIBUTE_NAMES, "stone_location", *_PLATE, "trial_step", "action")
_COMPONENTS = (*ATTRIBUTE_NAMES, "stone_location", *_PLATE, "trial_step", "reward")

Slices = Int[Array, "component *axes"]


class Dependence(NamedTuple):
    """Which components of the next slice depend on what."""

    on_axis: Bool[Array, "component axis"]
    on_graph: Bool[Array, "component"]


def arrows(rules: SimpleAlchemy) -> dict[str, tuple[str, ...]]:
    """Return the parents of each variable of the next slice, found by exhaustion."""
    found = jax.device_get(dependence(rules))
    # A task is an argument of `step` and no part of what it returns: the next slice has the same graph.
    parents: dict[str, set[str]] = {"graph": {"graph"}}
    for row, component in enumerate(_COMPONENTS):
        of = parents.setdefault(_variable(component), set())
        of |= {_parent(component, _AXES[axis]) for axis in np.flatnonzero(found.on_axis[row])}
        of |= {"graph"} if found.on_graph[row] else set()
    return {child: tuple(name for name in PARENTS if name in of) for child, of in parents.items()}


def dependence(rules: SimpleAlchemy) -> Dependence:
    """Compare the next slices over all states and actions, on graphs that stand for all of the family."""
    graphs = enumerate_graphs(rules.family)
    chosen = representatives(graphs)
    attribute, edges = graphs.attribute_of_pair[chosen], graphs.edge_present[chosen]
    return _dependence(rules, CausalGraph(jnp.asarray(attribute), jnp.asarray(edges)))


def representatives(graphs: GraphFamily) -> Int[np.ndarray, "chosen"]:
    """Return graphs among which each pair acts on each attribute with each of its edge sets.

    A graph enters a slice only as the vertex that a dip leads to: a function of the stone that the potion's pair, the
    attribute it acts on and that attribute's edges determine. What a dip depends on in some graph, it therefore depends
    on in one of these; and the first one differs from another where it differs from any.
    """
    seen: set[tuple[int, int, int]] = set()
    chosen = []
    for number, attributes in enumerate(graphs.attribute_of_pair):
        actions = {(p, int(a), int(graphs.edge_set[number, a])) for p, a in enumerate(attributes)}
        if not actions <= seen:
            chosen.append(number)
            seen |= actions
    return np.array(chosen)


def attributes_depend_on_others(rules: SimpleAlchemy) -> Bool[Array, ""]:
    """Return whether, given *all* of the present slice, an attribute's next value informs about another's.

    A graph acts only through the vertex that a dip leads to, so trying all eight covers all graphs of every family.
    """
    states, actions = every_state(rules)
    dipped = jnp.arange(VERTICES)
    joint = jax.vmap(jax.vmap(partial(_joint, rules), (0, 0, None)), (None, None, 0))(states, actions, dipped)
    marginals = [joint.sum(axis=tuple(2 + b for b in range(ATTRIBUTES) if b != a)) for a in range(ATTRIBUTES)]
    product = jnp.einsum("dsi,dsj,dsk->dsijk", *marginals)
    return jnp.any(joint * VERTICES ** (ATTRIBUTES - 1) != product)


def needs_other_attributes(
    tables: Int[np.ndarray, "graph vertex potion"],
) -> Bool[np.ndarray, "graph attribute"]:
    """Tell for which graphs an attribute's next value is no function of that attribute, the potion and the graph alone.

    The tables hold the dips of a stone outside into a full potion before the trial's last step; with any other x of
    the post the next value is the present one, or drawn anew.
    """
    present = np.arange(VERTICES)[:, None] >> np.arange(ATTRIBUTES) & 1  # (vertex, attribute)
    following = tables[..., None] >> np.arange(ATTRIBUTES) & 1  # (graph, vertex, potion, attribute)
    needs = np.zeros((len(tables), ATTRIBUTES), bool)
    for attribute, value in itertools.product(range(ATTRIBUTES), range(2)):
        alike = following[..., attribute][:, present[:, attribute] == value]
        needs[:, attribute] |= np.any(alike != alike[:, :1], axis=(1, 2))
    return needs


def every_state(rules: SimpleAlchemy) -> tuple[State, Int[Array, "situation"]]:
    """Return every state of a trial with every action, in the order of the axes, flat."""
    sizes = (2,) * (ATTRIBUTES + 1 + POTIONS) + (rules.trial_steps, ACTIONS)
    *bits, time, action = np.indices(sizes, dtype=np.int32).reshape(len(sizes), -1)
    stone = sum(bit << a for a, bit in enumerate(bits[:ATTRIBUTES]))
    potions = sum(bit << q for q, bit in enumerate(bits[ATTRIBUTES + 1 :]))
    in_cauldron = bits[ATTRIBUTES].astype(bool)
    state = State(*(jnp.asarray(part) for part in (stone, in_cauldron, potions, time)))
    return state, jnp.asarray(action)


@partial(jax.jit, static_argnums=0)
def _dependence(rules: SimpleAlchemy, tasks: CausalGraph) -> Dependence:
    situations = every_state(rules)
    first = _next_slices(rules, situations, jax.tree.map(lambda leaf: leaf[0], tasks))

    def compare(found: Dependence, task: CausalGraph) -> tuple[Dependence, None]:
        slices = _next_slices(rules, situations, task)
        over = tuple(range(1, slices.ndim))
        on_axis = [jnp.any(slices != jax.lax.slice_in_dim(slices, 0, 1, axis=a), axis=over) for a in over]
        on_graph = jnp.any(slices != first, axis=over)
        return Dependence(found.on_axis | jnp.stack(on_axis, axis=1), found.on_graph | on_graph), None

    nothing = Dependence(jnp.zeros((len(_COMPONENTS), len(_AXES)), bool), jnp.zeros(len(_COMPONENTS), bool))
    found, _ = jax.lax.scan(compare, nothing, tasks)
    return found


def _next_slices(
    rules: SimpleAlchemy, situations: tuple[State, Int[Array, "situation"]], task: CausalGraph
) -> Slices:
    """Return each component's outcome, summed over the eight equally likely stones of the next trial.

    The sum tells distributions apart: a component either is binary or has the same value for all eight.
    """
    states, actions = situations
    outcomes = jax.vmap(lambda state, action: _next_slice(rules, task, state, action))(states, actions)
    sizes = (2,) * (ATTRIBUTES + 1 + POTIONS) + (rules.trial_steps, ACTIONS)
    return outcomes.T.reshape(len(_COMPONENTS), *sizes)


def _next_slice(
    rules: SimpleAlchemy, task: CausalGraph, state: State, action: Int[Array, ""]
) -> Int[Array, "component"]:
    dipped = dipped_vertex(task, state.stone, action - FIRST_DIP)
    following = jax.vmap(lambda fresh: rules.advance(state, action, dipped, fresh))(jnp.arange(VERTICES))
    attributes = following.stone[:, None] >> jnp.arange(ATTRIBUTES)[None] & 1
    potions = following.potions[:, None] >> jnp.arange(POTIONS)[None] & 1
    step = following.time % rules.trial_steps
    location = following.in_cauldron.astype(jnp.int32)
    components = jnp.concatenate([attributes, location[:, None], potions, step[:, None]], axis=1)
    reward = rules.reward_of(state, action).astype(jnp.int32)
    return jnp.append(components.sum(axis=0), reward)


def _joint(
    rules: SimpleAlchemy, state: State, action: Int[Array, ""], dipped: Int[Array, ""]
) -> Int[Array, "2 2 2"]:
    """Count, over the eight fresh stones, how often each combination of attributes comes next."""
    following = jax.vmap(lambda fresh: rules.advance(state, action, dipped, fresh).stone)(
        jnp.arange(VERTICES)
    )
    return jnp.sum(following[:, None] == jnp.arange(VERTICES)[None], axis=0).reshape(2, 2, 2)


def _variable(component: str) -> str:
    """Return the variable of the post's network that a component belongs to."""
    return "potion_full" if component in _PLATE else component


def _parent(component: str, axis: str) -> str:
    """Return what an axis is called as a parent: the potions are a plate, each with itself or another as parent."""
    other_of_plate = component in _PLATE and axis in _PLATE and axis != component
    return OTHER_POTIONS if other_of_plate else _variable(axis)
