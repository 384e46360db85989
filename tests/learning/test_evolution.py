"""Evolution strategies: ranks and gradients by hand, a quadratic's gradient, and what evolves."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.evolution import Evolution, ascent, centred_ranks, evolve, generation, init, members

CENTRE = jnp.array([1.0, -2.0, 0.5])


def quadratic(params, key):
    del key
    return -jnp.sum((params - CENTRE) ** 2)


def test_ranks_by_hand():
    assert centred_ranks(jnp.array([5.0, -1.0, 100.0])).tolist() == [0.0, -0.5, 0.5]
    assert centred_ranks(jnp.array([2.0, 2.0, 7.0])).tolist() == [-0.25, -0.25, 0.5]


def test_a_gradient_by_hand():
    # f = x at 3, noise 2 and −1, deviation 0.5: fitness 4, 2.5 and 2, 3.5; (2 · 2 + (−1)(−1)) / (4 · 0.5).
    noise = jnp.array([[2.0], [-1.0]])
    fitness = members(jnp.array([3.0]), noise, 0.5)[:, 0]
    assert fitness.tolist() == [4.0, 2.5, 2.0, 3.5]
    assert ascent(noise, fitness, 0.5).tolist() == pytest.approx([2.5])


def test_the_gradient_of_a_quadratic():
    """With √d times a basis as noise each pair's difference is exact, and so is their sum, for every deviation."""
    params, noise = jnp.array([0.3, 0.1, -0.7]), jnp.sqrt(3.0) * jnp.eye(3)
    exact = -2 * (params - CENTRE)
    for deviation in (0.01, 1.0, 10.0):
        fitness = jax.vmap(lambda member: quadratic(member, jax.random.key(0)))(
            members(params, noise, deviation)
        )
        assert np.allclose(ascent(noise, fitness, deviation), exact, rtol=2e-3)


def test_the_gradient_of_a_quadratic_from_drawn_noise():
    """The estimate is unbiased: its mean over many pairs is within four standard errors."""
    params = jnp.array([0.3, 0.1, -0.7])
    noise = jax.random.normal(jax.random.key(1), (4000, 3))
    fitness = jax.vmap(lambda member: quadratic(member, jax.random.key(0)))(members(params, noise, 0.1))
    gradient = -2 * (params - CENTRE)
    # Of a pair: ε (ε · g), whose component i has variance |g|² + g_i².
    error = jnp.sqrt((jnp.sum(gradient**2) + gradient**2) / 4000)
    assert (jnp.abs(ascent(noise, fitness, 0.1) - gradient) < 4 * error).all()


def run(settings, fitness, params, generations, key=0):
    optimiser = optax.adam(0.05)
    whole = jax.jit(
        lambda key: evolve(settings, optimiser, fitness, init(optimiser, params), generations, key)
    )
    return whole(jax.random.key(key))


def test_the_top_is_reached_and_nothing_lies_above_it():
    state, log = run(Evolution(population=20), quadratic, jnp.zeros(3), 200)
    assert np.allclose(state.params, CENTRE, atol=0.1)
    assert log.fitness.shape == (200, 20) and float(log.fitness.max()) <= 0
    assert log.fitness[-1].mean() > log.fitness[0].mean()


def test_ranks_do_not_see_the_scale_of_fitness():
    states = [
        run(
            Evolution(population=8), lambda params, key, s=scale: s * quadratic(params, key), jnp.zeros(3), 5
        )[0]
        for scale in (1.0, 1000.0)
    ]
    assert np.allclose(states[0].params, states[1].params, atol=1e-5)


def test_pairs_share_their_luck_and_parameters_are_any_tree():
    """Fitness that is luck alone has no gradient, as both members of a pair have the same."""
    params = {"weight": jnp.ones((2, 2)), "bias": jnp.zeros(2)}
    optimiser = optax.sgd(1.0)
    settings = Evolution(population=6, ranked=False)
    step = jax.jit(
        lambda state, key: generation(settings, optimiser, lambda _, key: jax.random.normal(key), state, key)
    )
    state, log = step(init(optimiser, params), jax.random.key(0))
    assert float(log.gradient_norm) == 0.0 and len(np.unique(log.fitness)) == 3
    assert jax.tree.all(jax.tree.map(lambda new, old: bool((new == old).all()), state.params, params))


def test_runs_are_a_map():
    optimiser = optax.adam(0.05)

    def one(key):
        return evolve(Evolution(population=4), optimiser, quadratic, init(optimiser, jnp.zeros(3)), 3, key)[
            0
        ].params

    keys = jax.random.split(jax.random.key(2), 3)
    assert np.allclose(jax.jit(jax.vmap(one))(keys)[1], jax.jit(one)(keys[1]), atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"population": 7}, "population is 7, must be even and at least 2, as members come in pairs"),
        ({"population": 0}, "population is 0, must be even and at least 2, as members come in pairs"),
        ({"deviation": 0.0}, "deviation is 0.0, must be more than 0 and finite"),
        ({"decay": 1.0}, "decay is 1.0, must be at least 0 and less than 1"),
    ],
)
def test_impossible_settings_are_one_line(settings, line):
    with pytest.raises(ValueError) as error:
        Evolution(**settings)
    assert str(error.value) == line
