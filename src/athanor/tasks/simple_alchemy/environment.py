"""Simple Alchemy as an environment: one stone, six potions, a cauldron, and a hidden causal graph."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.environment import Box, Discrete, Transition
from athanor.tasks.simple_alchemy import belief as beliefs
from athanor.tasks.simple_alchemy.belief import Belief
from athanor.tasks.simple_alchemy.belief import CausalGraph as CausalGraph
from athanor.tasks.simple_alchemy.graphs import (
    ATTRIBUTES,
    EDGE_AT,
    EDGE_SETS,
    EDGES,
    PAIRS,
    PERMUTATIONS,
    POTIONS,
    VERTICES,
    Family,
)

RewardMode = Literal["per_step", "on_deposit"]
REWARD_MODES: tuple[RewardMode, ...] = ("per_step", "on_deposit")

NO_OP = 0
FIRST_DIP = 1  # action 1 + q dips the stone into potion q
DEPOSIT = FIRST_DIP + POTIONS
ACTIONS = DEPOSIT + 1
ALL_FULL = 2**POTIONS - 1
OBSERVATION_SIZE = ATTRIBUTES + 1 + POTIONS + 1


class Objective(NamedTuple):
    """What an agent maximises: the rewards of a mode, discounted."""

    reward: RewardMode
    discount: float  # per step


def deposit_values(objective: Objective, trial_steps: int) -> Float[np.ndarray, "step"]:
    """Return what depositing a goal stone at each step of a trial is worth, discounted to that step.

    `per_step` pays at every later step of the trial: the sum of discount^k over k = 1 ... trial_steps - 1 - step.
    `on_deposit` pays 1 at once.
    """
    if objective.reward == "on_deposit":
        return np.ones(trial_steps)
    payments = np.cumsum(objective.discount ** np.arange(1, trial_steps))
    return np.concatenate([[0.0], payments])[::-1]


class State(NamedTuple):
    """Everything but the graph; fully observed."""

    stone: Int[Array, ""]  # vertex of the cube, bit a = attribute a
    in_cauldron: Bool[Array, ""]
    potions: Int[Array, ""]  # bit q set iff potion q is full
    time: Int[Array, ""]  # steps since the start of the episode


@dataclass(frozen=True)
class SimpleAlchemy:
    """The rules of the game: parameters that all tasks share."""

    family: Family = "three_edges"
    goal: int = 0  # vertex of the stone that is worth 1
    trials: int = 5
    trial_steps: int = 20
    reward: RewardMode = "per_step"

    def __post_init__(self) -> None:
        for name, allowed in (("family", get_args(Family)), ("reward", REWARD_MODES)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}, must be one of {', '.join(allowed)}")
        if not 0 <= self.goal < VERTICES:
            raise ValueError(f"goal is {self.goal}, must be from 0 to {VERTICES - 1}")
        for name in ("trials", "trial_steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, must be at least 1")

    @property
    def steps(self) -> int:
        """Return the steps of an episode."""
        return self.trials * self.trial_steps

    @property
    def observation(self) -> Box:
        """Return the space of observations."""
        return Box((0.0,) * OBSERVATION_SIZE, (1.0,) * OBSERVATION_SIZE)

    @property
    def action(self) -> Discrete:
        """Return the space of actions: nothing, a dip into each potion, the deposit."""
        return Discrete(ACTIONS)

    def sample_task(self, key: PRNGKeyArray) -> CausalGraph:
        """Draw a causal graph uniformly from the family."""
        permutation_key, edge_key = jax.random.split(key)
        sets = jnp.asarray(EDGE_SETS[self.family])
        permutation = jax.random.randint(permutation_key, (), 0, len(PERMUTATIONS))
        edge_set = jax.random.randint(edge_key, (ATTRIBUTES,), 0, len(sets))
        return CausalGraph(jnp.asarray(PERMUTATIONS)[permutation], sets[edge_set])

    def reset(self, task: CausalGraph, key: PRNGKeyArray) -> State:
        """Start an episode: a stone drawn uniformly, outside the cauldron, all potions full."""
        del task  # the start does not depend on the graph
        return State(draw_stone(key), jnp.bool_(False), jnp.int32(ALL_FULL), jnp.int32(0))

    def step(
        self, task: CausalGraph, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Pay for the current state, then act; the key draws the next trial's stone where a trial ends.

        Once the episode is over, nothing happens.
        """
        ended = state.time >= self.steps
        dipped = next_vertex(task, state.stone, action - FIRST_DIP)
        advanced = self.advance(state, action, dipped, draw_stone(key))
        following = jax.tree.map(lambda old, new: jnp.where(ended, old, new), state, advanced)
        return following, Transition(self.reward_of(state, action), following.time >= self.steps)

    def advance(
        self,
        state: State,
        action: Int[Array, ""],
        dipped_stone: Int[Array, ""],
        fresh_stone: Int[Array, ""],
    ) -> State:
        """Apply an action, given what a dip makes of the stone and which stone the next trial would start with."""
        dips = is_dip(state, action)
        stone = jnp.where(dips, dipped_stone, state.stone)
        potions = jnp.where(dips, state.potions & ~(1 << (action - FIRST_DIP)), state.potions)
        in_cauldron = state.in_cauldron | (action == DEPOSIT)
        time = state.time + 1
        ends = time % self.trial_steps == 0
        return State(
            jnp.where(ends, fresh_stone, stone),
            in_cauldron & ~ends,
            jnp.where(ends, ALL_FULL, potions),
            time,
        )

    def reward_of(self, state: State, action: Int[Array, ""]) -> Float[Array, ""]:
        """Return the reward of a step: for a goal stone that lies in the cauldron, or for depositing it."""
        paying = state.in_cauldron if self.reward == "per_step" else ~state.in_cauldron & (action == DEPOSIT)
        return jnp.where(paying & (state.stone == self.goal) & (state.time < self.steps), 1.0, 0.0)

    def observe(self, task: CausalGraph, state: State) -> Float[Array, "11"]:
        """Return the observation: attributes, in cauldron, potions full (0 or 1 each), step of the trial in [0, 1)."""
        del task  # the graph is hidden
        attributes = state.stone >> jnp.arange(ATTRIBUTES) & 1
        potions = state.potions >> jnp.arange(POTIONS) & 1
        step = (state.time % self.trial_steps) / self.trial_steps
        return jnp.concatenate(
            [attributes, state.in_cauldron[None], potions, step[None]],
            dtype=jnp.float32,
        )

    @property
    def description(self) -> Box:
        """Return the space of descriptions: for each pair which attribute it acts on, and which edges are present."""
        size = PAIRS * ATTRIBUTES + ATTRIBUTES * EDGES
        return Box((0.0,) * size, (1.0,) * size)

    def describe(self, task: CausalGraph) -> Float[Array, "21"]:
        """Return a graph as zeros and ones."""
        acts_on = task.attribute_of_pair[:, None] == jnp.arange(ATTRIBUTES)
        return jnp.concatenate([acts_on.ravel(), task.edge_present.ravel()], dtype=jnp.float32)

    @property
    def features_size(self) -> int:
        """Return the number of features of a belief."""
        return beliefs.FEATURES

    def prior(self) -> Belief:
        """Return the belief before anything was seen."""
        return beliefs.prior(self.family)

    def update(
        self,
        belief: Belief,
        observation: Float[Array, "11"],
        action: Int[Array, ""],
        reward: Float[Array, ""],
        following: Float[Array, "11"],
    ) -> Belief:
        """Condition a belief on a step; the one that ends a trial does not show what its dip did."""
        del reward
        before, after = read(observation), read(following)
        potion = jnp.clip(action - FIRST_DIP, 0, POTIONS - 1)
        learnt = beliefs.update(self.family, belief, before.stone, potion, after.stone)
        return jnp.where(is_dip(before, action) & (following[-1] > 0), learnt, belief)

    def features(self, belief: Belief) -> Float[Array, "feature"]:
        """Return probabilities that determine the belief."""
        return beliefs.features(self.family, belief)


