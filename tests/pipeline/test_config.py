import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from athanor.pipeline import config as config_module
from athanor.pipeline.config import OF_CHECKOUT, ConfigError, config_digest, load, taken

ROOT = Path(__file__).parents[2]
ALLOWED = (
    "allowed: results, date, mark, seed, statistics, "
    "alchemy, intervals, navigation, overview, simple_alchemy, task_inference"
)

LEARNER = (
    "one of 'auxiliary_head', 'belief_gradients', 'belief_memory', 'belief_network', 'belief_of_expert', "
    "'belief_of_index', 'belief_outputs', 'contextual', 'exact_belief', 'multitask', 'recurrent' or 'varibad'"
)
FOLDER_NAME = "a folder's name of letters, digits, '.', '_', '-' and '/', such as results"


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "c.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sed: 1", f"sed is not a known key; did you mean seed?; {ALLOWED}"),
        ("zzz: 1", f"zzz is not a known key; {ALLOWED}"),
        (
            "simple_alchemy: {planners: {cem: {elits: 3}}}",
            "simple_alchemy.planners.cem.elits is not a known key; did you mean elites?; "
            "allowed: horizon, particles, elites, iterations",
        ),
        (
            "task_inference: {memories: {games: [{family: bandit, setting: 5x10, seting: 5x10}]}}",
            "task_inference.memories.games[0].seting is not a known key; did you mean setting?; "
            "allowed: family, setting",
        ),
        (
            "task_inference: {memories: {games: [{family: bandit}]}}",
            "task_inference.memories.games[0].setting is not given, must be given",
        ),
        (
            "task_inference: {learning: {games: [{family: bandit, setting: 5x10, updates: 1, batch: 1, "
            "further: [varibda]}]}}",
            f'task_inference.learning.games[0].further[0] is "varibda", must be {LEARNER}; '
            "did you mean varibad?",
        ),
        (
            "task_inference: {learning: {learners: [recurrent, nobody]}}",
            f'task_inference.learning.learners[1] is "nobody", must be {LEARNER}',
        ),
        (
            "task_inference: {learning: {varibad: {components: 0}}}",
            "task_inference.learning.varibad.components is 0, must be at least 1",
        ),
        (
            "task_inference: {learning: {varibad: {kl_weight: -0.1}}}",
            "task_inference.learning.varibad.kl_weight is -0.1, must be at least 0.0",
        ),
        ("seed: many", 'seed is "many", must be a whole number'),
        ('seed: "5"', 'seed is "5", must be a whole number, written 5'),
        ("seed: 1.5", "seed is 1.5, must be a whole number"),
        ("seed: true", "seed is true, must be a whole number"),
        ("seed: [1, 2]", "seed is a list of 2, must be a whole number"),
        ("seed: {a: 1}", "seed is a mapping, must be a whole number"),
        ("seed: -1", "seed is -1, must be at least 0"),
        ("seed: 4294967296", "seed is 4294967296, must be less than 4294967296"),
        ("date: soon", 'date is "soon", must be a date such as 2026-11-20'),
        ("date: 2026-13-40", 'date is "2026-13-40", must be a date such as 2026-11-20'),
        ("results: ..", "results is .., must be a folder of its own, such as results"),
        ("results: .", "results is ., must be a folder of its own, such as results"),
        ("results: //", "results is //, must be a folder of its own, such as results"),
        ("results: src/made", "results is src/made, must be a folder of its own, such as results"),
        (f"results: {Path.cwd()}", f"results is {Path.cwd()}, must be a folder of its own, such as results"),
        ("results: /", "results is /, must be a folder of its own, such as results"),
        ("results: ./.git", "results is ./.git, must be a folder of its own, such as results"),
        (f"results: {'r' * 300}", f"results is {'r' * 300}, must have names of at most 200 characters"),
        (
            "navigation: {environment: {horizon: 1000000000000}}",
            "navigation.environment.horizon is 1000000000000, must be at most 1000000000",
        ),
        (
            "alchemy: {exact_search: {sizes: [[1000000000000, 1]]}}",
            "alchemy.exact_search.sizes is 1000000000000, must be at most 1000000000",
        ),
        (
            "navigation: {discounts: {settings: [release, release]}}",
            "navigation.discounts.settings names release twice, must name each once",
        ),
        *(
            (f"results: {json.dumps(name)}", f"results is {shown}, must be {FOLDER_NAME}")
            for name, shown in {
                **{
                    name: name
                    for name in ("r$(touch X)", "my results", "r;x", "-r", "~/r", "r&q", "r{1}", "a'b")
                },
                "": "",
                "r\nx": '"r\\nx"',
                "r\u00fcb": "r\u00fcb",
            }.items()
        ),
        ("simple_alchemy: 3", "simple_alchemy is 3, must be a mapping of keys to values"),
        ("simple_alchemy:", "simple_alchemy is null, must be a mapping of keys to values"),
        (
            "simple_alchemy: {planners: {cem: {elites: 600}}}",
            "simple_alchemy.planners.cem.elites is 600, must be at most particles (500)",
        ),
        (
            "simple_alchemy: {planners: {cem: {horizon: 21}}}",
            "simple_alchemy.planners.cem.horizon is 21, must be at most environment.trial_steps (20)",
        ),
        (
            "simple_alchemy: {environment: {goal: [0, 0]}}",
            "simple_alchemy.environment.goal is a list of 2, must be longer",
        ),
        (
            "simple_alchemy: {environment: {goal: [0, 0, 2]}}",
            "simple_alchemy.environment.goal[2] is 2, must be at most 1",
        ),
        (
            "simple_alchemy: {compute: {cem_particles: []}}",
            "simple_alchemy.compute.cem_particles is a list of 0, must be a list of at least 1",
        ),
        (
            "simple_alchemy: {compute: {cem_particles: [20, 50, 20]}}",
            "simple_alchemy.compute.cem_particles names 20 twice, must name each once",
        ),
        (
            "simple_alchemy: {exact: {discounts: [0.99, 0.9]}}",
            "simple_alchemy.exact.discounts is [0.99, 0.9], must be 1 and another",
        ),
        (
            "simple_alchemy: {simulation: {episodes_all: 0}}",
            "simple_alchemy.simulation.episodes_all is 0, must be at least 2",
        ),
        (
            "simple_alchemy: {graph_distances: {smoothing: 1e-3}}",
            'simple_alchemy.graph_distances.smoothing is "1e-3", must be a number, written 0.001',
        ),
        (
            "simple_alchemy: {graph_distances: {smoothing: .nan}}",
            "simple_alchemy.graph_distances.smoothing is nan, must be a finite number",
        ),
        ("seed: 1\nseed: 2", "line 2: key seed is given twice, must be once"),
        (
            "simple_alchemy:\n  planners: {cem: {elites: 1, elites: 2}}",
            "line 2: key elites is given twice, must be once",
        ),
        ("1: 2", "line 1: key 1 must be a plain name"),
        ("a: [1", "line 1: not YAML: expected ',' or ']', but got '<stream end>'"),
        ("seed: &a [*a]", "an alias refers to itself, must be plain values"),
        ("", "must be a mapping of keys to values, such as seed: 1"),
        ("- 1", "must be a mapping of keys to values, such as seed: 1"),
    ],
)
def test_a_bad_configuration_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    assert refused(tmp_path, text) == message


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_no_file_of_the_checkout_can_be_the_results_folder() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("no git checkout")
    assert {Path(name).parts[0] for name in listed.stdout.splitlines()} <= OF_CHECKOUT


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("src", "results is made, must be a folder of its own, such as results"),
        (".", "results is made, must be a folder of its own, such as results"),
        ("elsewhere", "results is made, is a link to elsewhere, which must be there"),
    ],
)
def test_a_link_is_judged_by_where_it_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "made").symlink_to(target)
    assert refused(tmp_path, "results: made") == message
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "made").unlink()
    (tmp_path / "made").symlink_to("elsewhere")
    (tmp_path / "config.yaml").write_text("results: made")
    assert load(tmp_path / "config.yaml").results == "made"


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none.yaml")
    assert str(caught.value) == f"{tmp_path / 'none.yaml'}: no such file or directory"


