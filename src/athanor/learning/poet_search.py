"""POET's search (Wang et al. 2019): pairs of a course and an agent evolve, agents move, courses have children.

Scores are without chance. All that is played is a `vmap` over runs, pairs and the population; which pairs there are is
kept on the host, run by run. An evaluation is an episode.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int, Key, PRNGKeyArray, PyTree

from athanor.learning.evolution import Evolution, Evolved, evolve, init
from athanor.learning.poet import NONE, Moves, Poet, candidates, minimal_criterion, moves, place

Score = Callable[[PyTree, Any], Float[Array, ""]]  # (parameters, course) -> score


class Courses(NamedTuple):
    """What courses are: each is drawn from a difficulty, whole numbers from 0 on."""

    score: Score
    draw: Callable[[Int[Array, "part"], PRNGKeyArray], Any]  # (difficulty, key) -> course
    largest: tuple[int, ...]  # difficulty, by part
    steps: tuple[int, ...]  # by which a mutation changes a part


class Pairs(NamedTuple):
    """The pairs of all runs, run and pair axes first."""

    agent: Evolved
    course: PyTree
    difficulty: Int[np.ndarray, "run pair part"]
    born: Int[np.ndarray, "run pair"]  # when, by a count; −1 where there is no pair
    score: Float[np.ndarray, "run pair"]

    @property
    def there(self) -> Bool[np.ndarray, "run pair"]:
        """Return where there is a pair."""
        return self.born >= 0


class Search(NamedTuple):
    """All that is known after a round."""

    pairs: Pairs
    seen: list[list[np.ndarray]]  # difficulties of the courses ever admitted, by run
    evaluations: Int[np.ndarray, "run"]
    moved: Int[np.ndarray, "run 2"]  # agents that moved: directly, and after a generation


class Programs(NamedTuple):
    """What is compiled; run axis first."""

    optimise: Callable[
        [Evolved, PyTree, Key[Array, "run"]], tuple[Evolved, Array]
    ]  # all on their own courses
    scores: Callable[[PyTree, PyTree], Float[Array, "run course agent"]]  # of all agents on all courses
    propose: Callable[
        [PyTree, PyTree, Key[Array, "run"]], tuple[PyTree, Array]
    ]  # the same, a generation later
    draw: Callable[[Int[Array, "run course part"], Key[Array, "run course"]], Any]


def advanced(
    evolution: Evolution, optimiser: optax.GradientTransformation, score: Score, generations: int
) -> Callable[[Evolved, Any, PRNGKeyArray], tuple[Evolved, Float[Array, ""]]]:
    """Return what takes some generations on a course, and the agent's own score after them."""

    def advance(agent: Evolved, course: Any, key: PRNGKeyArray) -> tuple[Evolved, Float[Array, ""]]:
        def fitness(params: PyTree, _: PRNGKeyArray) -> Float[Array, ""]:
            return score(params, course)

        agent, _ = evolve(evolution, optimiser, fitness, agent, generations, key)
        return agent, score(agent.params, course)

    return advance


def programs(
    settings: Poet, evolution: Evolution, optimiser: optax.GradientTransformation, courses: Courses
) -> Programs:
    """Return the programs of a search."""
    rounds, once = (
        advanced(evolution, optimiser, courses.score, count) for count in (settings.generations, 1)
    )

    def optimise(agents: Evolved, course: PyTree, key: PRNGKeyArray) -> tuple[Evolved, Array]:
        return jax.vmap(rounds)(agents, course, jax.random.split(key, settings.capacity))

    def propose(params: PyTree, course: PyTree, key: PRNGKeyArray) -> tuple[PyTree, Array]:
        anew = jax.vmap(partial(init, optimiser))(params)

        def to_one(given: tuple[Any, PRNGKeyArray]) -> tuple[PyTree, Array]:
            agents, score = jax.vmap(once, (0, None, None))(anew, *given)
            return agents.params, score

        return jax.lax.map(to_one, (course, jax.random.split(key, settings.capacity)))

    scores = jax.vmap(jax.vmap(courses.score, (0, None)), (None, 0))
    mapped = (jax.jit(jax.vmap(one)) for one in (optimise, scores, propose, jax.vmap(courses.draw)))
    return Programs(*mapped)