def read(observation: Float[Array, "11"]) -> State:
    """Return the state that is observed, but for the time, which is not kept."""
    flags = jnp.round(observation).astype(jnp.int32)
    stone = flags[:ATTRIBUTES] @ (1 << jnp.arange(ATTRIBUTES))
    potions = flags[ATTRIBUTES + 1 : -1] @ (1 << jnp.arange(POTIONS))
    return State(stone, flags[ATTRIBUTES] == 1, potions, jnp.int32(0))


def is_dip(state: State, action: Int[Array, ""]) -> Bool[Array, ""]:
    """Return whether an action dips a stone that lies outside into a potion that is full."""
    potion = jnp.clip(action - FIRST_DIP, 0, POTIONS - 1)
    names_potion = (action >= FIRST_DIP) & (action < DEPOSIT)
    return names_potion & ~state.in_cauldron & ((state.potions >> potion & 1) == 1)


def next_vertex(task: CausalGraph, stone: Int[Array, ""], potion: Int[Array, ""]) -> Int[Array, ""]:
    """Return the vertex that a stone becomes when dipped into a full potion."""
    pair, colour = jnp.divmod(potion, 2)
    attribute = task.attribute_of_pair[jnp.clip(pair, 0, PAIRS - 1)]
    movable = (stone >> attribute & 1) == colour
    present = task.edge_present[attribute, jnp.asarray(EDGE_AT)[attribute, stone]]
    return jnp.where(movable & present, stone ^ (1 << attribute), stone)


def draw_stone(key: PRNGKeyArray) -> Int[Array, ""]:
    """Draw a stone uniformly from the eight vertices."""
    return jax.random.randint(key, (), 0, VERTICES)


def vertex_of(attributes: tuple[int, ...]) -> int:
    """Return the vertex with the given attributes."""
    return int(np.dot(attributes, 2 ** np.arange(ATTRIBUTES)))
