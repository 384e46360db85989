"""The game of the configuration."""

from athanor.experiments.alchemy.game.config import Environment
from athanor.tasks.alchemy.environment import Alchemy, alchemy
from athanor.tasks.alchemy.rules import Rules


def game_of(environment: Environment) -> Alchemy:
    """Return the game with the rules of the configuration."""
    return alchemy(Rules(**environment.model_dump()))