def test_a_file_in_another_encoding_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(b"seed: \xff")
    with pytest.raises(ConfigError, match="is not text in UTF-8"):
        load(path)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
KEYS = st.sampled_from(
    ["results", "date", "seed", "simple_alchemy", "planners", "cem", "goal", "elites", "environment", "x"]
)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)


@given(DATA)
def test_whatever_is_given_is_taken_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    path = tmp_path_factory.mktemp("c") / "c.yaml"
    path.write_text(yaml.safe_dump(data))
    try:
        load(path)
    except ConfigError as error:
        assert "\n" not in str(error)


def test_config_yaml_holds_every_default_and_nothing_else() -> None:
    given_values = yaml.safe_load((ROOT / "config.yaml").read_text())
    defaults = config_module.model()().model_dump(mode="json")
    assert json.loads(json.dumps(given_values, default=str)) == defaults


def test_the_miniature_has_the_keys_of_the_study() -> None:
    study, miniature = (
        yaml.safe_load((ROOT / name).read_text()) for name in ("config.yaml", "tests/miniature.yaml")
    )
    assert _keys(miniature) == _keys(study)
    assert load(ROOT / "tests" / "miniature.yaml").results == "results/miniature"


def _keys(data: Any) -> Any:
    return {key: _keys(value) for key, value in data.items()} if isinstance(data, dict) else None


