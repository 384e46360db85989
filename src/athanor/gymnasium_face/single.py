"""One episode after another of a task family, as a Gymnasium environment."""

from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium.error import ResetNeeded
from jaxtyping import Float32

from athanor.gymnasium_face.episodes import (
    Episode,
    Packed,
    drawn_seed,
    one_advances,
    one_begins,
    one_begins_on,
    opened,
)
from athanor.gymnasium_face.families import Family, View, picture_of
from athanor.gymnasium_face.forks import refuse_if_it_would_hang
from athanor.gymnasium_face.options import given_task, known_options, require_truth
from athanor.gymnasium_face.spaces import of_gymnasium, one_action

Observation = Float32[np.ndarray, "size"]


class FamilyEnv(gymnasium.Env[Observation, Any]):
    """A family of tasks; each reset draws a hidden task, and an episode is played on it.

    The horizon belongs to the game: an episode ends with `terminated`, whatever ended it, and never with `truncated`.
    After its end nothing changes, every reward is 0, and every step is terminated again.
    """

    family: ClassVar[Family]
    metadata: dict[str, Any] = {"render_modes": [], "render_fps": 4}  # noqa: RUF012 (as its base)

    def __init__(
        self,
        render_mode: str | None = None,
        keep_task: bool = False,
        see_belief: bool = False,
        see_history: bool = False,
        episodes: int = 1,
        **rules: Any,
    ) -> None:
        """Fix the rules: the fields of the family's dataclass, by name.

        `keep_task` draws a task at the first reset and at each with a seed, and keeps it otherwise, also under automatic
        reset. With `see_belief` the observation ends with the features of the exact posterior, where there is one; with
        `see_history` it ends with the previous action (one-hot where it is a number), the previous reward and whether
        an episode starts. An episode of Gymnasium is as many `episodes` of the family, all on one task.
        """
        self.game = self.family.game(rules, View(see_belief, see_history, episodes))
        self.render_mode = self.family.mode(render_mode)
        self.keep_task = require_truth("keep_task", keep_task)
        self.observation_space = of_gymnasium(self.game.observation)
        self.action_space = of_gymnasium(self.game.action)
        self._action = self.game.action
        self._size = len(self.game.observation.low)
        self._words: Packed | None = None

    @property
    def task(self) -> Any:
        """Return the hidden task of the episode: to study, not for agents."""
        return self._episode("task").task

    @property
    def state(self) -> Any:
        """Return the state of the episode: to study, not for agents."""
        return self._episode("state").state

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start an episode; `options={"task": task}` gives the task, which is else drawn, or kept with `keep_task`."""
        super().reset(seed=seed)
        refuse_if_it_would_hang()
        chosen = known_options(options, "task")
        number = drawn_seed(self.np_random)
        if "task" in chosen:
            self._begin_on(given_task(self.game, chosen["task"]), number)
        elif self.keep_task and seed is None and self._words is not None:
            self._begin_on(self.task, number)
        else:
            self._words = one_begins(self.game, number)
        return self._shown()[:-2], {}

    def step(self, action: Any) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Take an action; raise ValueError for one that is not in the action space."""
        refuse_if_it_would_hang()
        fixed, moving = self._running("step()")
        valid = one_action(self._action, action)
        self._words = Packed(fixed, one_advances(self.game, fixed, moving, valid))
        shown = self._shown()
        return shown[:-2], float(shown[-2]), bool(shown[-1]), False, {}

    def render(self) -> Any:
        """Return the state as an image or as text, or none without a render mode."""
        episode = self._episode("render()")
        if self.render_mode is None:
            return None
        return picture_of(self.family.pictures[self.render_mode], self.game, episode.task, episode.state)

    def _begin_on(self, task: Any, seed: np.uint32) -> None:
        self._words = one_begins_on(self.game, task, seed)

    def _shown(self) -> Float32[np.ndarray, "shown"]:
        """Return the observation, the reward and whether the episode is over, as an array of the caller's own."""
        return np.asarray(self._running("step()").moving)[: self._size + 2].view(np.float32).copy()

    def _episode(self, asked: str) -> Episode:
        return opened(self.game, self._running(asked))

    def _running(self, asked: str) -> Packed:
        if self._words is None:
            raise ResetNeeded(f"Cannot call env.{asked} before calling env.reset()")
        return self._words
