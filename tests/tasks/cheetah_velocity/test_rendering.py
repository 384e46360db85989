"""The picture against what is known of the model by hand."""

import jax
import jax.numpy as jnp
import numpy as np

from athanor.tasks.cheetah_velocity.environment import CheetahVelocity, Target
from athanor.tasks.cheetah_velocity.rendering import (
    BODY,
    FAST,
    FLOOR,
    HEIGHT,
    MARK,
    SCALE,
    SLOW,
    WIDTH,
    render,
)

GAME, TASK = CheetahVelocity(noise=0.0), Target(jnp.float32(1.5))
START = GAME.reset(TASK, jax.random.key(0))


def where(image, colour):
    """Return rows and columns of the pixels of a colour."""
    return np.nonzero((image == np.array(colour, np.uint8)).all(axis=-1))


def moved(joint, by):
    return START._replace(physics=START.physics.at[0, joint].add(by))


def test_the_torso_by_hand():
    """It is a capsule from half a metre behind the middle to half a metre before it, 0.7 m above the ground."""
    image = render(GAME, TASK, START)
    assert image.shape == (HEIGHT, WIDTH, 3) and image.dtype == np.uint8
    row = HEIGHT - FLOOR - round(0.7 * SCALE)
    torso = (image[row] == BODY).all(axis=-1)
    assert torso[WIDTH // 2 - SCALE // 2 : WIDTH // 2 + SCALE // 2].all()
    assert not torso[: WIDTH // 2 - SCALE // 2 - 6].any()


def test_the_feet_start_just_above_the_ground():
    rows, _ = where(render(GAME, TASK, START), BODY)
    assert 0 <= (HEIGHT - FLOOR) - rows.max() <= 0.1 * SCALE


def test_it_rises_by_as_many_pixels_as_it_is_lifted():
    low, high = (where(render(GAME, TASK, state), BODY)[0] for state in (START, moved(1, 0.25)))
    assert low.max() - high.max() == 0.25 * SCALE


def test_the_picture_moves_along_and_the_marks_stay():
    here, there = render(GAME, TASK, START), render(GAME, TASK, moved(0, 0.25))
    for mine, theirs in zip(where(here, BODY), where(there, BODY), strict=True):
        assert np.array_equal(mine, theirs)
    shift = 0.25 * SCALE
    assert np.isin(
        np.unique(where(here, MARK)[1]) - shift, np.append(where(there, MARK)[1], range(-20, 0))
    ).all()


def test_bars_are_as_long_as_velocities():
    image = render(GAME, TASK, START._replace(velocity=jnp.float32(3)))
    assert len(np.unique(where(image, FAST)[1])) == WIDTH / 4
    assert len(np.unique(where(image, SLOW)[1])) == WIDTH / 2
