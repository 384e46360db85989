"""Explorers of the noisy grid: by hand, and against recursions that enumerate goals, rewards and lights."""

from functools import cache
from itertools import product

import jax
import numpy as np
import pytest

from athanor.tasks.noisy_grid.environment import MOVES, NoisyGrid
from athanor.tasks.noisy_grid.exact import BONUSES, entropy, explored, information_gain, oracle

SMALL = NoisyGrid(size=3, horizon=5, flicker=0.2)


def bits(chances):
    chances = np.array([chance for chance in chances if chance > 0])
    return float(-(chances * np.log2(chances)).sum())


def joint(rules, open_, cell):
    """Return the joint distribution of goal and what a step into a cell shows: by goal, (reward, light)."""
    lights = {0: 1 - rules.flicker, 1: rules.flicker} if cell == (1, 0) else {0: 1.0}
    return {
        (goal, (goal == cell, light)): chance / len(open_)
        for goal, (light, chance) in product(open_, lights.items())
        if chance > 0
    }


def marginal(distribution, which):
    found = {}
    for keys, chance in distribution.items():
        found[keys[which]] = found.get(keys[which], 0.0) + chance
    return found


def surprises(rules, open_, cell):
    """Return the entropy of what is shown, and its mutual information with the goal: H(shown) + H(goal) − H(both)."""
    both = joint(rules, open_, cell)
    shown, goal = bits(marginal(both, 1).values()), bits(marginal(both, 0).values())
    return shown, shown + goal - bits(both.values())


def goals(rules):
    return tuple((int(x), int(y)) for x, y in rules.goals)


def best_sum(rules, bonus):
    """Return the greatest expected sum of a bonus."""

    @cache
    def value(cell, open_, left):
        if left == 0:
            return 0.0
        return max(after(cell, open_, left, move) for move in MOVES.tolist())

    def after(cell, open_, left, move):
        entered = tuple(min(max(c + m, 0), rules.size - 1) for c, m in zip(cell, move, strict=True))
        shown, information = surprises(rules, open_, entered)
        paid = {"reward": (entered in open_) / len(open_), "prediction_error": shown}.get(bonus, information)
        later = 0.0
        for (_, hit), group in by_outcome(open_, entered).items():
            later += len(group) / len(open_) * value(entered, group, left - 1)
            assert hit in (True, False)
        return paid + later

    return value((0, 0), goals(rules), rules.horizon)


def by_outcome(open_, entered):
    """Return the candidates that are left after each reward; the light parts nothing."""
    groups = {}
    for goal in open_:
        groups.setdefault(("reward", goal == entered), []).append(goal)
    return {outcome: tuple(group) for outcome, group in groups.items()}


def test_the_gain_is_the_mutual_information():
    for count in (1, 2, 5):
        shown, information = surprises(SMALL, goals(SMALL)[:count], goals(SMALL)[0])
        assert information == pytest.approx(information_gain(count)) == pytest.approx(shown)
    shown, information = surprises(SMALL, goals(SMALL), (1, 0))
    assert (shown, information) == (pytest.approx(entropy(0.2)), pytest.approx(0))


def test_by_hand():
    assert entropy(0.5) == 1.0 and entropy(0.0) == 0.0
    assert information_gain(2) == 1.0
    # log 4 before; 3/4 of the time log 3 after.
    assert information_gain(4) == pytest.approx(2 - 0.75 * np.log2(3))
    # Two steps reach one of five candidates at most, and two bits of noise.
    two = NoisyGrid(size=3, horizon=2)
    assert explored(two, "reward").reward == pytest.approx(0.2)
    assert explored(two, "error_difference").information == pytest.approx(information_gain(5))
    assert explored(two, "prediction_error").noise == 1.0
    assert oracle(two) == pytest.approx(2 * 1 / 5)


@pytest.mark.parametrize("flicker", [0.5, 0.05, 0.0])
def test_sums_are_those_of_the_recursion(flicker):
    rules = NoisyGrid(size=3, horizon=6, flicker=flicker)
    for bonus in BONUSES:
        found = explored(rules, bonus)
        errors = found.information + found.noise * rules.horizon * entropy(flicker)
        sums = {"reward": found.reward, "prediction_error": errors, "error_difference": found.information}
        assert sums[bonus] == pytest.approx(best_sum(rules, bonus))


def test_noise_holds_the_prediction_error_and_not_the_difference():
    loud, dark = NoisyGrid(), NoisyGrid(flicker=0.0)
    assert explored(loud, "prediction_error").noise > 0.9
    assert explored(loud, "error_difference") == explored(dark, "error_difference")
    assert explored(dark, "prediction_error") == explored(dark, "error_difference")
    assert explored(loud, "reward").reward <= oracle(loud)
    everything = np.log2(len(loud.goals))
    assert explored(loud, "error_difference").information == pytest.approx(everything)


def test_the_information_gained_is_what_the_belief_of_the_family_loses():
    """Play towards the upper side, in all tasks: log 5 less the mean entropy of the last belief."""
    task_count = len(SMALL.goals)

    def left(task):
        state, belief = SMALL.reset(task, jax.random.key(0)), SMALL.prior()
        for action in (1, 1, 2):
            following, transition = SMALL.step(task, state, jax.numpy.int32(action), jax.random.key(1))
            seen = SMALL.observe(task, state), jax.numpy.int32(action), transition.reward
            belief, state = SMALL.update(belief, *seen, SMALL.observe(task, following)), following
        return SMALL.features(belief)

    tasks = [type(SMALL.sample_task(jax.random.key(0)))(jax.numpy.asarray(cell)) for cell in SMALL.goals]
    gained = np.log2(task_count) - np.mean([bits(np.asarray(left(task)).tolist()) for task in tasks])
    best = information_gain(5) + 0.8 * information_gain(4)
    assert gained == pytest.approx(best)
    found = explored(NoisyGrid(size=3, horizon=3), "error_difference")
    assert found.information == pytest.approx(best)


def test_a_grid_too_large_is_one_line():
    with pytest.raises(ValueError, match=r"^size is 8, must be at most 7 for an exact solution$"):
        explored(NoisyGrid(size=8), "reward")
