"""How likely Thompson sampling is to pull each arm, exactly.

It pulls the arm whose draw from the posterior is the largest. That has the probability ∫ f_i(x) Π_{j ≠ i} F_j(x) dx, f
and F being the density and the distribution function of an arm's Beta posterior. Both are polynomials, so that
Gauss–Legendre quadrature with enough nodes is exact.
"""

from itertools import accumulate
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.special import betainc, gammaln

from athanor.tasks.bandit.multisets import Group, Partition, multisets


class Quadrature(NamedTuple):
    """Densities and distribution functions of arms by the number of their pulls, at the nodes."""

    weight: Float[np.ndarray, "node"]
    density: list[Float[np.ndarray, "_ node"]]
    distribution: list[Float[np.ndarray, "_ node"]]


def quadrature(arms: int, pulls: int) -> Quadrature:
    """Tabulate what an episode needs: the integrands have at most the degree `arms + pulls − 2`."""
    points, weights = np.polynomial.legendre.leggauss((arms + pulls) // 2 + 1)
    node = (points + 1) / 2
    made = range(pulls)
    return Quadrature(
        weights / 2, [_density(each, node) for each in made], [_distribution(each, node) for each in made]
    )


def _density(made: int, node: Float[np.ndarray, "node"]) -> Float[np.ndarray, "successes node"]:
    successes = np.arange(made + 1)[:, None]
    failures = made - successes
    scale = gammaln(made + 2) - gammaln(successes + 1) - gammaln(failures + 1)
    return np.exp(scale + successes * np.log(node) + failures * np.log1p(-node))


def _distribution(made: int, node: Float[np.ndarray, "node"]) -> Float[np.ndarray, "successes node"]:
    successes = np.arange(made + 1)[:, None]
    return betainc(successes + 1, made - successes + 1, node)


def group_integrands(
    tables: Quadrature, group: Group
) -> tuple[Float[np.ndarray, "multiset node"], Float[np.ndarray, "slot multiset node"]]:
    """Return, for every multiset, Π F over its arms; and for one arm after the other, f times Π F over the others."""
    pulls, arms = group
    density, distribution = tables.density[pulls], tables.distribution[pulls]
    if pulls == 0:  # all arms are alike: one slot stands for all of them
        others = distribution ** (arms - 1)
        return others * distribution, (arms * density * others)[None]
    rows = multisets(pulls, arms).T
    below = np.ones((arms + 1, rows.shape[1], len(tables.weight)))
    above = np.ones_like(below)
    for arm in range(arms):  # products over the arms before, and over those after
        below[arm + 1] = below[arm] * distribution[rows[arm]]
        above[arms - arm - 1] = above[arms - arm] * distribution[rows[arms - arm - 1]]
    return below[-1], below[:-1] * above[1:] * density[rows]


def choice_probabilities(tables: Quadrature, partition: Partition) -> list[Float[np.ndarray, "_ _ _ _"]]:
    """Return the probability of pulling each arm: a table per group, over (arm, groups before, group, groups after)."""
    products, integrands = zip(*(group_integrands(tables, group) for group in partition), strict=True)
    start, end = np.ones((1, len(tables.weight))), tables.weight[None]
    before = list(accumulate(products[:-1], _outer, initial=start))
    after = list(accumulate(products[:0:-1], lambda done, new: _outer(new, done), initial=end))[::-1]
    return [_integrals(*each) for each in zip(before, integrands, after, strict=True)]


def _integrals(
    before: Float[np.ndarray, "before node"],
    integrand: Float[np.ndarray, "slot multiset node"],
    after: Float[np.ndarray, "after node"],
) -> Float[np.ndarray, "slot before multiset after"]:
    chance = integrand.reshape(-1, integrand.shape[-1]) @ _outer(before, after).T
    return np.moveaxis(chance.reshape(*integrand.shape[:2], len(before), len(after)), 2, 1)


def _outer(
    first: Float[np.ndarray, "first node"], second: Float[np.ndarray, "second node"]
) -> Float[np.ndarray, "both node"]:
    """Return the products of all pairs, the second one's number running faster."""
    return (first[:, None] * second).reshape(-1, first.shape[-1])
