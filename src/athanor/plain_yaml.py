"""YAML as the study's files have it: plain values, each key once, dates as text."""

from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """Refuse a key that is given twice (YAML would silently keep the last), and leave dates as text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise ValueError(f"line {key_node.start_mark.line + 1}: key {key!r} must be a plain name")
            if key in seen:
                raise ValueError(
                    f"line {key_node.start_mark.line + 1}: key {key} is given twice, must be once"
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parsed(text: str) -> Any:
    """Return what a text says; raise ValueError, in one line, where it is not YAML or has a key twice."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "unreadable character"
        raise ValueError(
            f"line {mark.line + 1}: not YAML: {problem}" if mark else f"not YAML: {problem}"
        ) from None
