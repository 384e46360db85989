"""Many episodes of a task family at once, in one compiled program a step, as a Gymnasium vector environment."""

from collections.abc import Sequence
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from jaxtyping import Bool, Float, Float32

from athanor.gymnasium_face import episodes
from athanor.gymnasium_face.episodes import Episode, drawn_seed
from athanor.gymnasium_face.families import Family, View, picture_of
from athanor.gymnasium_face.forks import refuse_if_it_would_hang
from athanor.gymnasium_face.options import given_mask, given_task, known_options, require_truth
from athanor.gymnasium_face.spaces import many_actions, of_gymnasium

Observations = Float32[np.ndarray, "env size"]
Flags = Bool[np.ndarray, "env"]
Step = tuple[Observations, Float[np.ndarray, "env"], Flags, Flags, dict[str, Any]]

_GROWTH = 8  # programs that start episodes exist for 1, 8, 64, … episodes at once


class FamilyVectorEnv(VectorEnv[Observations, Any, Any]):
    """A batch of environments of a family: what `SyncVectorEnv` of as many single ones gives, number by number.

    Environment i has its own stream of random numbers, that of a single environment whose seed is the batch's plus i.
    An episode ends with `terminated`, never with `truncated`. `autoreset_mode` is one of Gymnasium's: `NextStep` (a
    step after the end starts the next episode, whatever the action), `SameStep` (the step that ends an episode returns
    the next one's first observation, and the last one in `final_obs`), or `Disabled`.
    """

    family: ClassVar[Family]
    metadata: dict[str, Any] = {  # noqa: RUF012 (as its base)
        "render_modes": [],
        "render_fps": 4,
        "autoreset_mode": AutoresetMode.NEXT_STEP,
    }

    def __init__(
        self,
        num_envs: int = 1,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        render_mode: str | None = None,
        keep_task: bool = False,
        see_belief: bool = False,
        see_history: bool = False,
        episodes: int = 1,
        **rules: Any,
    ) -> None:
        """Fix the rules, as those of a single environment."""
        self.game = self.family.game(rules, View(see_belief, see_history, episodes))
        self.render_mode = self.family.mode(render_mode)
        self.keep_task = require_truth("keep_task", keep_task)
        if type(num_envs) is not int or num_envs < 1:
            raise ValueError(f"num_envs is {num_envs!r}, must be a whole number of at least 1")
        self.num_envs = num_envs
        self.autoreset_mode = _mode(autoreset_mode)
        self.metadata = self.metadata | {"autoreset_mode": self.autoreset_mode}
        self.single_observation_space = of_gymnasium(self.game.observation)
        self.single_action_space = of_gymnasium(self.game.action)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._action = self.game.action
        self._random: list[tuple[np.random.Generator, int]] = []  # and their seeds
        self._episodes: Episode | None = None
        self._seen: Observations = np.zeros((num_envs, len(self.game.observation.low)), np.float32)
        self._over: Flags = np.zeros(num_envs, bool)

    @property  # type: ignore[misc]
    def np_random(self) -> tuple[np.random.Generator, ...]:  # type: ignore[override]
        """Return the streams of random numbers, one per environment."""
        return tuple(stream for stream, _ in self._random)

    @property
    def np_random_seed(self) -> tuple[int, ...]:  # type: ignore[override]
        """Return the seeds of these streams."""
        return tuple(seed for _, seed in self._random)

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[Observations, dict[str, Any]]:
        """Start episodes in all environments, or in those of `options["reset_mask"]`.

        A seed is that of the first environment, whose followers get the next ones, or a sequence with one for each.
        `options["task"]` gives a batch of tasks, one for each environment.
        """
        refuse_if_it_would_hang()
        chosen = known_options(options, "reset_mask", "task")
        mask = np.ones(self.num_envs, bool)
        if "reset_mask" in chosen:
            mask = given_mask(chosen["reset_mask"], self.num_envs)
        if self._episodes is None and not mask.all():
            raise ResetNeeded("Cannot reset some environments before calling reset() for all")
        is_given = "task" in chosen
        tasks = given_task(self.game, chosen["task"], (self.num_envs,)) if is_given else None
        anew = self._reseed(seed, mask)
        if self._episodes is None:  # something in all places, to be replaced at once
            self._episodes, _ = episodes.many_begin(self.game, np.zeros(self.num_envs, np.uint32))
        if is_given:
            self._give(tasks, mask)
        is_kept = is_given | (self.keep_task & ~anew)
        self._begin(mask & is_kept, keep_task=True)
        self._begin(mask & ~is_kept, keep_task=False)
        self._over = self._over & ~mask
        return self._seen.copy(), {}

    def step(self, actions: Any) -> Step:
        """Take an action in each environment; raise ValueError for one that is not in the action space."""
        refuse_if_it_would_hang()
        batch = many_actions(self._action, actions, self.num_envs)
        self._episodes, outcome = episodes.many_advance(self.game, self._running(), batch)
        before, infos = self._over, {}
        self._seen, over = np.array(outcome.observation), np.array(outcome.over)
        if self.autoreset_mode == AutoresetMode.NEXT_STEP:
            self._begin(before, self.keep_task)
            over &= ~before
        self._over = over
        if self.autoreset_mode == AutoresetMode.SAME_STEP:
            infos = self._last_seen(over)
            self._begin(over, self.keep_task)
            self._over = np.zeros_like(over)
        return (
            self._seen.copy(),
            np.array(outcome.reward, np.float64),
            over.copy(),
            np.zeros_like(over),
            infos,
        )

    def render(self) -> tuple[Any, ...] | None:
        """Return the states as images or as texts, or none without a render mode."""
        if self.render_mode is None:
            return None
        picture = self.family.pictures[self.render_mode]
        running = self._running()
        alone = [jax.tree.map(lambda leaf, i=i: leaf[i], running) for i in range(self.num_envs)]
        return tuple(picture_of(picture, self.game, episode.task, episode.state) for episode in alone)

    def _running(self) -> Episode:
        if self._episodes is None:
            raise ResetNeeded("Cannot call step or render before calling reset()")
        return self._episodes

    def _reseed(self, seed: int | Sequence[int | None] | None, mask: Flags) -> Flags:
        """Renew the streams of random numbers of environments that get a seed, or have none; return which do so."""
        seeds = [seed] * self.num_envs if seed is None else seed
        if isinstance(seeds, int | np.integer):
            seeds = [int(seeds) + i for i in range(self.num_envs)]
        if len(seeds) != self.num_envs:
            raise ValueError(
                f"there are {len(seeds)} seeds, must be one for each of {self.num_envs} environments"
            )
        if not self._random:
            self._random = [seeding.np_random(one) for one in seeds]
            return np.ones(self.num_envs, bool)
        anew = mask & np.array([one is not None for one in seeds])
        for i in np.flatnonzero(anew):
            self._random[i] = seeding.np_random(seeds[int(i)])
        return anew

    def _give(self, tasks: Any, mask: Flags) -> None:
        """Put tasks where the mask is set."""
        running = self._running()

        def given(new: np.ndarray, old: Any) -> Any:
            return jnp.where(mask.reshape(-1, *[1] * (new.ndim - 1)), new, old)

        self._episodes = running._replace(task=jax.tree.map(given, tasks, running.task))

    def _begin(self, mask: Flags, keep_task: bool) -> None:
        """Start new episodes where the mask is set."""
        places = np.flatnonzero(mask)
        if not len(places):
            return
        unused = _size(len(places), self.num_envs) - len(places)
        seeds = [drawn_seed(self._random[i][0]) for i in places]
        self._episodes, seen = episodes.some_begin(
            self.game,
            self._running(),
            np.pad(places, (0, unused), constant_values=self.num_envs).astype(np.int32),
            np.pad(np.array(seeds, np.uint32), (0, unused)),
            keep_task,
        )
        self._seen = self._seen.copy()
        self._seen[places] = np.asarray(seen)[: len(places)]

    def _last_seen(self, over: Flags) -> dict[str, Any]:
        """Return the last observations of episodes that are over, as Gymnasium's own vector environments do."""
        if not over.any():
            return {}
        last = np.full(self.num_envs, None, object)
        for i in np.flatnonzero(over):
            last[i] = self._seen[i]
        return {"final_obs": last, "_final_obs": over.copy(), "final_info": {}, "_final_info": over.copy()}


def _size(count: int, most: int) -> int:
    """Return the least power of 8 that is at least a count, and no more than the batch."""
    size = 1
    while size < count:
        size *= _GROWTH
    return min(size, most)


def _mode(mode: AutoresetMode | str) -> AutoresetMode:
    """Return an autoreset mode, or say in one line which ones there are."""
    try:
        return AutoresetMode(mode)
    except ValueError:
        known = ", ".join(one.value for one in AutoresetMode)
        raise ValueError(f"autoreset_mode is {mode!r}, must be one of {known}") from None
