"""Sparse navigation: told is the part of the arc that holds the target, as in the semicircle."""

from athanor.experiments.task_inference.learning.families import Family
from athanor.experiments.task_inference.learning.families.semicircle import angle_class
from athanor.tasks.sparse_navigation.environment import SETTINGS

FAMILY = Family(SETTINGS, angle_class)
