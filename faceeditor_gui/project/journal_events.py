"""What happens to a document, as a journal tells it. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from faceeditor_gui.document.edit_step import EditStep
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.listed_face import ListedFace
from faceeditor_gui.document.recorded_change import RecordedChange
from faceeditor_gui.document.snapshot import DocumentSnapshot


@dataclass(frozen=True, eq=False)
class Base:
    """The document as it was when the journal began."""

    snapshot: DocumentSnapshot
    name: str
    """What the title bar called it."""
    project_path: Path | None = None


@dataclass(frozen=True, eq=False)
class Pushed:
    """A change: all that was undone before it is forgotten."""

    index: int
    """How many changes since the base come before it."""
    change: RecordedChange


@dataclass(frozen=True)
class Moved:
    """Undo or redo: so many changes since the base are made now."""

    index: int


@dataclass(frozen=True, eq=False)
class Refreshed:
    """A step has run again."""

    step: EditStep


@dataclass(frozen=True, eq=False)
class FacesListed:
    """Faces were found, placed or chosen."""

    faces: tuple[ListedFace, ...]
    chosen: int | None


@dataclass(frozen=True, eq=False)
class ExemplarsListed:
    """Exemplars have come, were moved or chosen."""

    exemplars: tuple[ListedExemplar, ...]
    chosen: int | None


Event = Pushed | Moved | Refreshed | FacesListed | ExemplarsListed
