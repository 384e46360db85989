"""Tests of the table of jobs: conditions, places, and how a parameter finds its files."""

from pathlib import Path

import pytest

from athanor.experiments.job import Job, Result
from athanor.pipeline import config, study
from athanor.pipeline.signature import UnknownExperiment, signature
from athanor.pipeline.study import StudyError

STUDY = config.load("config.yaml")


def test_conditions_are_every_combination_or_as_the_section_says() -> None:
    product = Job("part.a", ("x.csv",), over={"learner": ("maml", "joint"), "steps": (1, 2)})
    assert product.conditions(None)[1:3] == [
        {"learner": "maml", "steps": 2},
        {"learner": "joint", "steps": 1},
    ]
    listed = Job("part.a", ("x.csv",), over=lambda section: [{"steps": section}])
    assert listed.conditions(3) == [{"steps": 3}]
    assert Job("part.a", ("x.csv",)).conditions(None) == [{}]


def test_a_table_must_be_an_output() -> None:
    with pytest.raises(ValueError, match=r"part\.a: tables names y\.csv, which is no output"):
        Job("part.a", ("x.csv",), {"y.csv": "y"})


def test_every_table_and_figure_of_the_report_has_a_caption() -> None:
    shown = {Path(job.part) / Path(table).stem for job in study.jobs() for table in job.tables}
    shown |= {Path("figures") / script.stem for script in Path("figures").glob("*.py")}
    captions = {place for place in shown if (Path("workflow/report") / f"{place}.rst").is_file()}
    assert captions == shown


def test_every_job_of_the_study_is_sound() -> None:
    """Conditions are those of the signature, every input is made by some job, and no file is made twice."""
    for job in study.jobs():
        taken = signature(job.experiment)
        for given in study.conditions(job, STUDY):
            assert list(given) == list(taken.conditions)
            found = study.inputs(job, given, STUDY)
            assert all(len(found[name]) == 1 for name in taken.inputs), job.experiment
    made = study.all_files(STUDY)
    assert len(made) == len(set(made))


def test_places_by_hand() -> None:
    simulate = study.job("simple_alchemy.agents.simulate")
    folder = "simple_alchemy/agents/simulate"
    assert study.pattern(simulate, "returns.csv") == f"{folder}/{{family}}/{{agent}}/{{budget}}/returns.csv"
    assert f"{folder}/three_edges/cem/0/returns.csv" in study.files(simulate, STUDY)
    assert study.pattern(study.job("simple_alchemy.graphs.counts"), "x.csv") == "simple_alchemy/x.csv"


def test_inputs_agree_with_the_conditions_that_are_shared() -> None:
    simulate = study.job("simple_alchemy.agents.simulate")
    exact = {"family": "three_edges", "agent": "bayes_optimal", "budget": 0}
    assert study.inputs(simulate, exact, STUDY) == {"policy": ["simple_alchemy/policy.npz"]}
    assert study.inputs(simulate, {**exact, "agent": "cem"}, STUDY) == {"policy": []}
    # A condition of the job that takes them, as text of a path, and one that is wanted besides.
    found = study._resolved(
        Result("simple_alchemy.agents.simulate/returns.csv", {"agent": ("cem", "random")}),
        {"family": "all", "budget": "0"},
        STUDY,
    )
    assert found == [
        f"simple_alchemy/agents/simulate/all/{agent}/0/returns.csv" for agent in ("cem", "random")
    ]


def test_tracked_files_are_themselves() -> None:
    assert study._resolved("reference/published/x.csv", {}, STUDY) == ["reference/published/x.csv"]


@pytest.mark.parametrize("name", ["nothing.csv", "returns"])  # made by none, by two jobs
def test_a_file_must_have_one_maker(name: str) -> None:
    with pytest.raises(StudyError, match=rf"simple_alchemy/{name}: must be made by one job, is made by"):
        study.producer("simple_alchemy", name)


def test_an_unknown_experiment_is_named_with_its_neighbour() -> None:
    with pytest.raises(
        UnknownExperiment, match=r"graphs\.count is not .* did you mean simple_alchemy\.graphs\.counts"
    ):
        study.job("simple_alchemy.graphs.count")
