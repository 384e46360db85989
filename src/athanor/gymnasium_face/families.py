"""Find a task family by its place, and make a game of it from keyword arguments."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from importlib.util import find_spec
from types import ModuleType
from typing import Any, get_type_hints

import numpy as np
from pydantic import ConfigDict, TypeAdapter, ValidationError

from athanor import FAMILIES
from athanor.environment import Environment, WithPosterior
from athanor.gymnasium_face.options import require_truth
from athanor.observed import BeliefObserved
from athanor.trial import Trial

Game = Environment[Any, Any]
Picture = Callable[[Any, Any, Any], Any]  # of a game, a task and a state

MOST = 10**6  # of a rule that is a number, and steps of an episode
# What a family's `rendering` may define, and the render mode that it serves.
_PICTURES = {"render": "rgb_array", "text": "ansi"}


class NoSuchMode(ValueError, TypeError):
    """Say that a family has no such picture.

    Stable-Baselines3 asks each environment for `rgb_array`, and goes without only where that is a TypeError.
    """


@dataclass(frozen=True)
class View:
    """What is played as one episode, and what of it is seen beside the family's own observation."""

    belief: bool = False  # the features of the exact posterior
    history: bool = False  # the previous action and reward, and whether an episode of the family starts
    episodes: int = 1  # of the family, on one task

    def __post_init__(self) -> None:
        require_truth("see_belief", self.belief)
        require_truth("see_history", self.history)
        if type(self.episodes) is not int or self.episodes < 1:
            raise ValueError(f"episodes is {self.episodes!r}, must be a whole number of at least 1")

    def of(self, game: Game, name: str) -> Game:
        """Return a game seen so; raise ValueError where it cannot be."""
        if self.belief and not isinstance(game, WithPosterior):
            raise ValueError(f"see_belief is True, but {name} has no exact belief")
        game = BeliefObserved(game) if self.belief else game
        if not self.history and self.episodes == 1:
            return game
        return Trial(
            game, self.episodes, see_action=self.history, see_reward=self.history, see_start=self.history
        )


PLAIN = View()


@dataclass(frozen=True)
class Family:
    """A task family: the dataclass of its rules, named settings of them, and how its states are shown."""

    rules: Callable[..., Game]
    presets: Callable[[], Mapping[str, Any]] = dict  # by the name that `setting` gives; loaded only then
    pictures: Mapping[str, Picture] = field(default_factory=dict)  # by render mode

    @property
    def name(self) -> str:
        """Return the name of the rules."""
        return self.rules.__name__

    def game(self, settings: Mapping[str, Any], view: View = PLAIN) -> Game:
        """Return the game with some rules replaced; raise ValueError, one line, for what is unknown or impossible."""
        chosen = self._preset(settings) | {
            name: self._checked(name, value) for name, value in settings.items() if name != "setting"
        }
        try:
            game = view.of(self.rules(**chosen), self.name)
        except (ArithmeticError, MemoryError) as error:
            given = ", ".join(f"{name}={value!r}" for name, value in settings.items())
            raise ValueError(f"{given} makes no game of {self.name}: {error}") from None
        if game.steps > MOST:
            raise ValueError(f"an episode has {game.steps:,} steps, must have at most {MOST:,}")
        return game

    def mode(self, render_mode: str | None) -> str | None:
        """Return a render mode, or say which ones there are."""
        if render_mode is not None and render_mode not in self.pictures:
            known = ", ".join(self.pictures) or "none"
            raise NoSuchMode(f"render_mode is {render_mode!r}; {self.name} has {known}")
        return render_mode

    def _preset(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the rules of a named setting, where the family has such and one is named."""
        if "setting" not in settings:
            return {}
        name, presets = settings["setting"], self.presets()
        if not presets:
            raise ValueError(f"{self.name} has no named settings; it has {', '.join(self._names)}")
        if name not in presets:
            raise ValueError(f"setting is {name!r}, must be one of {', '.join(presets)}")
        preset = presets[name]
        return {rule: getattr(preset, rule) for rule in self._names}

    @property
    def _names(self) -> list[str]:
        return [rule.name for rule in fields(self.rules) if rule.init]  # type: ignore[arg-type]

    def _checked(self, name: str, value: Any) -> Any:
        """Return the value of a rule as its annotation has it."""
        if name not in self._names:
            known = ["setting"] * bool(self.presets()) + self._names
            raise ValueError(f"{self.name} has no setting {name!r}; it has {', '.join(known)}")
        annotation = get_type_hints(self.rules)[name]
        try:
            found = _validated(annotation, value)
        except ValidationError as error:
            message = error.errors()[0]["msg"].replace("Input should be", "must be")
            raise ValueError(f"{name} is {value!r}, {message}") from None
        if isinstance(found, int | float) and not abs(found) <= MOST:
            raise ValueError(f"{name} is {value!r}, must be at most {MOST:,}")
        return found


def found(name: str) -> Family:
    """Return the family whose class has a name: it is in `environment` of the folder of the same name."""
    folder = FAMILIES[name]
    environment = importlib.import_module(f"athanor.tasks.{folder}.environment")
    rendering = _module(folder, "rendering")
    pictures = {
        mode: getattr(rendering, draw) for draw, mode in _PICTURES.items() if hasattr(rendering, draw)
    }
    return Family(getattr(environment, name), partial(_presets, folder), pictures)


def _presets(folder: str) -> Mapping[str, Any]:
    """Return the named settings of a family: its own, or those that have a yardstick."""
    modules = (_module(folder, name) for name in ("rules", "returns"))
    return next((found for module in modules if (found := getattr(module, "SETTINGS", {}))), {})


def picture_of(picture: Picture, game: Game, task: Any, state: Any) -> Any:
    """Return what a family shows of a state; a belief or a history beside it is not shown."""
    if isinstance(game, Trial):
        return picture_of(picture, game.environment, task, state.state)
    if isinstance(game, BeliefObserved):
        return picture(game.family, task, state.state)
    return picture(game, task, state)


def _module(folder: str, name: str) -> ModuleType | None:
    """Return a module of a family, or none where there is none."""
    path = f"athanor.tasks.{folder}.{name}"
    return importlib.import_module(path) if find_spec(path) else None


def _validated(annotation: Any, value: Any) -> Any:
    """Return a value as its type has it; dataclasses bring their own configuration."""
    config = None if is_dataclass(annotation) else ConfigDict(arbitrary_types_allowed=True)
    return TypeAdapter(annotation, config=config).validate_python(_plain(value), strict=True)


def _plain(value: Any) -> Any:
    """Return a NumPy scalar as Python's, and a list as a tuple: rules are hashed."""
    if isinstance(value, np.generic):
        return value.item()
    return tuple(_plain(entry) for entry in value) if isinstance(value, list | tuple) else value
