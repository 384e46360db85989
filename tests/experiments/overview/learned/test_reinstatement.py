"""Tests of LSTMs in the barcode bandit: exposures by hand, shares of exact answers, and places of the dictionary."""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.overview.learned import reinstatement
from athanor.learning.episodic_lstm import Memory, Reinstating, reinstating_actor_critic
from athanor.learning.rollout import Rollout
from athanor.tasks.contextual_bandit.environment import ContextualBandit

RULES = ContextualBandit(arms=3, pulls=2, contexts=2, exposures=2, bits=2)


def test_returns_by_exposure_by_hand():
    """The second context comes first and third: first exposures earn 2 and 1, second ones 0 and 1."""
    reward = jnp.array([1.0, 1, 0, 1, 0, 0, 1, 0])
    none, state = jnp.zeros(8), SimpleNamespace(state=SimpleNamespace(order=jnp.array([1, 0, 1, 0])))
    valid = jnp.ones(8, bool)
    played = Rollout(jnp.zeros((9, 1)), none.astype(int), reward, none, none, valid, valid, state)
    assert reinstatement.by_exposure(RULES, played).tolist() == [1.5, 0.5]


def test_shares_by_hand():
    values = dict(reinstatement.described(np.array([2.0, 3, 3, 4]), np.array([2.0, 4, 4, 5]), 2.5))
    assert values == {
        **{f"exposure_{number}": value for number, value in enumerate((2.0, 3.0, 3.0, 4.0), 1)},
        "least_share": 0.75,
        "above_first": 0.5,
    }


def test_exact_answers_are_those_of_the_game():
    names = ("first_exposure", "exposure_2", "exposure_1", "oracle")
    rows = [(17, "contextual_bandit", "3x2", name, value) for value, name in enumerate(names)]
    answers = pd.DataFrame(rows, columns=["row", "family", "setting", "quantity", "value"])
    perfect, first = reinstatement.exact(answers, RULES)
    assert perfect.tolist() == [2.0, 1.0] and first == 0.0


def test_a_trained_network_gets_more_places():
    memory = Memory(jnp.float32(1), jnp.float32(1))
    network = reinstating_actor_critic(Reinstating(arms=3, bits=2, places=1), memory, jax.random.key(0))
    wide = reinstatement.with_places(network, 5)
    assert wide.encoder.start().stored.cell.shape == (5, 3, 8)
    assert network.encoder.settings.places == 1


def test_more_contexts_than_places_are_refused_before_anything_runs():
    with pytest.raises(ValueError, match=r"contexts\n.*less than or equal to 10"):
        reinstatement.Reinstatement(contexts=11)
