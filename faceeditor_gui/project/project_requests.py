"""What the worker is asked about projects and lost work, and how it answers. No Qt."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ImageFileError
from core.imaging.arrays import Image8
from core.progress import Report
from faceeditor_gui.document.array_store import MEGABYTE, ArrayStore, StoredArray
from faceeditor_gui.project.lost_work import LostWork, read_lost_work

if TYPE_CHECKING:
    from faceeditor_gui.document.snapshot import DocumentSnapshot

log = logging.getLogger(__name__)

PROJECT_SUFFIX = ".ora"
MEMORY_BYTES = 256 * MEGABYTE
"""How much of an opened project's results stays in memory; the rest lies in temporary files."""


@dataclass(frozen=True)
class OpenProjectRequest:
    """Read a project."""

    path: Path


@dataclass(frozen=True, eq=False)
class OpenedProject:
    """What was read, and the sentences about it that the user should see."""

    snapshot: DocumentSnapshot
    notices: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class SaveProjectRequest:
    """Write a document to a project."""

    snapshot: DocumentSnapshot
    photo_name: str
    """Of a photo that came from no file, without a suffix."""
    path: Path


@dataclass(frozen=True)
class ReadThumbnailsRequest:
    """Read the thumbnails of projects and photos."""

    paths: tuple[Path, ...]


@dataclass(frozen=True)
class ReadThumbnailRequest:
    """Read a photo or a project as a small picture."""

    path: Path


@dataclass(frozen=True)
class ReadLostWorkRequest:
    """Read the journal in a folder."""

    folder: Path


Thumbnails = dict[Path, Image8]
"""(h, w, 3) uint8 by path; those that could be read."""
ProjectRequest = (
    OpenProjectRequest
    | SaveProjectRequest
    | ReadThumbnailsRequest
    | ReadThumbnailRequest
    | ReadLostWorkRequest
)


def handle_project(
    request: ProjectRequest, report: Report
) -> OpenedProject | DocumentSnapshot | Thumbnails | Image8 | LostWork:
    """Handle one request.

    Returns:
        What was opened; the snapshot that was saved; the thumbnails, or the one; the lost work.
    """
    match request:
        case OpenProjectRequest(path):
            report(0.1, "Opening")
            return _open(path)
        case SaveProjectRequest():
            return _save(request, report)
        case ReadThumbnailsRequest(paths):
            return _read_thumbnails(paths, report)
        case ReadThumbnailRequest(path):
            return _read_small(path)
        case ReadLostWorkRequest(folder):
            report(0.1, "Restoring")
            return read_lost_work(folder)


def _open(path: Path) -> OpenedProject:
    from core.project.project_file import read_project
    from faceeditor_gui.project.document_state import snapshot_of

    project = read_project(path)
    snapshot, is_whole = snapshot_of(project)
    notices = [*project.notices, *project.photo.notices]
    if not (is_whole or project.notices):
        notices.append(f"Parts of {path.name} are damaged; all that is sound was opened.")
    _spill(snapshot)
    return OpenedProject(snapshot, tuple(notices))


def _spill(snapshot: DocumentSnapshot) -> None:
    """Move results that take much memory to temporary files, the lowest first."""
    results: list[StoredArray[Any]] = []
    for step in snapshot.steps:
        results += [step.outcome.patch, step.outcome.coverage]
    excess = sum(one.bytes_in_memory for one in results) - MEMORY_BYTES
    store = ArrayStore()
    try:
        for one in results:
            if excess > 0:
                excess -= one.bytes_in_memory
                one.spill(store)
    except OSError:  # the disk is full: memory has to do
        log.exception("An opened project cannot be moved to the disk")


def _save(request: SaveProjectRequest, report: Report) -> DocumentSnapshot:
    from core.project.project_file import write_project
    from faceeditor_gui.project.document_state import project_of

    report(0.0, "Saving")
    write_project(project_of(request.snapshot, request.photo_name), request.path, report)
    return request.snapshot


def _read_thumbnails(paths: tuple[Path, ...], report: Report) -> Thumbnails:
    thumbnails = {}
    for done, path in enumerate(paths):
        report(done / len(paths), "Looking at recent files")
        try:
            thumbnails[path] = _read_small(path)
        except ImageFileError:
            log.info("No thumbnail in %s", path)
    return thumbnails


def _read_small(path: Path) -> Image8:
    from core.image_io import thumbnail
    from core.project import project_file

    if path.suffix.lower() == project_file.SUFFIX:
        return project_file.read_thumbnail(path)
    return thumbnail.read_thumbnail(path)
