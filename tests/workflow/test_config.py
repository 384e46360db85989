"""A configuration that cannot be right is refused in one line, before anything is written."""

from pathlib import Path

import pytest

BAD = {
    "an unknown key": ("seed: 20261120", "sede: 20261120", "config.yaml: sede is not a known key"),
    "a wrong type": ("seed: 20261120", "seed: often", 'config.yaml: seed is "often", must be a whole number'),
    "no YAML": ("seed: 20261120", "seed: [20261120", "config.yaml: line"),
    "an impossible value": (
        "elites: 100 ",
        "elites: 600 ",
        "config.yaml: simple_alchemy.planners.cem.elites is 600, must be at most particles (500)",
    ),
}


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "__pycache__" not in path.parts}


def own_lines(output: str) -> list[str]:
    """Return what is printed besides Snakemake's own remarks on where its options come from."""
    remarks = ("Using ", "Config file ")
    return [line for line in output.splitlines() if line and not line.startswith(remarks)]


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_one_line(checkout, case):
    old, new, message = BAD[case]
    checkout.edit("config.yaml", old, new)
    before = files(checkout.path)
    code, output = checkout.snakemake()
    assert code == 1
    assert len(own_lines(output)) == 1
    assert own_lines(output)[0].startswith(f"athanor: {message}")
    assert files(checkout.path) == before


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("seed=-1", "seed is -1, must be at least 0"),
        ("sede=1", "sede is not a known key"),
        (
            "simple_alchemy={planners: {cem: {elites: 600}}}",
            "simple_alchemy.planners.cem.elites is 600, must be at most particles (500)",
        ),
    ],
)
def test_a_bad_value_on_the_command_line_is_one_line(checkout, given, message):
    before = files(checkout.path)
    code, output = checkout.snakemake("--config", given)
    assert code == 1
    assert len(own_lines(output)) == 1
    assert own_lines(output)[0].startswith(f"athanor: --config: {message}")
    assert files(checkout.path) == before


def test_a_good_value_on_the_command_line_reaches_the_job(toy):
    # The section is not in the schema of this checkout, as it would be after `athanor schema`.
    (toy.path / "workflow" / "schemas" / "config.schema.json").write_text(
        '{"$schema": "https://json-schema.org/draft/2020-12/schema"}'
    )
    toy.succeed("results/toy/numbers.csv", "--config", "toy={line: {length: 5}}")
    assert (toy.path / "results" / "toy" / "numbers.csv").read_text() == "number\n0\n1\n2\n3\n4\n"
    assert toy.planned("results/toy/numbers.csv") == {"toy_numbers"}  # without the option it is stale
