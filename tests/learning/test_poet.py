"""POET's choices by hand, and its search on a game whose scores are known."""

from itertools import islice, pairwise

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.evolution import Evolution
from athanor.learning.poet import NONE, Poet, candidates, minimal_criterion, moves, novelty, place
from athanor.learning.poet_search import Courses, mutated, search


def test_novelty_by_hand():
    seen = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]])
    # From the origin: 0, 5 and 1; from (3, 0): 3, 4 and √10.
    found = novelty(np.array([[0.0, 0.0], [3.0, 0.0]]), seen, 2)
    assert found.tolist() == pytest.approx([0.5, (3 + 10**0.5) / 2])
    assert novelty(np.array([[0.0, 0.0]]), seen, 5).tolist() == pytest.approx([2.0])


def test_the_minimal_criterion_by_hand():
    score = np.array([0.2, 0.21, 0.89, 0.9, 1.0])
    assert minimal_criterion(Poet(hard=0.2, easy=0.9), score).tolist() == [False, True, True, False, False]


def test_the_most_novel_come_first_and_only_those_that_pass():
    features = np.array([[1.0], [4.0], [2.0], [9.0]])
    found = candidates(Poet(neighbours=1), features, np.array([0.5, 0.5, 0.5, 1.0]), np.array([[0.0]]))
    assert found.tolist() == [1, 2, 0]


def test_the_best_agent_moves_by_hand():
    own = np.array([0.5, 0.9, 0.0])
    there = np.array([True, True, False])
    direct = np.array([[1.0, 0.6, 9.0], [0.9, 1.0, 9.0], [9.0, 9.0, 9.0]])  # course, agent; 9: nobody there
    proposed = np.array([[1.0, 0.7, 9.0], [0.4, 1.0, 9.0], [9.0, 9.0, 9.0]])
    found = moves(own, direct, proposed, there)
    # To course 0 agent 1 after a generation; to course 1 none, as 0.9 is no more than its own.
    assert found.agent.tolist() == [1, NONE, NONE]
    assert found.proposed.tolist() == [True, False, False]
    assert found.score.tolist() == [0.7, 0.9, 0.0]


def test_new_pairs_fill_empty_places_then_the_oldest():
    assert place(np.array([3, NONE, 0])) == 1
    assert place(np.array([3, 4, 0])) == 2


def distance(params, course):
    """Score 1 at the course's point, and less the farther away."""
    return jnp.exp(-jnp.abs(params - course))


POINTS = Courses(distance, lambda difficulty, key: difficulty[0].astype(jnp.float32), (9,), (1,))
SETTINGS = Poet(
    capacity=3, generations=4, breeds=0.7, hard=0.1, easy=0.9, children=4, admitted=1, neighbours=2
)
EVOLUTION = Evolution(population=8)


def rounds(settings, count):
    whole = search(settings, EVOLUTION, optax.adam(0.1), POINTS, jnp.zeros(2), jax.random.key(0))
    return list(islice(whole, count))


@pytest.fixture(scope="module")
def found():
    return rounds(SETTINGS, 8)


def test_a_search_counts_its_evaluations(found):
    # One pair: four generations of eight and its own score; there is nobody else to move.
    assert found[0].evaluations.tolist() == [4 * 8 + 1] * 2
    for before, after in pairwise(found):
        count = after.pairs.there.sum(axis=1)
        parents = (before.pairs.there & (before.pairs.score >= 0.7)).any(axis=1)
        tried = parents * 4 * before.pairs.there.sum(axis=1)
        own, moving = count * 33, count * (count - 1) * 10
        assert (after.evaluations - before.evaluations == tried + own + moving).all()


def test_agents_never_get_worse_by_moving_and_courses_stay_within_bounds(found):
    last = found[-1].pairs
    assert last.there.all() and (found[-1].moved.sum(axis=1) > 0).any()
    exact = np.exp(-np.abs(np.asarray(last.agent.params) - last.difficulty[..., 0]))
    assert np.allclose(last.score, exact, atol=1e-6)
    assert last.difficulty.min() >= 0 and last.difficulty.max() > 1


def test_the_oldest_give_way(found):
    for before, after in pairwise(found):
        for old, new in zip(before.pairs.born, after.pairs.born, strict=True):
            gone, came = set(old) - set(new) - {NONE}, set(new) - set(old)
            assert len(came) <= 1 and all(one == min(old) for one in gone)
            assert not came or came == {max(old) + 1}


def test_without_transfers_no_agent_moves():
    alone = rounds(Poet(**{**vars(SETTINGS), "transfers": False}), 2)
    assert (alone[-1].moved == 0).all()
    count = alone[-1].pairs.there.sum(axis=1)
    assert (alone[-1].evaluations == 33 + 4 + count * 33).all()


def test_mutations_are_steps_within_bounds():
    courses = POINTS._replace(largest=(6, 1), steps=(2, 1))
    found = mutated(courses, np.array([[0, 1]] * 200), np.random.default_rng(0))
    assert {tuple(one) for one in found} == {(a, b) for a in (0, 2) for b in (0, 1)}


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"capacity": 0}, "capacity is 0, must be at least 1"),
        ({"neighbours": 0}, "neighbours is 0, must be at least 1"),
        ({"hard": 0.9}, "hard is 0.9, must be less than easy, which is 0.9"),
    ],
)
def test_impossible_settings_are_one_line(settings, line):
    with pytest.raises(ValueError) as error:
        Poet(**settings)
    assert str(error.value) == line