def test_the_preview_differs_from_the_study_in_its_numbers_alone() -> None:
    study = yaml.safe_load((ROOT / "config.yaml").read_text())
    profile = yaml.safe_load((ROOT / "workflow/profiles/preview/config.yaml").read_text())
    assert profile["configfile"][0] == "config.yaml"
    changes = dict(_leaves(yaml.safe_load((ROOT / profile["configfile"][1]).read_text())))
    known = dict(_leaves(study))
    assert changes.keys() <= known.keys()
    assert [name for name, value in changes.items() if value == known[name]] == []
    rates = re.compile(r"rate|discount|lambda|entropy|environment|published|seed$|date$")
    assert [name for name in changes if rates.search(name)] == []


def test_the_preview_is_a_configuration(tmp_path: Path) -> None:
    study, preview = (
        yaml.safe_load((ROOT / name).read_text())
        for name in ("config.yaml", "workflow/profiles/preview/preview.yaml")
    )
    path = tmp_path / "c.yaml"
    path.write_text(yaml.safe_dump(_merged(study, preview)))
    config = load(path)
    assert (config.results, config.mark) == ("results/preview", "preview")


def _merged(data: Any, changes: Any) -> Any:
    if not isinstance(changes, dict):
        return changes
    return data | {name: _merged(data[name], value) for name, value in changes.items()}


def test_the_preview_has_less_of_everything_that_takes_long() -> None:
    study = dict(_leaves(yaml.safe_load((ROOT / "config.yaml").read_text())))
    preview = study | dict(
        _leaves(yaml.safe_load((ROOT / "workflow/profiles/preview/preview.yaml").read_text()))
    )
    long = {name for name in study if re.search(r"(episodes|\.seeds|repeats|turns|resamples)$", name)}
    as_many = {name for name in long if preview[name] >= study[name]}
    assert as_many - {name for name in as_many if study[name] <= 5} == set()  # nothing to save
    assert len(long) > 20


def _leaves(data: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(data, dict):
        yield name, data
        return
    for key, value in data.items():
        yield from _leaves(value, f"{name}.{key}" if name else key)


def test_the_schema_file_is_that_of_the_models() -> None:
    assert (ROOT / "workflow" / "schemas" / "config.schema.json").read_text() == config_module.schema()


def test_every_key_is_described() -> None:
    schema = json.loads(config_module.schema())
    for model in (schema, *schema["$defs"].values()):
        for name, field in model["properties"].items():
            assert "description" in field or "$ref" in field, name


def test_the_digest_sees_the_sections_named_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("simple_alchemy: {planners: {cem: {elites: 100}}}")
    before = load(path)
    path.write_text("seed: 5\nresults: elsewhere\nsimple_alchemy: {planners: {cem: {elites: 99}}}")
    after = load(path)

    def changed(part: str | None, *names: str) -> bool:
        first, second = (config_digest(taken(given, part, names, {})) for given in (before, after))
        return first != second

    assert changed("simple_alchemy", "planners")
    assert not changed("simple_alchemy", "environment", "exact")
    assert changed("simple_alchemy", "exact", "seed")
    assert not changed(None, "date")
    assert changed(None, "simple_alchemy")


def test_a_list_by_place_may_name_an_entry_twice(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("alchemy: {published: {oracle_there_trials: [5.0, 5.0]}}")
    assert load(path).alchemy.published.oracle_there_trials == (5.0, 5.0)  # type: ignore[attr-defined]


def test_a_value_left_out_is_its_default(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("results: results")
    assert load(path) == load(ROOT / "config.yaml")


def test_the_date_is_midnight_in_utc(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("date: 1970-01-02")
    assert load(path).epoch == 86400


def test_loading_needs_no_jax() -> None:
    code = (
        "import sys; from athanor.pipeline import config, provenance, lock; study = config.load('config.yaml'); "
        "provenance.provenance('simple_alchemy.graphs.counts', study); assert 'jax' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        ("environment", {"stones": 8}, "alchemy.environment.stones is 8, must be at most 7"),
        ("environment", {"potions": 0}, "alchemy.environment.potions is 0, must be at least 1"),
        ("environment", {"level": "tilted"}, "must be one of 'aligned' or 'rotated'"),
        ("single_chemistry", {"chemistries": [[109, 0, 0]]}, "chemistries[0][0] is 109, must be at most 108"),
    ],
)
def test_an_impossible_game_of_alchemy_is_one_line(tmp_path, section, values, message) -> None:
    content = yaml.safe_load((ROOT / "config.yaml").read_text())
    content["alchemy"][section] |= values
    assert message in refused(tmp_path, yaml.safe_dump(content))


@given(st.text(alphabet=st.sampled_from("aZ9._-/~$`;&|<>(){}[]*?!#'\" \\\n\t\0=%@:,+é")) | st.text())
def test_a_results_folder_that_passes_means_itself_to_a_shell(name: str) -> None:
    try:
        folder = config_module.Config(results=name).results
    except ValidationError:
        return
    assert folder == name == shlex.quote(name)
    assert name[0] not in "-~"


@pytest.mark.parametrize("name", ["results", "r-1/a.b_c", "/scratch/me", "./r", ".r"])
def test_a_plain_results_folder_passes(name: str) -> None:
    assert config_module.Config(results=name).results == name
