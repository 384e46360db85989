"""The rules of Simple Alchemy a second time, in plain Python, from the written description alone."""

import itertools

import pytest

from athanor.tasks.simple_alchemy.belief_sets import BeliefSets, reachable_beliefs

Vertex = tuple[int, int, int]


class PlainGame:
    """One episode, with vertices as tuples, edges as pairs of vertices, and potions as (attribute, direction)."""

    def __init__(self, acts_on, edges, start, *, trials=5, trial_steps=20, goal=(0, 0, 0), reward="per_step"):
        """Start with a stone; `acts_on[p]` is the attribute of colour pair p, `edges` a set of frozensets."""
        self.acts_on, self.edges = acts_on, edges
        self.trials, self.trial_steps, self.goal, self.reward = trials, trial_steps, goal, reward
        self.step_of_episode = 0
        self._start_trial(start)

    def _start_trial(self, stone: Vertex) -> None:
        self.stone, self.in_cauldron, self.full = stone, False, set(range(6))

    def step(self, action: int, next_start: Vertex) -> tuple[float, bool]:
        """Return reward and whether the episode is over; `next_start` is used if this step ends the trial."""
        reward = self._act(action)
        self.step_of_episode += 1
        if self.step_of_episode % self.trial_steps == 0:
            self._start_trial(next_start)
        return reward, self.step_of_episode == self.trials * self.trial_steps

    def _act(self, action: int) -> float:
        if self.in_cauldron:
            return float(self.reward == "per_step" and self.stone == self.goal)
        if action == 7:
            self.in_cauldron = True
            return float(self.reward == "on_deposit" and self.stone == self.goal)
        if 1 <= action <= 6 and action - 1 in self.full:
            self.full.remove(action - 1)
            self.stone = self.dipped(self.stone, action - 1)
        return 0.0

    def dipped(self, stone: Vertex, potion: int) -> Vertex:
        """Return clip(stone + potion, 0, 1), or the stone as it was where the graph lacks that edge."""
        change = [0, 0, 0]
        change[self.acts_on[potion // 2]] = 1 if potion % 2 == 0 else -1
        moved = tuple(min(max(s + c, 0), 1) for s, c in zip(stone, change, strict=True))
        return moved if frozenset((stone, moved)) in self.edges else stone

    def observation(self) -> list[float]:
        """Return what an agent sees."""
        potions = [float(potion in self.full) for potion in range(6)]
        step = self.step_of_episode % self.trial_steps / self.trial_steps
        return [*self.stone, float(self.in_cauldron), *potions, step]


def present_edges(edge_present) -> set[frozenset[Vertex]]:
    """Return the cube edges that an array (attribute, edge) of flags stands for."""
    edges = set()
    for attribute, (high, low) in itertools.product(range(3), itertools.product((0, 1), repeat=2)):
        if edge_present[attribute][2 * high + low]:
            ends = [[low, high], [low, high]]
            for end, bit in zip(ends, (0, 1), strict=True):
                end.insert(attribute, bit)
            edges.add(frozenset(tuple(end) for end in ends))
    return edges


def attributes_of(vertex: int) -> Vertex:
    """Return the three attributes of a numbered vertex."""
    return vertex & 1, vertex >> 1 & 1, vertex >> 2 & 1


@pytest.fixture(scope="session")
def beliefs() -> BeliefSets:
    """Give the beliefs that can be reached with goal 000, enumerated once."""
    return reachable_beliefs(0)


@pytest.fixture(scope="session")
def plain():
    """Give the plain rules to a test."""

    class Plain:
        Game = PlainGame
        edges = staticmethod(present_edges)
        attributes = staticmethod(attributes_of)

        @staticmethod
        def vertex(attributes: Vertex) -> int:
            return attributes[0] + 2 * attributes[1] + 4 * attributes[2]

    return Plain
