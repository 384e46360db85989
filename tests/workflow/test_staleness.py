"""What an edit reruns: exactly what depends on it, by content."""

import os
import shutil
from dataclasses import replace

import pytest

from athanor.results import sha256

PERIMETERS = [f"results/toy/perimeter/{shape}/perimeter.csv" for shape in ("square", "triangle")]
TARGETS = ("results/toy/apart.csv", "results/figures/toy_line.pdf", *PERIMETERS)


@pytest.fixture(scope="module")
def once_made(new_toy):
    toy = new_toy()
    toy.succeed(*TARGETS)
    return toy


@pytest.fixture
def made(once_made, tmp_path):
    shutil.copytree(once_made.path, tmp_path / "copy", symlinks=True)  # Snakemake's records and times too
    return replace(once_made, path=tmp_path / "copy")


def test_nothing_is_stale_when_all_is_made(made):
    assert made.planned(*TARGETS) == set()


def test_comments_and_readme_rerun_nothing(made):
    made.edit("src/athanor/experiments/toy/arithmetic.py", "# A square is", "# A square, that is\n    #")
    made.edit("src/athanor/experiments/toy/squares.py", '"""Square the', '"""Take the squares of the')
    made.edit("figures/toy_line.py", "# # Squares", "# # The squares")
    made.edit("config.yaml", "seed: 20261120", "seed: 20261120  # the same")
    made.edit("Snakefile", "# Jobs run", "# All of the jobs run")
    (made.path / "README.md").write_text("New.\n")
    assert made.planned(*TARGETS) == set()


def test_times_rerun_nothing(made):
    for path in made.path.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            os.utime(path, (2_000_000_000, 2_000_000_000))
    os.utime(made.path / "results" / "toy" / "numbers.csv", (2_000_000_100, 2_000_000_100))
    assert made.planned(*TARGETS) == set()


def test_an_edit_in_an_imported_module_reruns_what_imports_it(made):
    made.edit("src/athanor/experiments/toy/arithmetic.py", "number * number", "number**2")
    assert made.planned(*TARGETS) == {"toy_squares", "figure_toy_line"}


def test_an_edit_in_a_figure_script_reruns_that_figure(made):
    made.edit("figures/toy_line.py", 'table["square"])', 'table["square"], "o")')
    assert made.planned(*TARGETS) == {"figure_toy_line"}


def test_a_section_reruns_what_reads_it_and_what_follows(made):
    made.edit("src/athanor/experiments/toy/config.py", "Field(3,", "Field(4,")
    assert "toy_apart" not in made.planned(*TARGETS)
    assert made.planned(*TARGETS) == {"toy_numbers", "toy_squares", "figure_toy_line"}


def test_another_condition_reruns_none(made):
    """A module and an entry of the configuration more are a job more."""
    part = made.path / "src" / "athanor" / "experiments" / "toy"
    (part / "shapes" / "hexagon.py").write_text("SIDES = 6\n")
    made.edit(
        "src/athanor/experiments/toy/config.py",
        '(Drawn(shape="square"), ',
        '(Drawn(shape="hexagon"), Drawn(shape="square"), ',
    )
    assert made.planned(*TARGETS) == set()
    made.succeed("results/toy/perimeter/hexagon/perimeter.csv")
    assert (made.path / "results/toy/perimeter/hexagon/perimeter.csv").read_text() == "perimeter\n6\n"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("shapes/square.py", "SIDES = 4", "SIDES = 2 + 2"),
        ("config.py", 'Drawn(shape="square")', 'Drawn(shape="square", length=2)'),
    ],
)
def test_what_one_condition_reads_reruns_it_alone(made, name, old, new):
    made.edit(f"src/athanor/experiments/toy/{name}", old, new)
    assert made.planned(PERIMETERS[0]) == {"toy_perimeter"}
    assert made.planned(*TARGETS[:2], *PERIMETERS[1:]) == set()


def test_a_rerun_that_was_killed_half_way_goes_on(made):
    made.edit("src/athanor/experiments/toy/numbers.py", "range(line.length)", "range(1, 1 + line.length)")
    made.succeed("results/toy/numbers.csv")  # and not what rests on it
    assert made.planned(*TARGETS) == {"toy_squares", "figure_toy_line"}


def test_a_checkout_without_records_reruns_what_is_stale_and_nothing_else(made):
    """As of an archive, or of results copied from elsewhere."""
    shutil.rmtree(made.path / ".snakemake")
    assert made.planned(*TARGETS) == set()
    made.edit("src/athanor/experiments/toy/arithmetic.py", "number * number", "number**2")
    assert made.planned(*TARGETS) == {"toy_squares", "figure_toy_line"}
    made.succeed("--touch", *TARGETS)
    assert made.planned(*TARGETS) == {"toy_squares", "figure_toy_line"}
    assert made.planned(TARGETS[0]) == set()  # what is stale and not asked for is left alone
    made.succeed(*TARGETS)
    assert made.planned(*TARGETS) == set()


def test_a_figure_made_by_hand_is_made_again(made):
    picture = made.path / "results" / "figures" / "toy_line.pdf"
    before = sha256(picture)
    script = made.path / "edited.py"
    script.write_text(
        (made.path / "figures" / "toy_line.py").read_text().replace('["square"])', '["square"], "o")')
    )
    done = made.run("python", str(script))
    assert done.returncode == 0, done.stderr
    assert sha256(picture) != before
    status = made.run("athanor", "status")
    assert "results/figures/toy_line.pdf: stale: code" in status.stdout
    assert made.planned(*TARGETS) == {"figure_toy_line"}
    made.succeed(*TARGETS)
    assert sha256(picture) == before


def test_a_file_that_is_not_what_its_manifest_says_is_named_and_made_again(made):
    folder = made.path / "results" / "toy"
    before = sha256(folder / "squares.csv")
    with (folder / "squares.csv").open("a") as stream:
        stream.truncate(5)
    assert made.planned(*TARGETS) == {"toy_squares", "figure_toy_line"}
    for name in ("squares.csv", "squares.csv.manifest.json"):  # with its manifest, but another's
        shutil.copy(folder / name.replace("squares", "numbers"), folder / name)
    output = made.succeed(*TARGETS)
    line = "athanor: results/toy/squares.csv: does not match its manifest (truncated or foreign); made again"
    assert line in output.splitlines()
    assert sha256(folder / "squares.csv") == before
