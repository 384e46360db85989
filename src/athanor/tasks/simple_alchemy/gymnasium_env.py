"""Simple Alchemy as a Gymnasium environment, `athanor/SimpleAlchemy-v0`: a thin wrapper of the JAX one."""

from typing import Any

import gymnasium
import jax
import numpy as np
from gymnasium import spaces
from jaxtyping import Float, PRNGKeyArray

from athanor.tasks.simple_alchemy.environment import (
    ACTIONS,
    ALL_FULL,
    OBSERVATION_SIZE,
    RewardMode,
    SimpleAlchemy,
)
from athanor.tasks.simple_alchemy.graphs import ATTRIBUTES, POTIONS, Family

Observation = Float[np.ndarray, "11"]

_sample_task = jax.jit(SimpleAlchemy.sample_task, static_argnums=0)
_reset = jax.jit(SimpleAlchemy.reset, static_argnums=0)
_step = jax.jit(SimpleAlchemy.step, static_argnums=0)
_observe = jax.jit(SimpleAlchemy.observe, static_argnums=0)


class SimpleAlchemyEnv(gymnasium.Env[Observation, np.int64]):
    """One episode of several trials on one hidden causal graph; `reset` draws the next episode's graph.

    The observation holds the three attributes, whether the stone is in the cauldron, which of the six potions are
    full (0 or 1 each), and the step of the trial as a fraction of its length. Actions: 0 does nothing, 1 to 6 dip the
    stone into a potion, 7 deposits it.
    """

    metadata = {"render_modes": ["ansi"], "render_fps": 4}  # noqa: RUF012 (declared so by Gymnasium)

    def __init__(
        self,
        family: Family = "three_edges",
        reward: RewardMode = "per_step",
        trials: int = 5,
        trial_steps: int = 20,
        goal: int = 0,
        render_mode: str | None = None,
    ) -> None:
        """Fix the rules: they are those of `SimpleAlchemy`."""
        self.rules = SimpleAlchemy(family, goal, trials, trial_steps, reward)
        self.render_mode = render_mode
        self.observation_space = spaces.Box(0.0, 1.0, (OBSERVATION_SIZE,), np.float32)
        self.action_space = spaces.Discrete(ACTIONS)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start an episode on a graph drawn uniformly; `options={"keep_graph": True}` keeps the last episode's."""
        super().reset(seed=seed)
        keep_graph = bool((options or {}).get("keep_graph", False)) and hasattr(self, "task")
        task_key, reset_key = jax.random.split(self._key())
        if not keep_graph:
            self.task = _sample_task(self.rules, task_key)
        self.state = _reset(self.rules, self.task, reset_key)
        return self._observation(), {}

    def step(self, action: int | np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Take an action; the episode terminates after its last trial."""
        self.state, transition = _step(self.rules, self.task, self.state, np.int32(action), self._key())
        return self._observation(), float(transition.reward), bool(transition.terminated), False, {}

    def render(self) -> str:
        """Return the state as one line of text: trial and step, attributes, place of the stone, full potions."""
        trial, step = divmod(int(self.state.time), self.rules.trial_steps)
        stone = "".join(str(int(self.state.stone) >> a & 1) for a in range(ATTRIBUTES))
        place = "in the cauldron" if self.state.in_cauldron else "outside"
        potions = int(self.state.potions)
        full = "all" if potions == ALL_FULL else " ".join(str(q) for q in range(POTIONS) if potions >> q & 1)
        return f"trial {trial + 1}, step {step + 1}: stone {stone} {place}, full potions: {full or 'none'}"

    def _observation(self) -> Observation:
        return np.asarray(_observe(self.rules, self.task, self.state))

    def _key(self) -> PRNGKeyArray:
        return jax.random.key(self.np_random.integers(2**32, dtype=np.uint32))
