"""Tests of skills in the room: what they tell stays below its bounds, and impossible sizes."""

import jax
import pytest
from pydantic import ValidationError

from athanor.experiments.overview.learned import skills
from athanor.experiments.overview.learned.config import SkillTasks
from athanor.experiments.overview.learned.row import Learned

FEW = SkillTasks(skills=(2,), temperature=0.1, temperatures=(), rounds=10, runs=2)


def test_what_states_tell_stays_below_its_bounds():
    table = skills.run(FEW, jax.random.key(0))["skills"]
    assert list(table.columns) == list(Learned._fields) and len(table) == 3 * 2 * 3
    shares = table[table["quantity"].str.startswith("share")]["value"]
    assert shares.between(0, 1 + 1e-5).all()
    mean = table[table["quantity"] == "share"].groupby(["condition", "system"])["value"].mean()
    assert mean["K2", "diayn"] > 0.9 > mean["K2", "untrained"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"skills": (1,)}, "skills.0\n.*greater than or equal to 2"),
        ({"skills": (4, 4)}, "skills names 4 twice, must name each once"),
        ({"temperature": 0.0}, "temperature\n.*greater than or equal to 0.01"),
    ],
)
def test_impossible_sizes_are_named(settings, message):
    with pytest.raises(ValidationError, match=message):
        SkillTasks(**settings)
