from hypothesis import given
from hypothesis import strategies as st

from athanor.pipeline.graph import Node
from athanor.pipeline.groups import groups


def node(rule: str, *takes: str, timed: bool = False) -> Node:
    return Node(rule, "part", rule, (rule,), takes, timed)


def test_by_hand() -> None:
    """prepare -> train -> sum -> figure, with a light job beside the training and one that measures time."""
    graph = [
        node("prepare"),
        node("train", "prepare"),
        node("look", "prepare"),
        node("clock", timed=True),
        node("sum", "train", "look", "clock"),
        node("new"),
        node("figure", "sum", "new"),
    ]
    seconds = {"prepare": 5.0, "train": 600.0, "look": 1.0, "sum": 2.0, "clock": 1.0}
    experiments = {"prepare", "train", "look", "clock", "sum", "new"}
    assert groups(graph, seconds, experiments) == {
        "prepare": "first",
        "look": "last",  # it could be in either
        "sum": "last",
        "figure": "last",
    }
    assert groups(graph, {}, experiments) == {"figure": "last"}


@given(st.data())
def test_no_group_waits_for_what_waits_for_it(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12))
    names = [str(number) for number in range(count)]
    graph = [
        node(name, *data.draw(st.sets(st.sampled_from(names[:place]))) if place else ())
        for place, name in enumerate(names)
    ]
    seconds = {name: data.draw(st.sampled_from([1.0, 1000.0])) for name in names}
    found = groups(graph, seconds, ())
    rests_on = {one.rule: set(one.inputs) for one in graph}
    for group in {*found.values()}:
        below: set[str] = set()  # what rests on the group and lies outside
        for name in names:  # in the order of the graph
            reached = rests_on[name] & ({one for one in found if found[one] == group} | below)
            if found.get(name) == group:
                assert not rests_on[name] & below
            elif reached:
                below.add(name)