def search(
    settings: Poet,
    evolution: Evolution,
    optimiser: optax.GradientTransformation,
    courses: Courses,
    first: PyTree,
    key: PRNGKeyArray,
) -> Iterator[Search]:
    """Yield what is known after each round, without end, from one pair of the easiest course and the agent `first`.

    `first` has a run axis. The random choices of the host come from the key, too.
    """
    compiled = programs(settings, evolution, optimiser, courses)
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    state = begin(settings, optimiser, courses, compiled, first, jax.random.fold_in(key, 0))
    number = 0
    while True:
        number += 1
        keys = jax.random.split(jax.random.fold_in(key, number), 3)
        state = optimised(settings, evolution, compiled, state, keys[0])
        if settings.transfers:
            state = transferred(evolution, optimiser, compiled, state, keys[1])
        yield state
        state = bred(settings, optimiser, courses, compiled, state, rng, keys[2])


def begin(
    settings: Poet,
    optimiser: optax.GradientTransformation,
    courses: Courses,
    compiled: Programs,
    first: PyTree,
    key: PRNGKeyArray,
) -> Search:
    """Return one pair of each run; the other places hold copies that count for nothing."""
    runs, parts = jax.tree.leaves(first)[0].shape[0], len(courses.largest)
    shape = (runs, settings.capacity)
    difficulty = np.zeros((*shape, parts), int)
    born = np.where(np.arange(settings.capacity) == 0, 0, NONE) * np.ones((runs, 1), int)
    agents = jax.vmap(partial(init, optimiser))(first)
    spread = jax.tree.map(
        lambda leaf: np.repeat(np.asarray(leaf)[:, None], settings.capacity, axis=1), agents
    )
    course = _host(compiled.draw(jnp.asarray(difficulty), jax.random.split(key, shape)))
    pairs = Pairs(spread, course, difficulty, born, np.zeros(shape))
    return Search(
        pairs, [[np.zeros(parts, int)] for _ in range(runs)], np.zeros(runs, int), np.zeros((runs, 2), int)
    )


def optimised(
    settings: Poet, evolution: Evolution, compiled: Programs, state: Search, key: PRNGKeyArray
) -> Search:
    """Take some generations of every pair."""
    pairs, runs = state.pairs, len(state.evaluations)
    agent, score = compiled.optimise(pairs.agent, pairs.course, jax.random.split(key, runs))
    played = pairs.there.sum(axis=1) * (settings.generations * evolution.population + 1)
    return state._replace(
        pairs=pairs._replace(agent=_host(agent), score=np.asarray(score, float)),
        evaluations=state.evaluations + played,
    )


def transferred(
    evolution: Evolution,
    optimiser: optax.GradientTransformation,
    compiled: Programs,
    state: Search,
    key: PRNGKeyArray,
) -> Search:
    """Move agents, directly or after a generation; who moves starts its optimiser anew."""
    pairs, runs = state.pairs, len(state.evaluations)
    direct = np.asarray(compiled.scores(pairs.agent.params, pairs.course), float)
    proposals, proposed = compiled.propose(pairs.agent.params, pairs.course, jax.random.split(key, runs))
    each = zip(pairs.score, direct, np.asarray(proposed, float), pairs.there, strict=True)
    found = Moves(*(np.stack(leaves) for leaves in zip(*(moves(*one) for one in each), strict=True)))
    count = pairs.there.sum(axis=1)
    moved = (found.agent != NONE) & pairs.there
    of_kind = np.stack([moved & ~found.proposed, moved & found.proposed], axis=-1)
    return state._replace(
        pairs=pairs._replace(
            agent=_moved(optimiser, pairs.agent, _host(proposals), found), score=found.score
        ),
        evaluations=state.evaluations + count * (count - 1) * (evolution.population + 2),
        moved=state.moved + of_kind.sum(axis=1),
    )


