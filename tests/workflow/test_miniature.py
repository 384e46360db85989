"""The whole study with small numbers: to the PDF and the HTML report, and the same to the byte with any cores."""

import hashlib
import inspect
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import browser
import made
import pandas as pd
import pytest
from made import alchemy, navigation, overview, reachable, simple_alchemy

from athanor import known_environment
from athanor.experiments.alchemy.agents.table import AGENTS
from athanor.experiments.navigation.timing.conditions import Condition, conditions
from athanor.pipeline import config, figure_inputs, graph, study
from athanor.reporting import figure

ROOT = Path(__file__).parents[2]

PROFILE = ("--profile", "workflow/profiles/miniature")
RESULTS = Path("results") / "miniature"
RECORDS = {"logs", "benchmarks"}  # of a run, with its times
BY_SNAKEMAKE = "intervals"  # the part that Snakemake makes again with one core


@pytest.fixture
def copied(miniature, tmp_path):
    """The finished miniature, to edit."""
    shutil.copytree(miniature.path, tmp_path / "copy", symlinks=True)  # Snakemake's records and times too
    return replace(miniature, path=tmp_path / "copy")


def results(checkout):
    """Return the bytes of everything that does not tell of the run itself."""
    folder = checkout.path / RESULTS
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        str(name): path.read_bytes()
        for name, path in found.items()
        if name.parts[0] not in RECORDS
        and not name.name.startswith(".")
        and not name.name.endswith(".manifest.json")
        and name.name != "report.html"
    }


def reasons(output, reason):
    """Return the rules that the summary of a dry run lists under a reason."""
    lines = output.split("Reasons:")[1].splitlines()
    place = next((number for number, line in enumerate(lines) if line.strip() == f"{reason}:"), None)
    return set() if place is None else {name.strip() for name in lines[place + 1].split(",")} - {"all"}


def test_it_reaches_pdf_and_html(miniature):
    made = results(miniature)
    assert made["paper.pdf"].startswith(b"%PDF")
    assert {
        "claims.csv",
        "claims.html",
        "readings.csv",
        "simple_alchemy/estimates/agents.csv",
        "simple_alchemy/returns.csv",
    } <= set(made)
    figures = {path.stem for path in (miniature.path / "figures").glob("*.py")}
    assert figures == {Path(name).stem for name in made if name.startswith("figures/")}
    assert not list((miniature.path / "results").rglob("*.part"))


def test_the_costs_of_every_job_are_known(miniature):
    """The graph that costs are summed over and scheduled by is the one that Snakemake ran."""
    folder = miniature.path / RESULTS / "benchmarks"
    ran = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.tsv")}
    given = config.load(miniature.path / "tests" / "miniature.yaml")
    assert {node.record for node in graph.nodes(given, (miniature.path / "figures").glob("*.py"))} == ran
    done = miniature.run("athanor", "costs", "--config", "tests/miniature.yaml")
    assert done.returncode == 0, done.stderr
    assert "no benchmark" not in done.stdout


