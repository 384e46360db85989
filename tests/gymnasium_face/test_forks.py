"""Tests of forks: noticed where JAX had started, refused by every environment, cured by spawning."""

import os
import warnings

import gymnasium
import jax
import numpy as np
import pytest

from athanor.gymnasium_face import forks

REFUSED, FREE = 3, 4


def test_a_fork_is_noticed_in_the_child_alone() -> None:
    jax.devices()  # JAX starts
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # JAX and Python warn of the fork
        child = os.fork()
    if child == 0:  # harmless: nothing of JAX is called here
        try:
            forks.refuse_if_it_would_hang()
            os._exit(FREE)
        except RuntimeError:
            os._exit(REFUSED)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == REFUSED
    forks.refuse_if_it_would_hang()


def test_environments_refuse_in_one_line(walk, monkeypatch) -> None:
    one, many = walk[0](), walk[1](num_envs=2)
    one.reset()
    many.reset()
    monkeypatch.setattr(forks, "_hangs", True)
    for call in (one.reset, many.reset, lambda: one.step(0), lambda: many.step([0, 0])):
        with pytest.raises(RuntimeError, match="'context': 'spawn'") as error:
            call()
        assert "\n" not in str(error.value)


def test_spawned_processes_play_the_same() -> None:
    name, options = "athanor/SimpleAlchemy-v0", {"context": "spawn"}
    spawned = gymnasium.make_vec(name, num_envs=2, vectorization_mode="async", vector_kwargs=options)
    native = gymnasium.make_vec(name, num_envs=2)
    np.testing.assert_array_equal(spawned.reset(seed=4)[0], native.reset(seed=4)[0])
    for actions in ([1, 2], [3, 7]):
        for mine, other in zip(native.step(actions)[:4], spawned.step(actions)[:4], strict=True):
            np.testing.assert_array_equal(mine, other)
    spawned.close()
