"""The graph of a whole run: every job with the files it takes and makes, as workflow/rules/study.smk declares them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from athanor.pipeline import figure_inputs, study
from athanor.pipeline.config import Config

LAST = "paper"  # the part that what follows all parts is counted under


@dataclass(frozen=True)
class Node:
    """Hold one job of a run; its paths are relative to the results folder."""

    rule: str
    part: str
    record: str  # of its log and benchmark, without suffix
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    measures_time: bool = False
    priority: int = 0


def nodes(config: Config, scripts: Iterable[Path]) -> list[Node]:
    """Return every job of a run: experiments, figures by their scripts, claims, the paper and the report."""
    made = study.all_files(config)
    figures = [_figure(script, made) for script in sorted(scripts)]
    return [*_experiments(config), *figures, *_last(made, [node.outputs for node in figures])]


def waits_for(graph: Iterable[Node]) -> dict[str, tuple[str, ...]]:
    """Return the records of the jobs that make what each job takes, by its own record."""
    graph = list(graph)
    makers = {file: node.record for node in graph for file in node.outputs}
    return {node.record: tuple(dict.fromkeys(makers[file] for file in node.inputs)) for node in graph}


def _experiments(config: Config) -> list[Node]:
    return [
        Node(
            job.rule,
            job.part,
            study.record(job).format(**given),
            tuple(study.pattern(job, file).format(**given) for file in job.outputs),
            tuple(
                path
                for paths in study.inputs(job, given, config).values()
                for path in paths
                if not path.startswith(study.TRACKED)
            ),
            job.measures_time,
            job.priority,
        )
        for job in study.jobs()
        for given in study.conditions(job, config)
    ]


def _figure(script: Path, made: list[str]) -> Node:
    record = f"figures/{script.stem}"
    outputs = (f"{record}.pdf", f"{record}.png")
    return Node(
        f"figure_{script.stem}",
        figure_inputs.part(script),
        record,
        outputs,
        tuple(figure_inputs.declared(script, made)),
    )


def _last(made: list[str], figures: list[tuple[str, ...]]) -> list[Node]:
    estimates = tuple(path for path in made if Path(path).parent.name == "estimates")
    pdf, png = (tuple(outputs[place] for outputs in figures) for place in (0, 1))
    return [
        Node("claims", LAST, "claims", ("claims.csv", "readings.csv", "claims.html"), estimates),
        Node("tex", LAST, "tex", ("paper/numbers.tex",), ("claims.csv", "readings.csv", *made)),
        Node("paper", LAST, "paper", ("paper.pdf",), ("paper/numbers.tex", *pdf)),
        Node("report", LAST, "report", ("report.html",), ("claims.html", *png, *made)),
    ]