def test_all_is_timed_in_turns(miniature):
    """Every condition and program as often as configured, so that a slow moment of the machine hits all alike."""
    given, folder = config.load(miniature.path / "tests" / "miniature.yaml"), miniature.path / RESULTS
    times = pd.read_csv(folder / "navigation" / "timing.csv")
    wanted, columns = given.navigation.timing, list(Condition._fields)
    compiled = times[times["implementation"] == "jax"]
    turns = compiled.groupby(columns)["repeat"].apply(list)
    assert set(turns.index) == set(conditions(wanted, given.navigation.learners.networks.hidden))
    assert turns.tolist() == [list(range(wanted.repeats))] * len(turns)
    assert (times["seconds_per_episode"] > 0).all() and (times["flops_per_episode"] > 0).all()
    operations = times.groupby(["implementation", *columns])["flops_per_episode"].first()
    alone = operations["jax_rollouts"]  # a part of an update's
    assert len(alone) and (alone < operations["jax"].loc[alone.index]).all()
    core = pd.read_csv(folder / "navigation" / "core_speed.csv", keep_default_na=False)
    measures = {
        ("matrix_product", ""),
        ("weights_read", ""),
        ("training", "released"),
        ("training", "written"),
    }
    assert core.groupby(["measure", "reading"]).size().to_dict() == dict.fromkeys(measures, wanted.repeats)
    assert (core["value"] > 0).all()

    speed = pd.read_csv(folder / "alchemy" / "speed.csv")
    programs = speed["program"].nunique()
    assert speed["turn"].tolist() == [
        turn for turn in range(given.alchemy.speed.turns) for _ in range(programs)
    ]
    game = given.alchemy.environment
    amounts = speed.groupby("program")["amount"].agg(["min", "max"])
    games, steps = given.alchemy.speed.games, game.trials * game.trial_steps
    assert amounts.loc["game"].tolist() == [games * steps] * 2
    assert amounts.loc["plain"].tolist() == [given.alchemy.speed.plain_episodes * steps] * 2
    assert (speed["seconds"] > 0).all()
    agents = pd.read_csv(folder / "alchemy" / "episode_times.csv")
    assert agents.groupby("agent").size().to_dict() == dict.fromkeys(
        AGENTS, given.alchemy.episode_times.turns
    )
    assert (agents["seconds"] > 0).all()
    evolution = pd.read_csv(folder / "overview" / "evolution_speed.csv")
    pairs = evolution.groupby("implementation")["pair"].apply(list).to_dict()
    turns = list(range(given.overview.evolution_speed.pairs))
    assert pairs == {"compiled": turns, "numpy_loop": turns} and (evolution["microseconds"] > 0).all()


CHECKS = [
    function
    for part in (alchemy, navigation, reachable, overview, simple_alchemy)
    for name, function in inspect.getmembers(part, inspect.isfunction)
    if function.__module__ == part.__name__ and not name.startswith("_")
    if list(inspect.signature(function).parameters) == ["made"]
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.__module__}.{check.__name__}")
def test_what_was_made(miniature, check):
    given = config.load(miniature.path / "tests" / "miniature.yaml")
    check(made.Made(miniature.path / RESULTS, given))


