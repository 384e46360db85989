"""Returns of the noisy target's agents: the oracle's exactly where two bounds meet, others simulated, with intervals.

The Bayes-optimal return lies between that of the greedy agent, which steers to where the exact posterior makes a
reward likeliest, and the oracle's; as its expected return stands the middle. Every simulated return is a sum of
probabilities of rewards, whose mean is that of the rewards. Intervals hold 95 %.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.expected_return import ExpectedReturn, bracket, rules_of, simulated
from athanor.tasks.noisy_target.belief import centres
from athanor.tasks.noisy_target.environment import SETTINGS, NoisyTarget, State, Target

GREEDY = 1000  # episodes of the greedy agent
RANDOM = 20_000  # and of random play
AIMS = 16  # cells per axis of the mesh of what the greedy agent may steer to
DISTANCES = 2000  # of targets, for means over the disc; twice as many change them by less than 0.001
_ROUNDING = 1e-4  # of a return in float32


def exact_returns(setting: str, key: PRNGKeyArray) -> list[ExpectedReturn]:
    """Return the expected return of an episode of every agent."""
    rules = rules_of(setting, SETTINGS)
    greedy_key, random_key = jax.random.split(key)
    least, most = oracle(rules)
    greedy = simulated("greedy", greedy_returns(rules, greedy_key))
    return [
        bracket("oracle", least, most),
        bracket("bayes_optimal", greedy.lower, most),
        greedy,
        simulated("random", random_returns(rules, random_key)),
    ]


def oracle(rules: NoisyTarget) -> tuple[float, float]:
    """Return bounds of the oracle's return: the expert's, and the upper bound; the latter twice where they meet."""
    least, most = expert_return(rules), upper_bound(rules)
    return (most if most - least < _ROUNDING else least), most


def expert_return(rules: NoisyTarget) -> float:
    """Return the mean return of the expert over the disc: by its symmetry, over targets on one radius."""

    def episode(distance: Float[Array, ""]) -> Float[Array, ""]:
        task = Target(jnp.stack([distance, jnp.float32(0)]))

        def advance(state: State, _: None) -> tuple[State, Float[Array, ""]]:
            following = rules.rolled(state, rules.expert(task, state))
            return following, rules.chance(following.position, task.place)

        start = rules.reset(task, jax.random.key(0))
        return jax.lax.scan(advance, start, length=rules.steps)[1].sum()

    distances = jnp.asarray(_distances(), jnp.float32)
    return float(np.asarray(jax.jit(jax.vmap(episode))(distances), np.float64).mean())


def upper_bound(rules: NoisyTarget) -> float:
    """Return a mean return that no agent exceeds: at each step it is as near as the fastest ball from the middle.

    The rim shortens no distance but to what lies in the disc, and gives no speed: it brings a ball no farther out.
    """
    speed, reach, total = 0.0, 0.0, np.zeros(DISTANCES)
    for _ in range(rules.steps):
        speed = (1 - rules.friction) * speed + rules.acceleration
        reach += speed
        gap = np.maximum(_distances() - reach, 0.0) / rules.unit
        total += np.minimum(rules.most, 1 / (1 + gap**2))
    return float(total.mean())


def _distances() -> Float[np.ndarray, "target"]:
    """Return distances from the middle, each for an equal share of the disc."""
    return np.sqrt((np.arange(DISTANCES) + 0.5) / DISTANCES)


def greedy_returns(rules: NoisyTarget, key: PRNGKeyArray) -> Float[np.ndarray, "episode"]:
    """Return simulated returns of the agent that steers to the aim where a reward is likeliest by its belief."""
    aims, cells = jnp.asarray(centres(AIMS)), jnp.asarray(centres(rules.mesh))
    chances = jax.vmap(jax.vmap(rules.chance, (None, 0)), (0, None))(aims, cells)

    def episode(key: PRNGKeyArray) -> Float[Array, ""]:
        task_key, steps_key = jax.random.split(key)
        task = rules.sample_task(task_key)

        def advance(carry, key):  # type: ignore[no-untyped-def]
            state, belief = carry
            aim = aims[jnp.argmax(chances @ jnp.exp(belief.log_probability))]
            following, transition = rules.step(task, state, rules.steered(state, aim), key)
            seen, after = rules.observe(task, state), rules.observe(task, following)
            belief = rules.update(belief, seen, aim, transition.reward, after)
            return (following, belief), rules.chance(following.position, task.place)

        start = (rules.reset(task, task_key), rules.prior())
        return jax.lax.scan(advance, start, jax.random.split(steps_key, rules.steps))[1].sum()

    return np.asarray(jax.jit(jax.vmap(episode))(jax.random.split(key, GREEDY)), np.float64)


def random_returns(rules: NoisyTarget, key: PRNGKeyArray) -> Float[np.ndarray, "episode"]:
    """Return simulated returns of play whose every push is drawn uniformly from the space of actions."""

    def episode(key: PRNGKeyArray) -> Float[Array, ""]:
        task_key, push_key = jax.random.split(key)
        task = rules.sample_task(task_key)

        def advance(state: State, push: Float[Array, "2"]) -> tuple[State, Float[Array, ""]]:
            following = rules.rolled(state, push)
            return following, rules.chance(following.position, task.place)

        pushes = jax.random.uniform(push_key, (rules.steps, 2), jnp.float32, -1.0, 1.0)
        return jax.lax.scan(advance, rules.reset(task, task_key), pushes)[1].sum()

    return np.asarray(jax.jit(jax.vmap(episode))(jax.random.split(key, RANDOM)), np.float64)
