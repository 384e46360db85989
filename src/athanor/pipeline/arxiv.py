"""Pack the paper's source as arXiv takes it, and build it from there: with its bibliography made, and nothing else."""

import io
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from athanor.pipeline import paper
from athanor.pipeline.archive import pack

BIBLIOGRAPHY = "main.bbl"
REPLACED = "references.bib"  # by the bibliography that was made from it


def build(inputs: Mapping[str, Path], epoch: int) -> bytes:
    """Return the archive of the paper's source, which has been unpacked in a clean folder and built there."""
    files = {name: path.read_bytes() for name, path in inputs.items() if name != REPLACED}
    with paper.built(inputs, epoch) as folder:
        files[BIBLIOGRAPHY] = (folder / BIBLIOGRAPHY).read_bytes()
        expected = (folder / "main.pdf").read_bytes()
    packed = pack(files, epoch)
    if _pdf(packed, epoch) != expected:
        raise paper.PaperError("the archive of the paper's source does not give the PDF that the paper is")
    return packed


def _pdf(packed: bytes, epoch: int) -> bytes:
    """Return the PDF that an archive gives where it is unpacked."""
    with tempfile.TemporaryDirectory(prefix="athanor-arxiv-") as name:
        folder = Path(name)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder)
        inputs = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        with paper.built(inputs, epoch, "-bibtex-") as build_folder:
            return (build_folder / "main.pdf").read_bytes()
