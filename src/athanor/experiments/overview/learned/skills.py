"""Learn skills of the room by their own discriminator, and by random ones, beside what states can tell at most."""

from collections.abc import Iterator
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Key, PRNGKeyArray

from athanor.experiments.overview.learned.config import SkillTasks
from athanor.experiments.overview.learned.row import Learned
from athanor.learning.skills import (
    Policies,
    Skills,
    World,
    best_policy,
    information,
    learn_skills,
    random_discriminator,
    random_policies,
    skill_rewards,
    visits,
)
from athanor.tasks.room.environment import Room
from athanor.tasks.room.exact import any_step_bound, final_bound

ROOM = Room()
WORLD = World(jnp.asarray(ROOM.following), ROOM.start, ROOM.steps)


def run(skills: SkillTasks, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `skills`: what states tell of the skill, by number of skills, and for the most of them by temperature."""
    keys, most = jax.random.split(key, skills.runs), max(skills.skills)
    rows = [
        row for count in skills.skills for row in _told(skills, count, skills.temperature, keys, f"K{count}")
    ]
    for temperature in skills.temperatures:
        rows += _told(skills, most, temperature, keys, f"K{most}_temperature{temperature:g}")
    return {"skills": pd.DataFrame(rows, columns=list(Learned._fields))}


def _told(
    settings: SkillTasks, count: int, temperature: float, keys: Key[Array, "run"], condition: str
) -> Iterator[Learned]:
    """Yield what each kind of skills tells, in nats and as a share of two bounds."""
    found = jax.jit(jax.vmap(partial(informations, settings, count, temperature)))(keys)
    bounds = {"share": final_bound(ROOM, count), "share_of_any_step": any_step_bound(ROOM, count)}
    for system, by_run in found.items():
        for number, nats in enumerate(np.asarray(by_run, float)):
            values = {"information": nats} | {name: nats / bound for name, bound in bounds.items()}
            for quantity, value in values.items():
                yield Learned(20, system, "room", condition, number, quantity, float(value))


def informations(
    settings: SkillTasks, count: int, temperature: float, key: PRNGKeyArray
) -> dict[str, Float[Array, ""]]:
    """Return I(S; Z) of DIAYN's skills, of those that a random discriminator rewards, and of random policies."""
    learning, random_key = Skills(count, temperature, settings.rounds), jax.random.fold_in(key, 1)
    drawn = random_discriminator(count, ROOM.cells, settings.deviation, random_key)
    policies = {
        "diayn": learn_skills(learning, WORLD, key)[0],
        "random_discriminator": jax.vmap(partial(best_policy, WORLD), in_axes=(0, None))(
            skill_rewards(drawn), temperature
        ),
        "untrained": random_policies(learning, WORLD, key),
    }
    return {system: told(of_system) for system, of_system in policies.items()}


def told(policies: Policies) -> Float[Array, ""]:
    """Return I(S; Z), the state being that after a step drawn uniformly."""
    return information(jnp.mean(jax.vmap(partial(visits, WORLD))(policies), axis=1))
