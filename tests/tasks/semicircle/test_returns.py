import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.arc.coverage import covered
from athanor.tasks.semicircle import returns
from athanor.tasks.semicircle.environment import SETTINGS, Semicircle
from athanor.tasks.semicircle.oracle import oracle, share_within
from athanor.tasks.semicircle.sweep import best_sweep
from athanor.tasks.semicircle.trips import Trips
from athanor.tasks.semicircle.upper_bound import swept_by, upper_bound

GAME = Semicircle()
SWEEP = best_sweep(GAME)
TRIPS = Trips(GAME)


def steps_to(angle):
    """Return the fewest steps to a hit: the least square whose nearest point is within the radius."""
    x, y = np.abs(np.cos(angle)), np.abs(np.sin(angle))
    sides = 0.1 * np.arange(1, 11)[:, None]
    distance = np.hypot(np.maximum(x - sides, 0), np.maximum(y - sides, 0))
    return (distance <= 0.2).argmax(axis=0) + 1


@pytest.mark.parametrize("max_angle", [np.pi, 2 * np.pi, 1.0, 2.5])
def test_the_oracle_is_the_mean_over_a_fine_mesh(max_angle):
    game = Semicircle(max_angle=float(max_angle))
    steps = steps_to((np.arange(200_000) + 0.5) / 200_000 * max_angle)
    assert oracle(game) == pytest.approx(np.mean(100 // steps), abs=1e-3)
    assert share_within(game, 6) == pytest.approx(np.mean(steps <= 6), abs=1e-4)


def test_shares_within_reach_by_hand():
    # Five steps lead 0.707 far along the diagonal, not within 0.2 of the circle; eight steps lead within 0.2 of all.
    assert share_within(GAME, 5) == 0.0
    assert share_within(GAME, 8) == pytest.approx(1.0)
    # One side of the square of seven steps is within 0.2 of the angles with cos w ≤ 0.9.
    assert share_within(GAME, 7) == pytest.approx((np.pi / 2 - 2 * np.arccos(0.9)) / (np.pi / 2))


def test_a_trip_ends_where_its_steps_lead_and_covers_its_arc():
    rng = np.random.default_rng(0)
    first = rng.uniform(0, 2.8, 300)
    last = first + rng.uniform(0.0, 0.3, 300)
    steps = TRIPS.steps_to(first, last)
    assert (np.diff(np.unique(steps)) > 0).any()
    for length, ends in TRIPS.ends.items():
        mine = steps == length
        point = ends.position[ends.reaching(first[mine])]
        assert (np.abs(point) <= 0.1 * length + 1e-9).all()
        for angle in (first[mine], last[mine], (first[mine] + last[mine]) / 2):
            distance = np.hypot(np.cos(angle) - point[:, 0], np.sin(angle) - point[:, 1])
            assert (distance <= 0.2 + 1e-9).all()


def test_trips_to_one_angle_are_the_oracle_s():
    angle = np.linspace(0.05, 3.1, 200)
    assert np.mean(TRIPS.steps_to(angle, angle) == steps_to(angle)) > 0.98  # but for the spacing of the ends
    assert (TRIPS.steps_to(angle, angle) >= steps_to(angle)).all()


def test_plans_are_never_worse_than_one_point_for_all_nor_better_than_known_targets():
    rng = np.random.default_rng(1)
    first = rng.uniform(0, 2.9, 200)
    last = first + rng.uniform(0.01, 0.24, 200)
    plan, whole = TRIPS.plan(first, last), TRIPS.steps_to(first, last)
    hits = plan.hits(GAME.steps - TRIPS.lengths[-1])
    assert (hits >= (GAME.steps - TRIPS.lengths[-1]) // whole).all()
    assert (plan.share < 1).sum() > 20
    mesh = first + (last - first) * (np.arange(50)[:, None] + 0.5) / 50
    known = 90 // steps_to(mesh.ravel()).reshape(mesh.shape)
    assert (hits <= known.max(axis=0) + 1e-9).all()


def covering(points, steps, first, last):
    """Return the points within some steps that cover an arc, by a radius a little larger than the game's."""
    use = np.abs(points).max(axis=1) <= 0.1 * steps + 1e-9
    for angle in (first, last):
        use &= np.hypot(points[:, 0] - np.cos(angle), points[:, 1] - np.sin(angle)) <= 0.21
    return points[use]


def test_the_two_parts_of_a_plan_lie_on_one_trip():
    rng = np.random.default_rng(2)
    first = rng.uniform(0, 2.9, 300)
    last = first + rng.uniform(0.1, 0.24, 300)
    plan = TRIPS.plan(first, last)
    lattice = np.stack(np.meshgrid(np.arange(-60, 61), np.arange(0, 61)), axis=-1).reshape(-1, 2) / 60
    split = np.flatnonzero((1 - plan.share) * (last - first) > 0.06)
    assert len(split) > 20
    for arc in split:
        a, b, share = first[arc], last[arc], plan.share[arc]
        low, high = a + share * (b - a), b - share * (b - a)
        n, more = int(plan.first[arc]), int(plan.second[arc])
        possible = False
        for part, rest in (((a, low), (low, b)), ((high, b), (a, high))):
            begin, end = covering(lattice, n, *part), covering(lattice, more, *rest)
            apart = np.abs(begin[:, None] - end).max(axis=-1).min(initial=np.inf)
            possible |= bool(apart <= 0.1 * (more - n) + 0.02)
        assert possible


def test_the_sweep_can_be_walked():
    assert (np.abs(SWEEP.path[0]) <= 0.1 * SWEEP.start + 1e-9).all()
    assert (np.abs(np.diff(SWEEP.path, axis=0)) <= 0.1 + 1e-8).all()


def test_the_sweep_s_value_is_what_its_targets_earn():
    angle = (np.arange(20_000) + 0.5) / 20_000 * np.pi
    distance = np.hypot(np.cos(angle) - SWEEP.path[:, :1], np.sin(angle) - SWEEP.path[:, 1:])
    within = distance <= 0.2
    found = within.any(axis=0)
    assert found.mean() > 0.99
    move = within.argmax(axis=0)[found]
    _, last = covered(SWEEP.path, 0.2)
    before = np.concatenate([[0.0], last[:-1]])
    plan = TRIPS.plan(before, np.minimum(last, np.pi))
    left = 100 - SWEEP.start - np.arange(len(last))
    hits = 1 + plan.hits(left)[move]
    assert hits.sum() / len(angle) == pytest.approx(SWEEP.value, abs=5e-3)
    known = 1 + (100 - SWEEP.start - move) // steps_to(angle[found])
    assert hits.mean() <= known.mean()


def test_the_sweep_found_first_by_the_lattice_gets_better():
    coarse = best_sweep(GAME, spacings=(0.02,)).value
    finer = best_sweep(GAME, spacings=(0.02, 0.01)).value
    assert 11 < coarse <= finer <= SWEEP.value < oracle(GAME)
    assert SWEEP.value - finer < 0.02


def test_a_sweep_of_an_arc_that_one_place_covers():
    # The arc up to 0.2 is within 0.5 of (0.6, 0.1), six steps away; nine steps leave time for one hit alone.
    game = Semicircle(radius=0.5, max_angle=0.2, steps=9)
    assert best_sweep(game).value == pytest.approx(1.0)
    assert oracle(game) == pytest.approx(1.0)


def test_a_sweep_with_time_for_one_position():
    # Five steps lead to (0.5, y) at most: the best y covers the most of the arc.
    game = Semicircle(radius=0.5, max_angle=0.6, steps=5)
    position = np.stack([np.full(1001, 0.5), np.linspace(0, 0.5, 1001)], axis=-1)
    first, last = covered(position, 0.5)
    best = (np.minimum(last, 0.6) - np.maximum(first, 0)).max() / 0.6
    assert best_sweep(game).value == pytest.approx(best, abs=0.01)


def test_more_than_half_a_circle_is_one_line():
    with pytest.raises(ValueError, match=r"^max_angle is 4\.0, must be at most pi for a sweep$"):
        best_sweep(Semicircle(max_angle=4.0))


def test_the_upper_bound_by_hand():
    # Nothing is within reach of five steps; the sixth covers 2 asin 0.2 at most.
    assert swept_by(GAME)[4] == 0
    assert swept_by(GAME)[5] == pytest.approx(2 * np.arcsin(0.2) / np.pi)
    # As above: one place covers the whole arc, and there is time for one hit alone.
    assert upper_bound(Semicircle(radius=0.5, max_angle=0.2, steps=9)) == pytest.approx(1.0)
    # Without time to sweep, each of the targets within eight steps is hit once at most, as far as they are swept.
    assert upper_bound(Semicircle(steps=8)) == pytest.approx(swept_by(GAME)[7])
    assert SWEEP.value < upper_bound(GAME) < oracle(GAME)


def test_no_path_sweeps_faster_than_the_bound():
    rng, angle = np.random.default_rng(0), (np.arange(2000) + 0.5) / 2000 * np.pi
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    approach = np.linspace(0, 1, SWEEP.start + 1)[1:-1, None] * SWEEP.path[0]
    paths = [np.concatenate([approach, SWEEP.path])]
    for _ in range(60):  # from corner to corner of the steps, mostly onwards
        heading = rng.choice([-0.1, 0.1], 2) * np.sign([1, 0.2 + rng.random()])
        turns = np.where(rng.random((30, 2)) < 0.2, -1, 1).cumprod(axis=0)
        paths.append(np.cumsum(heading * turns, axis=0))
    most = 0.0
    for path in paths:
        near = np.hypot(*(path[:, None] - circle).transpose(2, 0, 1)) <= 0.2
        swept = np.maximum.accumulate(near).mean(axis=1)
        assert (swept <= swept_by(GAME)[: len(path)] + 1e-3).all()
        most = max(most, (swept / np.maximum(swept_by(GAME)[: len(path)], 1e-9)).max())
    assert most > 0.7  # the bound is not idle


def test_random_play_is_that_of_the_environment(monkeypatch):
    game = Semicircle(radius=0.5)
    monkeypatch.setattr(returns, "SIMULATED", 4000)
    hits = returns.random_hits(game, np.random.default_rng(0))

    def episode(key):
        task_key, action_key = jax.random.split(key)
        task = game.sample_task(task_key)

        def advance(state, action):
            following, transition = game.step(task, state, action, key)
            return following, transition.reward

        actions = jax.random.uniform(action_key, (100, 2), jnp.float32, -0.1, 0.1)
        return jax.lax.scan(advance, game.reset(task, key), actions)[1].sum()

    played = np.asarray(jax.jit(jax.vmap(episode))(jax.random.split(jax.random.key(3), 4000)))
    error = np.sqrt((played.var() + hits.var()) / 4000)
    assert abs(played.mean() - hits.mean()) < 4 * error
    assert hits.mean() > 10 * error


def test_rows(monkeypatch):
    monkeypatch.setattr(returns, "SIMULATED", 4000)
    rows = {row.agent: row for row in returns.exact_returns("0.2_100", jax.random.key(0))}
    assert SETTINGS["0.2_100"] == GAME
    assert all(row.episodes == 1 and row.lower <= row.expected_return <= row.upper for row in rows.values())
    assert rows["bayes_optimal"].lower == rows["sweep"].expected_return == SWEEP.value
    assert rows["bayes_optimal"].upper == upper_bound(GAME) < rows["oracle"].expected_return == oracle(GAME)
    assert 0 < rows["random"].expected_return < 0.2


def test_an_unknown_setting_is_one_line():
    with pytest.raises(ValueError) as error:
        returns.exact_returns("huge", jax.random.key(0))
    assert str(error.value) == "setting is 'huge', must be one of 0.2_100"
