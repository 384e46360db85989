"""Numpad: told is the sequence of pads."""

from athanor.experiments.task_inference.learning.families import Family, Supervised
from athanor.learning.descriptions import Class, Description
from athanor.tasks.numpad.environment import Numpad
from athanor.tasks.numpad.returns import SETTINGS


def pads(rules: Numpad) -> Supervised:
    """Tell the pad at every position of the sequence."""
    return Supervised(Description((Class(rules.cells),) * rules.pads), rules.describe)


FAMILY = Family(SETTINGS, pads)
