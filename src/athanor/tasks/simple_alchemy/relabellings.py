"""Symmetries of the game: relabelling attributes and colour pairs, with the goal fixed, changes nothing.

A relabelling sends attribute `a` to `attribute_image[a]` and pair `p` to `pair_image[p]`; colours keep their
direction. All arrays have the relabelling as their first axis; number 0 is the identity.
"""

import itertools
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from athanor.tasks.simple_alchemy.graphs import (
    ATTRIBUTES,
    EDGE_AT,
    EDGES,
    PAIRS,
    PERMUTATIONS,
    POTIONS,
    VERTICES,
)


class Relabellings(NamedTuple):
    """The symmetry group of a goal, as images of everything that carries a label."""

    attribute_image: Int[np.ndarray, "relabelling attribute"]
    pair_image: Int[np.ndarray, "relabelling pair"]
    edge_image: Int[np.ndarray, "relabelling attribute edge"]
    vertex_image: Int[np.ndarray, "relabelling vertex"]
    potion_image: Int[np.ndarray, "relabelling potion"]
    potions_image: Int[np.ndarray, "relabelling potions"]  # of the bit masks of full potions
    compose: Int[np.ndarray, "relabelling relabelling"]  # compose[g, h]: first h, then g


def relabellings(goal: int) -> Relabellings:
    """Return the relabellings that fix the goal: 36 for a goal with three equal attributes, else 12."""
    vertices = np.arange(VERTICES)
    fixing = [image for image in PERMUTATIONS if _permute_bits(np.array(goal), image) == goal]
    attribute_image, pair_image = (
        np.array(images) for images in zip(*itertools.product(fixing, PERMUTATIONS), strict=True)
    )
    vertex_image = np.array([_permute_bits(vertices, image) for image in attribute_image])
    potion_image = np.array(
        [2 * image[np.arange(POTIONS) // 2] + np.arange(POTIONS) % 2 for image in pair_image]
    )
    return Relabellings(
        attribute_image,
        pair_image,
        np.array([_edge_image(*images) for images in zip(attribute_image, vertex_image, strict=True)]),
        vertex_image,
        potion_image,
        np.array([_permute_bits(np.arange(2**POTIONS), image) for image in potion_image]),
        _composition(attribute_image, pair_image),
    )


def _permute_bits(bits: Int[np.ndarray, "..."], image: Int[np.ndarray, "bit"]) -> Int[np.ndarray, "..."]:
    """Move bit i to bit image[i]."""
    return np.asarray(np.sum([(bits >> i & 1) << target for i, target in enumerate(image)], axis=0))


def _edge_image(
    attribute_image: Int[np.ndarray, "attribute"],
    vertex_image: Int[np.ndarray, "vertex"],
) -> Int[np.ndarray, "attribute edge"]:
    """Return where one relabelling sends each edge, among the edges of its attribute's image."""
    image = np.empty((ATTRIBUTES, EDGES), int)
    for attribute in range(ATTRIBUTES):
        image[attribute, EDGE_AT[attribute]] = EDGE_AT[attribute_image[attribute], vertex_image]
    return image


def _composition(
    attribute_image: Int[np.ndarray, "relabelling attribute"],
    pair_image: Int[np.ndarray, "relabelling pair"],
) -> Int[np.ndarray, "relabelling relabelling"]:
    """Return the group's multiplication table."""
    images = np.concatenate([attribute_image, ATTRIBUTES + pair_image], axis=1)
    number = {tuple(image): index for index, image in enumerate(images)}
    assert images.shape[1] == ATTRIBUTES + PAIRS
    return np.array([[number[tuple(after[before])] for before in images] for after in images])
