"""Returns and advantages, one episode each.

Times as in Sutton and Barto: the action taken in the state of value v_tm1 gives the reward r_t, the discount_t
and the state of value v_t. All sequences run over the same steps, and discount_t is 0 where the episode ends, so that
nothing is carried across the end.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Sequence = Float[Array, "time"]


def discounted_returns(r_t: Sequence, discount_t: Sequence) -> Sequence:
    """Return G_tm1 = r_t + discount_t G_t; nothing follows the last step."""
    return _accumulate(r_t, discount_t)


def lambda_returns(
    r_t: Sequence, discount_t: Sequence, v_t: Sequence, lambda_: float | Float[Array, ""]
) -> Sequence:
    """Return G_tm1 = r_t + discount_t ((1 - lambda) v_t + lambda G_t), with v_t for G_t after the last step.

    Sutton and Barto (2018), 12.18. lambda 0 gives the one-step target, lambda 1 the discounted return.
    """
    following = (1.0 - lambda_) * v_t
    following = following.at[-1].set(v_t[-1])
    return _accumulate(r_t + discount_t * following, lambda_ * discount_t)


def generalised_advantages(
    r_t: Sequence, discount_t: Sequence, v_tm1: Sequence, v_t: Sequence, lambda_: float
) -> Sequence:
    """Return A_tm1 = delta_t + lambda discount_t A_t, where delta_t = r_t + discount_t v_t - v_tm1.

    Schulman et al. (2016), 16. It is the lambda-return less v_tm1.
    """
    return _accumulate(r_t + discount_t * v_t - v_tm1, lambda_ * discount_t)


def retrace_targets(
    r_t: Sequence, discount_t: Sequence, q_tm1: Sequence, v_t: Sequence, trace_t: Sequence
) -> Sequence:
    """Return G_tm1 = q_tm1 + D_tm1, with D_tm1 = r_t + discount_t v_t - q_tm1 + discount_t trace_t D_t.

    Munos et al. (2016), 3 and 4. q_tm1 is the value of the action taken, v_t the expected value of the target policy's
    action in the next state, trace_t that of the action taken there. Nothing is carried over the last step, so that
    the last trace counts for nothing.
    """
    errors = r_t + discount_t * v_t - q_tm1
    return q_tm1 + _accumulate(errors, discount_t * trace_t)


def retrace_traces(log_probability_t: Sequence, behaviour_t: Sequence, lambda_: float) -> Sequence:
    """Return lambda min(1, pi(a_t | s_t) / mu(a_t | s_t)), both probabilities given as logarithms.

    Munos et al. (2016), Retrace(lambda): off policy it cuts what follows an action that the target policy takes more
    rarely than the policy that acted; on policy it cuts nothing.
    """
    return lambda_ * jnp.exp(jnp.minimum(log_probability_t - behaviour_t, 0.0))


def _accumulate(term: Sequence, factor: Sequence) -> Sequence:
    """Solve x_t = term_t + factor_t x_{t+1} backwards from x = 0, in a logarithmic number of vector operations."""

    def compose(
        later: tuple[Sequence, Sequence], earlier: tuple[Sequence, Sequence]
    ) -> tuple[Sequence, Sequence]:
        return earlier[0] + earlier[1] * later[0], earlier[1] * later[1]

    total, _ = jax.lax.associative_scan(compose, (term, factor), reverse=True)
    return jnp.asarray(total)
