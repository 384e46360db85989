import shutil

from toy_study import Project

from athanor import results

NUMBERS, DOUBLED, X, SUMMARY = (
    f"results/toy/{name}" for name in ("numbers.csv", "doubled.csv", "x.npz", "estimates/toy.csv")
)
PDF, PNG = "results/figures/points.pdf", "results/figures/points.png"
INPUT = f"stale: input {NUMBERS}"


def status(project: Project) -> dict[str, str]:
    done = project.athanor("status")
    assert done.stderr == ""
    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert done.returncode == (0 if set(lines.values()) == {"fresh"} else 1)
    assert list(lines) == sorted(lines)
    return {name: verdict for name, verdict in lines.items() if verdict != "fresh"}


def test_status_follows_every_kind_of_change(project: Project) -> None:
    assert project.athanor("status").stdout == "results: no results yet\n"
    project.make_all()
    project.made("figure", "figures/points.py", "--out", "results/figures", "--input", NUMBERS)
    assert status(project) == {}

    project.edit("src/athanor/tasks/arithmetic.py", "def twice", "# doubles\ndef twice")
    project.edit("src/athanor/tasks/unused.py", "X = 1", "X = 2")
    (project.folder / "README.md").write_text("more")
    assert status(project) == {}

    project.edit("src/athanor/tasks/arithmetic.py", "2 * x", "x + x")
    assert status(project) == {DOUBLED: "stale: code", X: "stale: code"}
    project.edit("src/athanor/tasks/arithmetic.py", "x + x", "2 * x")
    assert status(project) == {}

    project.edit("figures/points.py", "plot(", "scatter(table.x, ")
    assert status(project) == {PDF: "stale: code", PNG: "stale: code"}
    project.edit("figures/points.py", "scatter(table.x, ", "plot(")

    project.edit("config.yaml", "count: 3", "count: 4")
    expected = {NUMBERS: "stale: config", DOUBLED: INPUT, X: INPUT, SUMMARY: INPUT, PDF: INPUT, PNG: INPUT}
    assert status(project) == expected

    project.made("run", "toy.numbers", "--out", "results/toy")
    del expected[NUMBERS]
    assert status(project) == expected
    project.make_all()
    project.made("figure", "figures/points.py", "--out", "results/figures", "--input", NUMBERS)
    assert status(project) == {}


def test_a_condition_is_stale_by_what_it_reads_alone(project: Project) -> None:
    square, triangle = (f"results/toy/perimeter/{shape}/perimeter.csv" for shape in ("square", "triangle"))
    for shape in ("square", "triangle"):
        project.made(*project.perimeter(shape))
    shapes = "src/athanor/experiments/toy/shapes"
    (project.folder / shapes / "star.py").write_text("SIDES = 10\n")
    project.edit(
        "config.yaml",
        "toy:",
        "toy:\n  drawing: {shapes: [{shape: star}, {shape: triangle}, {shape: square}]}",
    )
    assert status(project) == {}
    project.edit(f"{shapes}/square.py", "4", "5")
    assert status(project) == {square: "stale: code"}
    project.edit(f"{shapes}/square.py", "5", "4")
    project.edit("config.yaml", "{shape: triangle}", "{shape: triangle, length: 2}")
    assert status(project) == {triangle: "stale: config"}
    project.made(*project.perimeter("triangle"))
    assert (project.folder / triangle).read_text() == "length\n6\n"  # of its own entry alone
    assert status(project) == {}
    (project.folder / shapes / "square.py").unlink()
    assert status(project) == {square: "stale: code"}


def test_status_names_what_is_truncated_foreign_or_gone(project: Project) -> None:
    project.make_all()
    folder = project.folder / "results"
    (folder / "foreign.csv").write_text("x\n1\n")
    (folder / "toy" / "x.npz").write_bytes((folder / "toy" / "x.npz").read_bytes()[:-1])
    (folder / "logs").mkdir()
    (folder / "logs" / "job.log").write_text("a record, no artefact")
    other = folder / "miniature"
    shutil.copytree(folder / "toy", other / "toy")
    (other / ".lock").touch()
    assert status(project) == {"results/foreign.csv": "truncated or foreign", X: "truncated or foreign"}

    (folder / "foreign.csv").unlink()
    (folder / "toy" / "x.npz").unlink()
    (folder / "toy" / "numbers.csv").unlink()
    assert status(project) == {NUMBERS: "missing", X: "missing", DOUBLED: INPUT, SUMMARY: INPUT}


def test_results_of_an_experiment_that_is_gone_are_stale(project: Project) -> None:
    project.make_all()
    (project.folder / "src/athanor/experiments/toy/summary.py").unlink()
    assert status(project) == {SUMMARY: "stale: code"}


def test_a_circle_of_manifests_ends(project: Project) -> None:
    project.make_all()
    path = project.folder / "results" / "toy" / "numbers.csv.manifest.json"
    digest = results.sha256(project.folder / DOUBLED)
    path.write_text(path.read_text().replace('"inputs": {}', f'"inputs": {{"{DOUBLED}": "{digest}"}}'))
    assert status(project) == {}
