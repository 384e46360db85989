"""Describe an archive of the study as an RO-Crate: what each file is, and which run of which program made it.

The metadata follow the profiles Process, Workflow and Provenance Run Crate 0.5: the workflow is the Snakefile, its steps
are the makers of results, and each action is one group of files with the same maker and conditions, by their manifests.
Moments are not part of a manifest, so actions have none. The crate is written by the standard library: `rocrate` stamps
the present on what it writes, and the same archive would have other bytes each time.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from athanor import results

Entity: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, str]  # maker, and its conditions as JSON

NAME = "ro-crate-metadata.json"
WORKFLOW = "Snakefile"
ENGINE = "#snakemake"
RUN = "#run"
CONTEXT = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"]
FORMAT = "https://w3id.org/ro/crate/1.1"
WORKFLOW_FORMAT = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
}
KINDS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".npz": "application/zip",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".tex": "text/x-tex",
    ".tsv": "text/tab-separated-values",
    ".yaml": "application/yaml",
}


def metadata(files: Mapping[str, bytes], citation: Mapping[str, Any], engine: str) -> bytes:
    """Return the metadata file of a crate of these files; `citation` is CITATION.cff, `engine` Snakemake's version."""
    made = manifests(files)
    graph = [
        _descriptor(),
        _root(files, citation, made),
        *_people(citation),
        *({"@id": profile, "@type": "CreativeWork", "name": name} for profile, name in PROFILES.items()),
        *_workflow(files, made, engine),
        *(_file(name, content) for name, content in files.items() if name != WORKFLOW),
        *(entity for key, outputs in made.items() for entity in _step_run(key, outputs, files)),
    ]
    crate = {"@context": CONTEXT, "@graph": graph}
    return (json.dumps(crate, indent=1, ensure_ascii=False) + "\n").encode()


def manifests(files: Mapping[str, bytes]) -> dict[Key, dict[str, Mapping[str, Any]]]:
    """Return the manifests of the artefacts among the files, by maker and conditions, then by file."""
    found: dict[Key, dict[str, Mapping[str, Any]]] = {}
    for name, content in files.items():
        if f"{name}{results.SUFFIX}" in files:
            manifest = json.loads(files[f"{name}{results.SUFFIX}"])
            key = (manifest["made_by"], json.dumps(manifest["conditions"], sort_keys=True))
            found.setdefault(key, {})[name] = manifest
            assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    return dict(sorted(found.items()))


def _refer(*names: str) -> list[Entity]:
    return [{"@id": name} for name in names]


def _descriptor() -> Entity:
    return {
        "@id": NAME,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": _refer(FORMAT, WORKFLOW_FORMAT),
    }


def _root(files: Mapping[str, bytes], citation: Mapping[str, Any], made: Mapping[Key, Any]) -> Entity:
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": citation["title"],
        "description": f"Source, results, paper and report. {citation['message']}",
        "version": str(citation["version"]),
        "datePublished": str(citation["date-released"]),
        "keywords": citation.get("keywords", []),
        "license": {"@id": "LICENSE"},
        "author": _refer(*(person["@id"] for person in _people(citation))),
        "conformsTo": _refer(*PROFILES, WORKFLOW_FORMAT),
        "mainEntity": {"@id": WORKFLOW},
        "hasPart": _refer(*files),
        "mentions": _refer(RUN, f"{RUN}-engine", *(_action(key) for key in made)),
    }


def _people(citation: Mapping[str, Any]) -> list[Entity]:
    names = [
        person.get("name") or f"{person['given-names']} {person['family-names']}"
        for person in citation["authors"]
    ]
    return [
        {"@id": f"#author-{place}", "@type": "Organization" if "name" in person else "Person", "name": name}
        for place, (person, name) in enumerate(zip(citation["authors"], names, strict=True), 1)
    ]


def _workflow(files: Mapping[str, bytes], made: Mapping[Key, Any], engine: str) -> Iterator[Entity]:
    """Yield the workflow, its steps and programs, the engine, and the run as a whole."""
    makers = list(dict.fromkeys(maker for maker, _ in made))
    outputs = [name for group in made.values() for name in group]
    configuration = [name for name in ("config.yaml",) if name in files]
    yield {
        **_file(WORKFLOW, files[WORKFLOW]),
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
        "name": "The study as one graph of jobs",
        "programmingLanguage": {"@id": f"{ENGINE}-language"},
        "hasPart": _refer(*map(_tool, makers)),
        "step": _refer(*map(_step, makers)),
    }
    language = {"name": "Snakemake", "url": "https://snakemake.readthedocs.io"}
    yield {"@id": f"{ENGINE}-language", "@type": "ComputerLanguage", **language}
    yield {"@id": ENGINE, "@type": "SoftwareApplication", "version": engine, **language}
    for place, maker in enumerate(makers, 1):
        yield {"@id": _tool(maker), "@type": "SoftwareApplication", "name": maker}
        yield {
            "@id": _step(maker),
            "@type": "HowToStep",
            "position": str(place),
            "workExample": {"@id": _tool(maker)},
        }
    run = {"@id": RUN, "@type": "CreateAction", "name": "The study", "instrument": {"@id": WORKFLOW}}
    yield run | {"object": _refer(*configuration), "result": _refer(*outputs)}
    yield {
        "@id": f"{RUN}-engine",
        "@type": "OrganizeAction",
        "name": "Snakemake runs the study",
        "instrument": {"@id": ENGINE},
        "object": _refer(*(f"{_action(key)}-control" for key in made)),
        "result": {"@id": RUN},
    }


def _step_run(
    key: Key, outputs: Mapping[str, Mapping[str, Any]], files: Mapping[str, bytes]
) -> Iterator[Entity]:
    """Yield the action that made files, and its control by a step of the workflow."""
    maker, conditions = key
    inputs = dict.fromkeys(name for manifest in outputs.values() for name in manifest["inputs"])
    values = ", ".join(f"{name} {value}" for name, value in json.loads(conditions).items())
    yield {
        "@id": _action(key),
        "@type": "CreateAction",
        "name": f"{maker}: {values}" if values else maker,
        "instrument": {"@id": _tool(maker)},
        "object": _refer(*(name for name in inputs if name in files)),
        "result": _refer(*outputs),
    }
    yield {
        "@id": f"{_action(key)}-control",
        "@type": "ControlAction",
        "instrument": {"@id": _step(maker)},
        "object": {"@id": _action(key)},
    }


def _tool(maker: str) -> str:
    return f"#program-{maker}"


def _step(maker: str) -> str:
    return f"#step-{maker}"


def _action(key: Key) -> str:
    return f"#action-{hashlib.sha256(' '.join(key).encode()).hexdigest()[:16]}"


def _file(name: str, content: bytes) -> Entity:
    suffix = f".{name.rsplit('.', 1)[-1]}"
    return {
        "@id": name,
        "@type": "File",
        "contentSize": str(len(content)),
        "encodingFormat": KINDS.get(suffix, "text/plain"),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
