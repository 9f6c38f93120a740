"""The Mask menu: parts of the face, the mask's edge, and masks in files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.anatomy.parts import FacePart, part_outlines
from core.imaging.arrays import Mask
from core.imaging.windows import whole
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.document import mask_operations
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.mask_operations import Change
from faceeditor_gui.jobs.engine import OpenMask, SaveMask
from faceeditor_gui.jobs.job_queue import Schedule
from faceeditor_gui.jobs.worker import Job, Urgency
from faceeditor_gui.state.settings import Settings
from faceeditor_gui.state.tool_state import Combine, ToolState

_MASK = "-mask.png"


class MaskCommands(QObject):
    """Changes the mask other than by hand; each change is one undo step."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        schedule: Schedule,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._tool_state = tool_state
        self._schedule = schedule
        self._settings = settings
        self._window = window

    def add_part(self, part: FacePart, combine: Combine = Combine.ADD) -> None:
        """Cover a part of the chosen face, or uncover it."""
        face = self._document.chosen_face
        if face is None:
            self.posted.emit(self.tr("No face is known here: press G and draw a box around one."))
            return
        mask, shape = self._mask(), self._document.shape
        after = mask.copy()
        for outline in part_outlines(part, self._document.landmarks(face)):
            patch = mask_operations.shape_patch(shape, outline, self._tool_state.feather)
            if patch is not None:
                window, covered = mask_operations.combined(after, patch, combine)
                after[window] = covered
        self._document.change_mask(self.tr(part.title()), whole(*shape), after)

    def grow(self) -> None:
        """Move the mask's border outwards."""
        self._change(
            self.tr("Grow"), lambda mask: mask_operations.grown(mask, self._tool_state.edge)
        )

    def shrink(self) -> None:
        """Move the mask's border inwards."""
        self._change(
            self.tr("Shrink"), lambda mask: mask_operations.shrunk(mask, self._tool_state.edge)
        )

    def feather(self) -> None:
        """Soften the mask's border."""
        self._change(
            self.tr("Feather"), lambda mask: mask_operations.feathered(mask, self._tool_state.edge)
        )

    def fill_enclosed(self) -> None:
        """Cover what the mask encloses."""
        self._change(self.tr("Fill Enclosed"), mask_operations.filled)

    def open(self) -> None:
        """Ask for a mask, and put it in place of the one that is there."""
        title = self.tr("Import a mask")
        dialogs.ask_open(self._window, self._settings.folder, self.open_path, title)

    def open_path(self, path: Path) -> None:
        """Put the mask in a file in place of the one that is there."""
        height, width = self._document.shape
        photo = self._document.photo

        def take(mask: object) -> None:
            if self._document.photo is photo:
                window = whole(height, width)
                self._document.change_mask(self.tr("Import Mask"), window, cast(Mask, mask))
                self.posted.emit(self.tr("The mask of {0} is in place.").format(path.name))

        request = OpenMask(path, (width, height))
        self._schedule.submit(Job(Urgency.FILE, lambda: request, take))

    def save(self) -> None:
        """Ask where to save the mask, and do."""
        name = Path(self._document.name).stem + _MASK
        dialogs.ask_save_mask(self._window, self._settings.folder / name, self.save_to)

    def save_to(self, path: Path) -> None:
        """Save the mask to a file."""
        request = SaveMask(self._mask(), path)

        def tell(_: object) -> None:
            self.posted.emit(self.tr("The mask is saved as {0}.").format(path.name))

        self._schedule.submit(Job(Urgency.FILE, lambda: request, tell))

    def _change(self, title: str, edit: Callable[[Mask], Change]) -> None:
        """Change the mask by a function of it, and say so if nothing has changed."""
        if not self._document.has_mask:
            self.posted.emit(self.tr("There is no mask yet: paint or select something first."))
            return
        before = self._document.undo_stack.index()
        self._document.change_mask(title, *edit(self._mask()))
        if self._document.undo_stack.index() == before:
            self.posted.emit(self.tr("The mask is as it was."))

    def _mask(self) -> Mask:
        return self._document.mask(whole(*self._document.shape))
