"""Skills that states tell apart, without rewards, where states are few (Eysenbach et al. 2019).

A skill z is drawn uniformly from K, and a policy π(a | s, z, t) played. DIAYN maximises

    F(π, D) = Σ_t E[ log D(z | s_t) − log p(z) ] + temperature · Σ_t E[ H(π(· | s_t, z, t)) ],

t from 1, whose first part is at most log K a step, with equality if and only if the states tell the skills. Where moves are
deterministic and states are few, both halves of a round are exact: the best discriminator is the posterior of the skill, and the
best policies follow from soft backward induction on the reward log D − log p. So F never falls. Random rewards are those of a
discriminator with random weights.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

FLOOR = (
    1e-6  # share of a state's visits that all skills together get besides their own: no reward is infinite
)

UNSEEN = 1e-12  # visits below which a state counts as one where no skill has been

Policies = Float[Array, "skill step state action"]  # probabilities
Discriminator = Float[Array, "skill state"]  # D(z | s), summing to 1 over skills


@dataclass(frozen=True)
class Skills:
    """The settings: how many skills, and what they learn by."""

    skills: int = 4
    temperature: float = 1.0  # nats of reward that a nat of entropy is worth
    rounds: int = 50  # each of one discriminator and one set of policies

    def __post_init__(self) -> None:
        for name, valid, must in (
            ("skills", 2 <= self.skills <= 1000, "from 2 to 1000"),
            ("temperature", 0 < self.temperature < math.inf, "more than 0 and finite"),
            ("rounds", self.rounds >= 1, "at least 1"),
        ):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")


class World(NamedTuple):
    """A world of few states without rewards."""

    following: Int[Array, "state action"]  # the state that an action leads to
    start: int
    steps: int  # of an episode


class Round(NamedTuple):
    """What a round reports, before it changes the policies."""

    information: Float[Array, ""]  # I(S; Z) in nats, of a state drawn uniformly from the steps
    objective: Float[Array, ""]  # F


def random_policies(settings: Skills, world: World, key: PRNGKeyArray) -> Policies:
    """Return policies that differ, so that rounds can tell skills apart."""
    shape = settings.skills, world.steps, *world.following.shape
    return jax.nn.softmax(jax.random.normal(key, shape), axis=-1)


def visits(world: World, policy: Float[Array, "step state action"]) -> Float[Array, "step state"]:
    """Return the probability of each state after each step."""
    states = len(world.following)

    def step(
        presence: Float[Array, "state"], chance: Float[Array, "state action"]
    ) -> tuple[Float[Array, "state"], Float[Array, "state"]]:
        flow = presence[:, None] * chance
        presence = jnp.zeros(states).at[world.following].add(flow)
        return presence, presence

    return jax.lax.scan(step, jax.nn.one_hot(world.start, states), policy)[1]


def posterior(presence: Float[Array, "skill state"]) -> Discriminator:
    """Return the best discriminator: the posterior of the skill; uniform where no skill has been."""
    total = jnp.sum(presence, axis=0)
    weight = presence + FLOOR * total / len(presence)
    share = weight / jnp.maximum((1 + FLOOR) * total, UNSEEN)
    return jnp.where(total > UNSEEN, share, 1 / len(presence))


def random_discriminator(skills: int, states: int, deviation: float, key: PRNGKeyArray) -> Discriminator:
    """Return a discriminator whose logits are drawn, each alone."""
    if skills < 2:
        raise ValueError(f"skills is {skills}, must be at least 2")
    return jax.nn.softmax(deviation * jax.random.normal(key, (skills, states)), axis=0)


def skill_rewards(discriminator: Discriminator) -> Float[Array, "skill state"]:
    """Return log D(z | s) − log p(z), which makes a task of each skill; it is at most log K."""
    return jnp.log(discriminator) + math.log(len(discriminator))


def best_policy(
    world: World, reward: Float[Array, "state"], temperature: float
) -> Float[Array, "step state action"]:
    """Return the policy of the greatest reward and entropy: V = τ log Σ_a exp(Q / τ), π ∝ exp(Q / τ)."""

    def back(
        later: Float[Array, "state"], _: None
    ) -> tuple[Float[Array, "state"], Float[Array, "state action"]]:
        scaled = (reward + later)[world.following] / temperature
        return temperature * jax.nn.logsumexp(scaled, axis=1), jax.nn.softmax(scaled, axis=1)

    start = jnp.zeros(len(world.following))
    return jax.lax.scan(back, start, None, length=world.steps)[1][::-1]


def information(presence: Float[Array, "skill state"]) -> Float[Array, ""]:
    """Return I(S; Z) in nats, skills drawn uniformly."""
    ratio = presence / jnp.maximum(jnp.mean(presence, axis=0), 1e-30)
    return jnp.sum(jnp.where(presence > 0, presence * jnp.log(jnp.maximum(ratio, 1e-30)), 0.0)) / len(
        presence
    )


def objective(
    settings: Skills, world: World, policies: Policies, discriminator: Discriminator
) -> Float[Array, ""]:
    """Return F of policies and a discriminator."""
    after = jax.vmap(visits, in_axes=(None, 0))(world, policies)
    start = jnp.broadcast_to(jax.nn.one_hot(world.start, after.shape[-1]), after[:, :1].shape)
    before = jnp.concatenate([start, after[:, :-1]], axis=1)
    surprise = -jnp.log(jnp.maximum(policies, 1e-30))
    entropy = jnp.sum(before[..., None] * policies * surprise)
    reward = jnp.sum(after * skill_rewards(discriminator)[:, None])
    return (reward + settings.temperature * entropy) / settings.skills


def learn_skills(settings: Skills, world: World, key: PRNGKeyArray) -> tuple[Policies, Discriminator, Round]:
    """Return the policies after all rounds, their discriminator, and what the rounds report."""

    def round_(policies: Policies, _: None) -> tuple[Policies, Round]:
        discriminator, told = _told(world, policies)
        report = Round(told, objective(settings, world, policies, discriminator))
        reward = skill_rewards(discriminator)
        best = jax.vmap(best_policy, in_axes=(None, 0, None))(world, reward, settings.temperature)
        return best, report

    first = random_policies(settings, world, key)
    policies, reports = jax.lax.scan(round_, first, None, length=settings.rounds)
    return policies, _told(world, policies)[0], reports


def _told(world: World, policies: Policies) -> tuple[Discriminator, Float[Array, ""]]:
    """Return the discriminator of policies, and what their states tell of the skill."""
    presence = jnp.mean(jax.vmap(visits, in_axes=(None, 0))(world, policies), axis=1)
    return posterior(presence), information(presence)
