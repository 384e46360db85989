"""Navigation as a Gymnasium environment, `athanor/Navigation-v0`: a thin wrapper of the JAX one."""

from dataclasses import asdict
from typing import Any, Literal

import gymnasium
import jax
import jax.numpy as jnp
import numpy as np
from gymnasium import spaces
from jaxtyping import Float, PRNGKeyArray

from athanor.tasks.navigation.environment import Navigation, Target
from athanor.tasks.navigation.rendering import Image, draw
from athanor.tasks.navigation.rules import ACTIONS, SETTINGS, Distribution, ObstacleLevel, target_cells

Observation = Float[np.ndarray, "size"]

_sample_task = jax.jit(Navigation.sample_task, static_argnums=0)
_reset = jax.jit(Navigation.reset, static_argnums=0)
_step = jax.jit(Navigation.step, static_argnums=0)
_observe = jax.jit(Navigation.observe, static_argnums=0)


class NavigationEnv(gymnasium.Env[Observation, np.int64]):
    """One episode to one target; `reset` draws the next target.

    The observation is the position, with the target if it is seen, in metres. Actions 0 to 7 move clockwise from
    north. An episode terminates at the target and is truncated at the horizon.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 20}  # noqa: RUF012 (as its base)

    def __init__(
        self,
        setting: Literal["release", "figure2", "clean"] = "release",
        obstacles: ObstacleLevel = "medium",
        distribution: Distribution = "uniform",
        see_goal: bool = True,
        render_mode: str | None = None,
        **rules: Any,
    ) -> None:
        """Fix the rules: those of a setting, any of them replaced by its name in `Rules`."""
        if setting not in SETTINGS:
            raise ValueError(f"setting is {setting!r}, must be one of {', '.join(SETTINGS)}")
        chosen = {"obstacles": obstacles, "distribution": distribution, "see_goal": see_goal} | rules
        self.rules = Navigation(**(asdict(SETTINGS[setting]) | chosen))
        self.render_mode = render_mode
        self.observation_space = _observation_space(self.rules)
        self.action_space = spaces.Discrete(ACTIONS)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start an episode; `options={"target": (x, y)}` gives the target, `{"keep_target": True}` keeps the last."""
        super().reset(seed=seed)
        chosen = options or {}
        task_key, reset_key = jax.random.split(self._key())
        if "target" in chosen:
            self.task = Target(jnp.asarray(target_cells(self.rules, (tuple(chosen["target"]),))[0]))
        elif not (chosen.get("keep_target", False) and hasattr(self, "task")):
            self.task = _sample_task(self.rules, task_key)
        self.state = _reset(self.rules, self.task, reset_key)
        self.trail = [np.asarray(self.rules.position(self.state))]
        return self._observation(), self._info()

    def step(self, action: int | np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Take an action."""
        self.state, transition = _step(self.rules, self.task, self.state, np.int32(action), self._key())
        observation = self._observation()
        self.trail.append(observation[:2])
        over = bool(transition.terminated)
        reached = over and bool(self.rules.reached(self.task, self.state))
        return observation, float(transition.reward), reached, over and not reached, self._info()

    def render(self) -> Image:
        """Return the map with the way walked, the agent and the target as an RGB image."""
        return draw(self.rules, np.asarray(self.task.cell), self.trail)

    def _observation(self) -> Observation:
        return np.asarray(_observe(self.rules, self.task, self.state))

    def _info(self) -> dict[str, Any]:
        return {"squared_distance": float(self.rules.squared_distance(self.task, self.state))}

    def _key(self) -> PRNGKeyArray:
        return jax.random.key(self.np_random.integers(2**32, dtype=np.uint32))


def _observation_space(rules: Navigation) -> spaces.Box:
    """Return the box of all observations; where the square does not confine the agent, as far as it can walk."""
    low, high = np.zeros(2), np.full(2, rules.last_cell)
    if rules.outside != "clip":
        low = np.minimum(low, np.array(rules.start_cell) - rules.moves)
        high = np.maximum(high, np.array(rules.start_cell) + rules.moves)
    if rules.see_goal:
        low, high = np.append(low, np.zeros(2)), np.append(high, np.full(2, rules.last_cell))
    stride = np.float32(rules.stride)
    return spaces.Box(low.astype(np.float32) * stride, high.astype(np.float32) * stride, dtype=np.float32)