def _moved(
    optimiser: optax.GradientTransformation, agent: Evolved, proposals: PyTree, found: Moves
) -> Evolved:
    """Return the agents where they are then."""
    run, course = np.indices(found.agent.shape)

    def choose(own: np.ndarray, proposal: np.ndarray) -> np.ndarray:
        axes = (...,) + (None,) * (own.ndim - 2)
        came = np.where(found.proposed[axes], proposal[run, course, found.agent], own[run, found.agent])
        return np.where((found.agent == NONE)[axes], own, came)

    params = jax.tree.map(choose, agent.params, proposals)
    anew = _host(jax.vmap(jax.vmap(partial(init, optimiser)))(params))
    return jax.tree.map(
        lambda old, new: np.where(
            (found.agent == NONE).reshape(found.agent.shape + (1,) * (old.ndim - 2)), old, new
        ),
        agent,
        anew,
    )


def mutated(
    courses: Courses, difficulty: Int[np.ndarray, "*course part"], rng: np.random.Generator
) -> Int[np.ndarray, "*course part"]:
    """Return difficulties whose parts go down by a step, stay or go up, within bounds."""
    change = rng.integers(-1, 2, difficulty.shape) * np.array(courses.steps)
    return np.clip(difficulty + change, 0, courses.largest)


def bred(
    settings: Poet,
    optimiser: optax.GradientTransformation,
    courses: Courses,
    compiled: Programs,
    state: Search,
    rng: np.random.Generator,
    key: PRNGKeyArray,
) -> Search:
    """Let pairs that score enough have children, and admit the most novel of those that pass the minimal criterion."""
    pairs, shape = state.pairs, (len(state.evaluations), settings.children)
    fit = pairs.there & (pairs.score >= settings.breeds)
    parent = np.stack([rng.choice(np.flatnonzero(one) if one.any() else [0], shape[1]) for one in fit])
    run = np.arange(shape[0])[:, None]
    difficulty = mutated(courses, pairs.difficulty[run, parent], rng)
    course = _host(compiled.draw(jnp.asarray(difficulty), jax.random.split(key, shape)))
    scores = np.asarray(compiled.scores(pairs.agent.params, course), float)
    scores = np.where(pairs.there[:, None], scores, -np.inf)
    own = scores[run, np.arange(shape[1]), parent]
    best = scores.argmax(axis=-1) if settings.transfers else parent
    children = Pairs(
        jax.tree.map(lambda leaf: leaf[run, best], pairs.agent),
        course,
        difficulty,
        np.zeros(shape, int),
        scores[run, np.arange(shape[1]), best],
    )
    tried = settings.children * (pairs.there.sum(axis=1) if settings.transfers else 1)
    state = state._replace(evaluations=state.evaluations + fit.any(axis=1) * tried)
    for number in np.flatnonzero(fit.any(axis=1)):
        state = _admitted(settings, courses, state, children, own, int(number))
    return state


def _admitted(
    settings: Poet, courses: Courses, state: Search, children: Pairs, own: np.ndarray, run: int
) -> Search:
    """Return the search with the children of a run that it admits."""
    largest = np.array(courses.largest)
    seen = np.array(state.seen[run]) / largest
    order = candidates(settings, children.difficulty[run] / largest, own[run], seen)
    chosen = order[minimal_criterion(settings, children.score[run, order])][: settings.admitted]
    pairs = state.pairs
    known = [list(one) for one in state.seen]
    for child in chosen:
        at, count = place(pairs.born[run]), pairs.born[run].max() + 1
        pairs = jax.tree.map(partial(_put, (run, at), (run, int(child))), pairs, children)
        pairs.born[run, at] = count
        known[run].append(children.difficulty[run, child])
    return state._replace(pairs=pairs, seen=known)


def _put(at: tuple[int, int], child: tuple[int, int], old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return leaves with a pair replaced."""
    found = old.copy()
    found[at] = new[child]
    return found


def _host(tree: PyTree) -> PyTree:
    return jax.tree.map(np.array, tree)
