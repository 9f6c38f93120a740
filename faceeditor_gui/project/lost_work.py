"""Reads what a crash has left, and plays it back on a document. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import CoreError
from faceeditor_gui.project.journal_events import (
    Base,
    Event,
    ExemplarsListed,
    FacesListed,
    Moved,
    Pushed,
    Refreshed,
)
from faceeditor_gui.project.journal_file import read_journal
from faceeditor_gui.project.journal_writer import JOURNAL

if TYPE_CHECKING:
    from faceeditor_gui.document.document import Document


@dataclass(frozen=True, eq=False)
class LostWork:
    """What a journal holds."""

    base: Base
    events: tuple[Event, ...]


def read_lost_work(folder: Path) -> LostWork:
    """Read the newest journal in a folder whose base is whole, up to the first damaged record.

    Raises:
        CoreError: there is none.
    """
    from core.image_io.archive import DamagedMemberError
    from faceeditor_gui.project.document_state import DAMAGE
    from faceeditor_gui.project.journal_record import RecordReader

    for path in sorted(folder.glob(JOURNAL), reverse=True):
        reader, base, events = RecordReader(), None, []
        try:
            for record in read_journal(path):
                if base is None:
                    base = reader.base(record)
                else:
                    events.append(reader.event(record))
        except (DamagedMemberError, OSError, *DAMAGE):
            pass  # what was read until there is sound
        if base is not None:
            return LostWork(base, tuple(events))
    raise CoreError("That unsaved work is damaged and cannot be restored; discard it.")


def play_back(work: LostWork, document: Document) -> None:
    """Bring a document to where the journal ends, with all that can be undone and redone."""
    base, stack = work.base, document.undo_stack
    document.restore(base.snapshot, base.project_path, base.name)
    for event in work.events:
        match event:
            case Pushed(index, change):
                stack.setIndex(index)
                document.undo_memory.push(document.command_of(change))
            case Moved(index):
                stack.setIndex(index)
            case Refreshed(step):
                document.steps.refresh_step(step)
            case FacesListed(faces, chosen):
                document.faces.restore(faces, chosen)
                document.faces.listed_anew.emit()
            case ExemplarsListed(exemplars, chosen):
                document.exemplars.restore(exemplars, chosen, ())
                document.exemplars.listed_anew.emit()
    stack.resetClean()
