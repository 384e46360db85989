"""Every value of the configuration as a table of the paper."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from athanor.reporting import tex
from athanor.reporting.quantities import number_text


def hyperparameters(config: BaseModel) -> str:
    """Lay out every key of the configuration with its value and its description, section by section."""
    rows = "\n".join(_section(name, model) for name, model in sections(config, ""))
    return tex.table(
        r"l>{\raggedright\arraybackslash}p{4.2cm}>{\raggedright\arraybackslash}p{5.9cm}",
        "Key & Value & Meaning",
        rows,
        r"Every value of \texttt{config.yaml}, the whole of this study's settings, by section.",
        "tab:hyperparameters",
    )


def sections(model: BaseModel, prefix: str) -> Iterator[tuple[str, BaseModel]]:
    """Yield every model that has values of its own, with its dotted name, outermost first."""
    if any(not _models(value) for _, value in model):
        yield prefix, model
    for name, value in model:
        for place, one in _models(value).items():
            yield from sections(one, ".".join(filter(None, [prefix, name, place])))


def _models(value: Any) -> dict[str, BaseModel]:
    """Return the sections that a value is, or is a list of, by their place in the list."""
    if isinstance(value, BaseModel):
        return {"": value}
    listed = isinstance(value, (tuple, list)) and len(value) > 0
    if listed and all(isinstance(one, BaseModel) for one in value):
        return {str(place): one for place, one in enumerate(value)}
    return {}


def _section(name: str, model: BaseModel) -> str:
    """Lay out the values of one section under its name."""
    title = tex.code(name) if name else "the whole study"
    summary = (type(model).__doc__ or "").strip().splitlines()[:1]
    head = rf"\multicolumn{{3}}{{@{{}}p{{\linewidth}}@{{}}}}{{{title}: {tex.escape(''.join(summary))}}} \\*"
    fields = type(model).model_fields
    rows = [
        rf"\quad {tex.code(key)} & {value_text(value)} & {tex.escape(fields[key].description or '')} \\"
        for key, value in model
        if not _models(value)
    ]
    return "\n".join([head, *rows, r"\addlinespace"])


def setting_text(value: Any) -> str:
    """Write a value as a sentence has it: a list with commas, large numbers with thousands separators, names plainly."""
    if isinstance(value, (tuple, list)):
        return ", ".join(setting_text(item) for item in value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return tex.escape(str(value))
    return tex.number(number_text(float(value), ",d" if isinstance(value, int) else ".6g"))


def value_text(value: Any) -> str:
    """Write a value as config.yaml has it: numbers without thousands separators, names in typewriter type."""
    if isinstance(value, (tuple, list)):
        return ", ".join(value_text(item) for item in value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return tex.code(str(value).lower() if isinstance(value, bool) else str(value))
    return tex.number(repr(value).replace("-", "−"))
