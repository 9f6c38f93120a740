"""What the worker is asked about the library, and how it answers. No Qt."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from core.errors import CheckpointError
from core.progress import Report
from faceeditor_gui.document.edit_settings import EditSettings
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.project.library_folder import (
    LibraryContents,
    LibraryEntry,
    keep_edit,
    keep_exemplar,
    new_person,
    person_of,
    read_library,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReadLibraryRequest:
    """Read all that is kept."""

    folder: Path


@dataclass(frozen=True, eq=False)
class KeepExemplarRequest:
    """Keep an exemplar, and find out whose face it is."""

    folder: Path
    exemplar: ListedExemplar
    known: tuple[LibraryEntry, ...]
    """All that is kept already."""


@dataclass(frozen=True, eq=False)
class KeepEditRequest:
    """Keep the settings of an edit."""

    folder: Path
    settings: EditSettings
    name: str


LibraryRequest = ReadLibraryRequest | KeepExemplarRequest | KeepEditRequest


def handle_library(request: LibraryRequest, report: Report) -> LibraryContents | LibraryEntry:
    """Handle one request.

    Returns:
        All that is kept; the new entry.
    """
    match request:
        case ReadLibraryRequest(folder):
            report(0.0, "Reading the library")
            return read_library(folder)
        case KeepExemplarRequest():
            report(0.0, "Keeping")
            return _keep_exemplar(request)
        case KeepEditRequest(folder, settings, name):
            report(0.0, "Keeping")
            return keep_edit(folder, settings, name)


def _keep_exemplar(request: KeepExemplarRequest) -> LibraryEntry:
    from core.face.descriptor import compute_descriptor

    exemplar = request.exemplar
    try:
        descriptor = compute_descriptor(exemplar.image, exemplar.landmarks)
    except CheckpointError:  # it is kept all the same, as a person of its own
        log.exception("Nobody can be told from anybody else")
        descriptor = None
    person = person_of(descriptor, request.known) or new_person(request.known)
    return keep_exemplar(request.folder, exemplar, descriptor, person)