def test_every_result_has_a_manifest(miniature):
    for name, content in results(miniature).items():
        manifest = json.loads((miniature.path / RESULTS / f"{name}.manifest.json").read_text())
        assert manifest["artefact"] == str(RESULTS / name)
        assert manifest["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_report_stands_alone_with_the_claims_first(miniature):
    page = (miniature.path / RESULTS / "report.html").read_text()
    assert not re.search(r"""<(script|link|img|iframe)[^>]*(src|href)=["']?https?:""", page)
    categories = re.search(r"var categories = (\{.*?\});?\n", page)
    assert categories is not None
    assert min(json.loads(categories.group(1))) == "Claims"  # the page sorts its menu
    for script in (miniature.path / "figures").glob("*.py"):
        assert f"{script.stem}.png" in page


IN_BROWSER = pytest.mark.skipif(
    browser.PROGRAM is None, reason="no Chromium here; to install it: apt-get install chromium"
)


@IN_BROWSER
def test_claims_are_chosen_and_unfolded_in_a_browser(miniature, tmp_path):
    page, asked = browser.see(miniature.path / RESULTS / "claims.html", browser.CHOOSE, tmp_path / "seen")
    claims = pd.read_csv(miniature.path / RESULTS / "claims.csv")
    readings = pd.read_csv(miniature.path / RESULTS / "readings.csv")
    for name in ("source", "verdict"):
        assert page["chosen"].pop(f"{name} ") == claims["id"].tolist()
        for value, rows in claims.groupby(name)["id"]:
            assert page["chosen"].pop(f"{name} {value}") == rows.tolist()
    assert all(not rows for rows in page["chosen"].values())  # verdicts that nothing got
    assert (page["folded"], page["unfolded"]) == (0, len(readings) - len(claims))
    assert page["too_wide"] <= 0
    assert page["unlabelled"] == page["out_of_reach"] == page["bare_headers"] == 0
    assert asked == set()


@IN_BROWSER
def test_the_report_loads_all_it_shows_and_asks_for_nothing(miniature, tmp_path):
    page, asked = browser.see(miniature.path / RESULTS / "report.html", browser.LOAD, tmp_path / "seen")
    assert asked == set()
    assert page["bad"] == []
    for script in (miniature.path / "figures").glob("*.py"):
        picture = str(RESULTS / "figures" / f"{script.stem}.png")
        assert page["scripts"][picture] == f"figures/{script.name}"
        assert "athanor" in page["commands"][picture]
    drawn = {figure_inputs.part(script) for script in (miniature.path / "figures").glob("*.py")}
    titles = {
        field.description.partition(":")[0]
        for part, field in config.model().model_fields.items()
        if part in drawn
    }
    assert all(title in page["shown"] for title in titles)


def test_progress_was_told_after_each_job(miniature):
    output = (miniature.path / "output.txt").read_text()
    assert len(re.findall(r"^\d+ of \d+ steps", output, re.MULTILINE)) == len(
        re.findall(r"^athanor: \d+ of \d+ jobs done, .* left", output, re.MULTILINE)
    )


def test_one_core_gives_the_same_bytes(miniature, copied):
    """One run of every rule is made again; further conditions of a rule run the same code.

    Snakemake runs what all ends in, and one part. Of the other parts it says the commands, which need no more than one
    process to import what they import.
    """
    given = config.load(copied.path / "tests" / "miniature.yaml")
    made = {node.rule: node for node in graph.nodes(given, (copied.path / "figures").glob("*.py"))}
    for name in (name for node in made.values() for name in node.outputs):
        (copied.path / RESULTS / name).unlink()
        (copied.path / RESULTS / f"{name}.manifest.json").unlink(missing_ok=True)  # the report has none
    one_core = replace(copied, environment={"ATHANOR_MEASUREMENTS": str(miniature.path / RESULTS)})
    planned = one_core.succeed(*PROFILE, "--cores", "1", "--dry-run", "--printshellcmds")
    commands = re.findall(r"(athanor (?:run|figure) .*) > \S+ 2>&1$", planned, re.MULTILINE)
    carry_out([command for command in commands if f"athanor run {BY_SNAKEMAKE}." not in command], one_core)
    left = {rule for rule, node in made.items() if node.part in (BY_SNAKEMAKE, graph.LAST)}
    assert one_core.rules_in(one_core.succeed(*PROFILE, "--cores", "1")) == left
    first, second = results(miniature), results(copied)
    assert set(first) == set(second)
    assert [name for name in first if first[name] != second[name]] == []


def carry_out(commands, checkout):
    """Carry out commands that Snakemake would start as jobs, in the environment that it would start them in."""
    environment = known_environment.known(checkout.surroundings(), checkout.path)
    done = subprocess.run(
        [sys.executable, "-P", Path(__file__).with_name("commands.py")],
        input="".join(f"{command}\n" for command in commands),
        cwd=checkout.path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_all_is_fresh_and_nothing_is_left_to_do(miniature):
    assert miniature.planned(*PROFILE) == set()
    status = miniature.run("athanor", "status", "--config", "tests/miniature.yaml")
    assert status.returncode == 0, status.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.py")), ids=lambda path: path.stem)
def test_a_walk_through_reads_what_a_run_made(miniature, path):
    with figure.context(miniature.path / RESULTS, miniature.path / "none", all_files(miniature)) as context:
        runpy.run_path(str(path))
    assert context.read
    assert not (miniature.path / "none").exists()


def test_each_part_has_a_walk_through():
    assert {path.stem for path in (ROOT / "notebooks").glob("*.py")} == set(config.parts())


def all_files(checkout):
    given = config.load(checkout.path / "tests" / "miniature.yaml")
    return [checkout.path / RESULTS / name for name in study.all_files(given)]


def test_comments_and_readme_rerun_nothing(copied):
    for module in (copied.path / "src").rglob("*.py"):
        module.write_text(module.read_text() + "\n# A comment.\n")
    (copied.path / "README.md").write_text("New.\n")
    assert copied.planned(*PROFILE) == set()


def test_an_edit_reruns_exactly_what_imports_the_module(copied):
    (copied.path / "src/athanor/planning/cem.py").open("a").write("\nADDED = 1\n")
    output = copied.succeed(*PROFILE, "--dry-run")
    assert reasons(output, "forced") == {
        "simple_alchemy_agents_simulate",
        "simple_alchemy_agents_decision_times",
        "simple_alchemy_agents_cem_speed",
    }
    assert "simple_alchemy_exact_solution" not in output


def programs_without(folder, absent):
    """Fill a folder with links to all programs but some."""
    folder.mkdir()
    for place in os.environ["PATH"].split(":"):
        for program in Path(place).glob("*"):
            if program.name not in absent and not (folder / program.name).is_symlink():
                (folder / program.name).symlink_to(program)
    return str(folder)


def test_without_tex_all_but_the_paper_is_made(copied, tmp_path):
    missing = {"paper.pdf", "report.html", "claims.csv", "claims.html", "readings.csv"}
    for name in missing:
        (copied.path / RESULTS / name).unlink()
    path = programs_without(tmp_path / "bin", {"latexmk", "pdflatex", "bibtex"})
    output = copied.succeed(*PROFILE, PATH=path)
    assert {name for name in missing if not (copied.path / RESULTS / name).exists()} == {"paper.pdf"}
    last = output.strip().splitlines()[-1]
    assert last.startswith(f"athanor: {RESULTS}/paper.pdf was not made: TeX is missing")
    assert "apt-get install -y --no-install-recommends latexmk" in last

    code, output = copied.snakemake(*PROFILE, str(RESULTS / "paper.pdf"), PATH=path)
    assert code == 1
    assert [line for line in output.splitlines() if line.startswith("athanor:")] == [
        output.strip().splitlines()[-1]
    ]
    assert "needs TeX (latexmk, pdflatex, bibtex not found); to install it: " in output


def test_a_truncated_result_is_named_and_made_again(copied):
    counts = copied.path / RESULTS / "simple_alchemy" / "graph_counts.csv"
    before = counts.read_bytes()
    counts.write_bytes(before[:-3])
    output = copied.succeed(*PROFILE, str(RESULTS / "simple_alchemy" / "estimates" / "graphs.csv"))
    assert f"athanor: {RESULTS}/simple_alchemy/graph_counts.csv: does not match its manifest" in output
    assert counts.read_bytes() == before


def test_an_archive_rebuilds_figures_and_paper_and_runs_no_experiment(copied, tmp_path):
    for name in ("CITATION.cff", ".gitignore", "Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, copied.path)
    configured = ("--config", "tests/miniature.yaml")
    packed = [tmp_path / name for name in ("first.tar.gz", "second.tar.gz")]
    for path in packed:
        done = copied.run("athanor", "archive", *configured, "--out", str(path))
        assert done.returncode == 0, done.stderr
    assert packed[0].read_bytes() == packed[1].read_bytes()

    with tarfile.open(packed[0]) as archive:
        archive.extractall(tmp_path)
    unpacked = replace(copied, path=tmp_path / "athanor")
    assert unpacked.planned(*PROFILE) == set()
    made = results(unpacked)
    assert made == results(copied)
    for name in ("figures/chemistry.pdf", "figures/chemistry.png", "paper.pdf"):
        (unpacked.path / RESULTS / name).unlink()
    assert unpacked.planned(*PROFILE) == {"figure_chemistry", "paper", "report"}
    unpacked.succeed(*PROFILE, "--cores", "1")
    assert results(unpacked) == made

    done = unpacked.run("athanor", "verify", *configured, "--sample", "1", "--seconds", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    done = unpacked.run("athanor", "arxiv", *configured, "--out", str(tmp_path / "arxiv.tar.gz"))
    assert done.returncode == 0, done.stderr
    with tarfile.open(tmp_path / "arxiv.tar.gz") as archive:
        assert {"main.tex", "main.bbl", "athanor.sty", "figures/chemistry.pdf"} <= set(archive.getnames())
