"""What has to be there for an action to make sense, and what of it is there now."""

from __future__ import annotations

from enum import Enum, auto

from faceeditor_gui.commands.series import Series
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.edit_runner import EditRunner


class Needs(Enum):
    """What has to be there for an action to make sense."""

    NOTHING = auto()
    PHOTO = auto()
    PAGES = auto()
    FACES = auto()
    MASK = auto()
    UNDO = auto()
    REDO = auto()
    RESULT = auto()
    SKETCH = auto()
    EXEMPLAR = auto()
    SERIES = auto()


def met_needs(document: Document, runner: EditRunner, series: Series) -> set[Needs]:
    """Return the needs that are met now."""
    undo_stack = document.undo_stack
    is_met = {
        Needs.NOTHING: True,
        Needs.PHOTO: document.photo is not None,
        Needs.PAGES: document.photo is not None and document.photo.pages > 1,
        Needs.FACES: len(document.faces.items) > 1,
        Needs.MASK: not document.mask.is_empty,
        Needs.UNDO: undo_stack.canUndo() or runner.is_running,
        Needs.REDO: undo_stack.canRedo(),
        Needs.RESULT: bool(document.steps.items),
        Needs.SKETCH: not document.sketch.is_empty,
        Needs.EXEMPLAR: document.photo is not None and bool(document.exemplars.items),
        Needs.SERIES: series.has_several,
    }
    return {need for need, met in is_met.items() if met}
