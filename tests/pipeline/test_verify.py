from toy_study import Project

from athanor import results


def test_verify_agrees_and_then_names_what_differs(project: Project) -> None:
    project.make_all()
    done = project.athanor("verify")
    assert done.returncode == 0, done.stdout
    assert done.stdout == "5 of 5 as expected (reference/expected.csv, and the manifests in results/)\n"

    expected = project.folder / "reference" / "expected.csv"
    expected.write_text(
        "quantity,expected,tolerance,note\n"
        "toy.count,4,0.5,from the post\ntoy.count,2.5,0.5,\ntoy.other,1,0,\n"
    )
    done = project.athanor("verify")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "toy.count: is 3, expected 4 within 0.5 (from the post)",
        "toy.other: is not estimated, expected 1",
        "5 of 7 as expected (reference/expected.csv, and the manifests in results/)",
    ]


def test_verify_names_a_broken_file(project: Project) -> None:
    project.make_all()
    (project.folder / "results" / "toy" / "estimates" / "toy.csv").write_text("quantity\n")
    done = project.athanor("verify")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == (
        "results/toy/estimates/toy.csv: does not match its manifest (truncated, edited or foreign); "
        "delete it and run again"
    )


def test_a_bad_table_of_expectations_is_one_line(project: Project) -> None:
    expected = project.folder / "reference" / "expected.csv"
    expected.write_text("quantity,expected\n")
    assert project.refused("verify") == (
        "reference/expected.csv: has columns quantity, expected, must have quantity, expected, tolerance, note"
    )
    expected.write_text("quantity,expected,tolerance,note\na.b,x,1,\n")
    assert project.refused("verify") == (
        "reference/expected.csv: a.b: expected and tolerance must be numbers, tolerance at least 0"
    )
    expected.unlink()
    assert project.refused("verify") == (
        "reference/expected.csv: does not exist, so there is nothing to compare with"
    )


def test_a_sample_is_computed_anew_and_compared(project: Project) -> None:
    project.make_all()
    done = project.athanor("verify", "--sample", "9")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert set(lines[:-1]) == {f"toy.{name}: the same bytes" for name in ("numbers", "summary")}
    assert lines[-1] == "2 of 2 jobs drawn give the results in results/"

    path = project.folder / "results/toy/numbers.csv"
    with results.making(results.Origin("toy.numbers", folder=project.folder / "results")):
        results.write_text(path, "x\n1\n")
    done = project.athanor("verify", "--sample", "9")
    assert done.returncode == 1
    assert "toy.numbers: differs: results/toy/numbers.csv" in done.stdout.splitlines()


def test_a_sample_of_nothing_is_one_line(project: Project) -> None:
    line = "results: has no result that took at most 5 s; run the study first"
    assert project.refused("verify", "--sample", "1", "--seconds", "5") == line
