from collections.abc import Iterator
from pathlib import Path

import pytest

from athanor.pipeline import config
from athanor.pipeline import signature as signature_module
from athanor.pipeline.signature import Signature, UnknownExperiment, sections, signature

SOURCE = '''
"""Try what is not imported: {0}"""
import a_module_that_does_not_exist
from pathlib import Path

def run(planners, environment, key, policy: Path, tables: tuple[Path, ...], agent: str, trials: int):
    """Run."""
'''


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "simple_alchemy"
    folder.mkdir()
    config.model()  # of the real study, before its folder is swapped
    monkeypatch.setattr(signature_module.athanor.experiments, "__path__", [str(tmp_path)])
    signature.cache_clear()
    yield folder / "trial.py"
    signature.cache_clear()


def test_the_signature_is_read_without_importing(module: Path) -> None:
    module.write_text(SOURCE)
    assert signature("simple_alchemy.trial") == Signature(
        experiment="simple_alchemy.trial",
        sections=("planners", "environment"),
        draws=("key",),
        inputs=("policy",),
        input_lists=("tables",),
        conditions={"agent": str, "trials": int},
        title="Try what is not imported",
    )
    assert sections("simple_alchemy.trial") == ("planners", "environment", "seed")


def test_without_a_key_the_seed_does_not_count(module: Path) -> None:
    module.write_text("def run(planners):\n    pass\n")
    assert sections("simple_alchemy.trial") == ("planners",)


def test_a_parameter_without_a_role_is_refused(module: Path) -> None:
    module.write_text("def run(planer):\n    pass\n")
    with pytest.raises(UnknownExperiment, match="parameter planer of run"):
        signature("simple_alchemy.trial")


def test_a_condition_is_not_taken_for_a_section(module: Path) -> None:
    module.write_text("def run(planners: int):\n    pass\n")
    with pytest.raises(
        UnknownExperiment, match=r"condition planners of run.* must not be called as a section is"
    ):
        signature("simple_alchemy.trial")


@pytest.mark.parametrize("name", ["simple_alchemy.config", "simple_alchemy", "x.y", "", "a.b.c.d", "../x"])
def test_what_has_no_run_is_no_experiment(name: str) -> None:
    with pytest.raises(UnknownExperiment, match="is not an experiment"):
        signature(name)


def test_sections_of_the_whole_file_are_sections_of_every_part(module: Path) -> None:
    module.write_text("def run(statistics, rng):\n    pass\n")
    assert sections("simple_alchemy.trial") == ("statistics", "seed")
