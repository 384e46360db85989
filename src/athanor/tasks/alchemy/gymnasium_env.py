"""Alchemy as a Gymnasium environment, `athanor/Alchemy-v0`: a thin wrapper of the JAX one."""

from collections.abc import Sequence
from typing import Any

import gymnasium
import jax
import numpy as np
from gymnasium import spaces
from jaxtyping import Float, PRNGKeyArray

from athanor.observed import BeliefObserved, Believed
from athanor.tasks.alchemy.chemistries import AXES
from athanor.tasks.alchemy.environment import (
    NO_POTION,
    NO_STONE,
    Alchemy,
    Chemistry,
    colour_of,
    perceived,
)
from athanor.tasks.alchemy.observation import ABSENT
from athanor.tasks.alchemy.rules import Level

Observation = Float[np.ndarray, "size"]

_sample_task = jax.jit(lambda game, *inputs: game.sample_task(*inputs), static_argnums=0)
_reset = jax.jit(lambda game, *inputs: game.reset(*inputs), static_argnums=0)
_step = jax.jit(lambda game, *inputs: game.step(*inputs), static_argnums=0)
_observe = jax.jit(lambda game, *inputs: game.observe(*inputs), static_argnums=0)


class AlchemyEnv(gymnasium.Env[Observation, np.int64]):
    """One episode of several trials on one hidden chemistry; `reset` draws the next episode's chemistry.

    The observation holds, for each stone, three perceived coordinates, value / 3 and whether it is used (2, 2, 2, 2, 1 if
    so), and for each potion colour / 3 - 1 and whether it is used (1, 1 if so). Action 0 does nothing, and
    `1 + stone * (potions + 1) + t` puts a stone into the cauldron (t = 0) or into potion t. With `end_trial`, action 0
    ends the trial and all others come one later.

    It differs from the public symbolic environment in this: the numbering of colours is this one's own, a reset draws
    from a seed of Gymnasium, an action out of range is an error, and the chemistry can be given, kept or seen, or the exact belief of it.
    """

    metadata = {"render_modes": ["ansi"], "render_fps": 4}  # noqa: RUF012 (declared so by Gymnasium)

    def __init__(
        self,
        level: Level = "aligned",
        stones: int = 3,
        potions: int = 12,
        trials: int = 10,
        trial_steps: int = 20,
        end_trial: bool = False,
        see_chemistry: bool = False,
        see_belief: bool = False,
        render_mode: str | None = None,
    ) -> None:
        """Fix the rules: they are those of `Rules`; with `see_belief` the observation ends with the posterior's marginals."""
        self.rules = Alchemy(level, stones, potions, trials, trial_steps, end_trial, see_chemistry)
        self.game = BeliefObserved(self.rules) if see_belief else self.rules
        self.render_mode = render_mode
        self.observation_space = spaces.Box(-1.0, ABSENT, (self.game.observation.size,), np.float32)
        self.action_space = spaces.Discrete(self.rules.actions)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start an episode.

        `options={"chemistry": (graph, potion_map, stone_map, rotation)}` gives the chemistry, `{"keep_chemistry": True}`
        keeps the last episode's.
        """
        super().reset(seed=seed)
        chosen = options or {}
        task_key, reset_key = jax.random.split(self._key())
        if "chemistry" in chosen:
            self.task = self._given(chosen["chemistry"])
        elif not (chosen.get("keep_chemistry", False) and hasattr(self, "task")):
            self.task = _sample_task(self.game, task_key)
        self.state = _reset(self.game, self.task, reset_key)
        return self._observation(), {}

    def step(self, action: int | np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Take an action; the episode terminates after its last trial."""
        if not self.action_space.contains(action):
            raise ValueError(f"action is {action}, must be from 0 to {self.rules.actions - 1}")
        self.state, transition = _step(self.game, self.task, self.state, np.int32(action), self._key())
        return self._observation(), float(transition.reward), bool(transition.terminated), False, {}

    def render(self) -> str:
        """Return the state as one line of text: trial and step, stones as they look, colours of potions."""
        state = self.state.state if isinstance(self.state, Believed) else self.state
        trial, step = divmod(int(state.time), self.rules.trial_steps)
        stones, potions = state.stones.astype(np.int32), state.potions.astype(np.int32)
        rows = zip(perceived(self.task, stones).tolist(), stones.tolist(), strict=True)
        looks = [
            "gone" if stone == NO_STONE else f"{tuple(look)} worth {2 * stone.bit_count() - AXES}"
            for look, stone in rows
        ]
        colours = colour_of(self.task, potions).tolist()
        full = [str(colour) if colour != NO_POTION else "-" for colour in colours]
        return f"trial {trial + 1}, step {step + 1}: stones {', '.join(looks)}; potions {' '.join(full)}"

    def _given(self, numbers: Any) -> Chemistry:
        is_whole = isinstance(numbers, Sequence) and all(isinstance(one, int | np.integer) for one in numbers)
        if not (is_whole and len(numbers) in (3, 4)):
            raise ValueError(
                f"chemistry is {numbers}, must be whole numbers of graph, potion_map, stone_map and rotation (0 if left out)"
            )
        return self.rules.chemistry(*numbers)

    def _observation(self) -> Observation:
        return np.asarray(_observe(self.game, self.task, self.state))

    def _key(self) -> PRNGKeyArray:
        return jax.random.key(self.np_random.integers(2**32, dtype=np.uint32))
