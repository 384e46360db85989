"""Compare the exact belief with an independent Bayesian-network library, on the game as a dynamic network."""

import itertools

import jax.numpy as jnp
import numpy as np
import pyagrum

from athanor.tasks.simple_alchemy import belief
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs

GRAPHS = enumerate_graphs("three_edges")
TRIAL = 4  # steps of a trial in the network
GAME = {"stone": 8, "cauldron": 2, "step": TRIAL, "action": 8, "dip": 7} | {f"full{q}_": 2 for q in range(6)}
NO_DIP = 6


def network_of_the_game(plain, slices: int) -> pyagrum.BayesNet:
    """Unroll the game's two-time-slice network, filled from the plain rules.

    Node `dip` is the potion that is used: it gathers action, stone location and the plate of potions.
    """
    net = pyagrum.BayesNet()
    net.add(pyagrum.LabelizedVariable("graph", "", 384))
    for t, (name, size) in itertools.product(range(slices), GAME.items()):
        net.add(pyagrum.LabelizedVariable(f"{name}{t}", "", size))
    tables = tables_of_the_game(plain)
    for t in range(slices):
        full = [f"full{q}_{t}" for q in range(6)]
        attach(net, f"dip{t}", [f"action{t}", f"cauldron{t}", *full], tables["dip"])
        attach(net, f"action{t}", [], np.full(8, 1 / 8))
    for name in ("stone", "cauldron", "step", *(f"full{q}_" for q in range(6))):
        attach(net, f"{name}0", [], np.full(GAME[name], 1 / GAME[name]))
    attach(net, "graph", [], np.full(384, 1 / 384))
    for t, u in itertools.pairwise(range(slices)):
        attach(net, f"stone{u}", ["graph", f"stone{t}", f"dip{t}", f"step{t}"], tables["stone"])
        attach(net, f"cauldron{u}", [f"cauldron{t}", f"action{t}", f"step{t}"], tables["cauldron"])
        attach(net, f"step{u}", [f"step{t}"], np.roll(np.eye(TRIAL), 1, axis=1))
        for q in range(6):
            attach(net, f"full{q}_{u}", [f"full{q}_{t}", f"dip{t}", f"step{t}"], tables["full"][q])
    return net


def attach(net, child, parents, table) -> None:
    """Give a node its parents and its table, whose axes are the parents and then the child."""
    for parent in parents:
        net.addArc(parent, child)
    names = [*parents, child]
    axes = net.cpt(child).names[::-1]  # of the library's array
    net.cpt(child)[:] = np.ascontiguousarray(np.transpose(table, [names.index(name) for name in axes]))


def tables_of_the_game(plain):
    """Fill the tables of a next slice from the plain rules; the last step of a trial resets all but the graph."""
    stone = np.zeros((384, 8, 7, TRIAL, 8))
    for g in range(384):
        game = plain.Game(GRAPHS.attribute_of_pair[g], plain.edges(GRAPHS.edge_present[g]), (0, 0, 0))
        for v, q in itertools.product(range(8), range(6)):
            stone[g, v, q, :, plain.vertex(game.dipped(plain.attributes(v), q))] = 1
    stone[:, range(8), NO_DIP, :, range(8)] = 1
    stone[..., TRIAL - 1, :] = 1 / 8
    cauldron = np.zeros((2, 8, TRIAL, 2))
    for inside, action, step in np.ndindex(2, 8, TRIAL):
        cauldron[inside, action, step, int((inside or action == 7) and step < TRIAL - 1)] = 1
    full = np.zeros((6, 2, 7, TRIAL, 2))
    for q, is_full, dip, step in np.ndindex(6, 2, 7, TRIAL):
        full[q, is_full, dip, step, int((is_full and dip != q) or step == TRIAL - 1)] = 1
    dip = np.zeros((8, 2, *[2] * 6, 7))
    for action, inside, *is_full in np.ndindex(8, 2, *[2] * 6):
        used = 1 <= action <= 6 and not inside and is_full[action - 1]
        dip[action, inside, *is_full, action - 1 if used else NO_DIP] = 1
    return {"stone": stone, "cauldron": cauldron, "full": full, "dip": dip}


def play_at_random(plain, truth: int, slices: int, rng):
    """Return what an agent sees in each slice, by node, and the dips among it."""
    edges = plain.edges(GRAPHS.edge_present[truth])
    stones = rng.integers(8, size=slices + 1)
    start = plain.attributes(int(stones[0]))
    game = plain.Game(GRAPHS.attribute_of_pair[truth], edges, start, trial_steps=TRIAL)
    evidence, dips = {}, []
    for t in range(slices):
        action = int(rng.choice(8, p=[0.05] + [0.15] * 6 + [0.05]))
        seen = {"stone": plain.vertex(game.stone), "cauldron": int(game.in_cauldron), "step": t % TRIAL}
        seen |= {"action": action} | {f"full{q}_": int(q in game.full) for q in range(6)}
        evidence |= {f"{name}{t}": value for name, value in seen.items()}
        if t == slices - 1:
            continue  # the last action's outcome is not seen
        before = seen["stone"]
        if 1 <= action <= 6 and action - 1 in game.full and not game.in_cauldron and t % TRIAL < TRIAL - 1:
            dips.append((before, action - 1, plain.vertex(game.dipped(game.stone, action - 1))))
        game.step(action, plain.attributes(int(stones[t + 1])))
    return evidence, dips


def test_equals_a_bayesian_network_library(plain) -> None:
    slices = 10  # three trials, the third cut short
    inference = pyagrum.LazyPropagation(network_of_the_game(plain, slices))
    rng = np.random.default_rng(3)
    for truth in rng.choice(384, 4, replace=False):
        evidence, dips = play_at_random(plain, truth, slices, rng)
        inference.setEvidence(evidence)
        inference.makeInference()
        state = belief.prior("three_edges")
        for dip in dips:
            state = belief.update("three_edges", state, *map(jnp.int32, dip))
        flat = np.asarray(belief.consistent(GRAPHS, state), np.float64)
        assert 1 <= flat.sum() < 384
        posterior = inference.posterior("graph").toarray()
        np.testing.assert_allclose(posterior, flat / flat.sum(), rtol=0, atol=1e-12)
