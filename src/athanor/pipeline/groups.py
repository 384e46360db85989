"""Choose which light jobs a cluster runs together: each job of a cluster costs two starts of Snakemake and a place in the queue.

The group `first` holds light jobs that rest on light ones alone, the group `last` light jobs that only light ones rest
on. What leads out of either never leads into it again, so a group waits for nothing that waits for it.
"""

from collections.abc import Iterable, Mapping, Sequence

from athanor.pipeline.graph import Node

LIGHT = 60.0  # CPU-seconds: a few times what a job of a cluster costs besides its own work


def groups(graph: Sequence[Node], seconds: Mapping[str, float], experiments: Iterable[str]) -> dict[str, str]:
    """Return the group of each rule that has one.

    `seconds` are the measured ones of a job of each rule. An experiment that was never measured counts as long, what
    follows the experiments as light.
    """
    unknown = dict.fromkeys(experiments, float("inf"))
    rests_on = _rests_on(graph)
    apart = {node.rule for node in graph if node.measures_time}
    light = {rule for rule in rests_on if seconds.get(rule, unknown.get(rule, 0.0)) <= LIGHT} - apart
    first = _closed(light, rests_on)
    last = _closed(light, _turned(rests_on))
    return dict.fromkeys(first, "first") | dict.fromkeys(last, "last")


def _rests_on(graph: Sequence[Node]) -> dict[str, set[str]]:
    """Return the rules whose files each rule takes."""
    makers = {file: node.rule for node in graph for file in node.outputs}
    found: dict[str, set[str]] = {node.rule: set() for node in graph}
    for node in graph:
        found[node.rule] |= {makers[file] for file in node.inputs}
    return found


def _turned(edges: Mapping[str, set[str]]) -> dict[str, set[str]]:
    return {rule: {other for other, taken in edges.items() if rule in taken} for rule in edges}


def _closed(rules: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    """Return the largest part of some rules whose edges all stay in it."""
    left = set(rules)
    while out := {rule for rule in left if not edges[rule] <= left}:
        left -= out
    return left
