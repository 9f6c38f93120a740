"""The Mask menu: face parts, the mask's edge, and mask files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.anatomy.parts import FacePart, part_outlines
from core.imaging.arrays import Mask
from core.imaging.windows import whole_window
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.document import mask_operations
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.mask_operations import MaskPiece
from faceeditor_gui.jobs.engine import OpenMaskRequest, SaveMaskRequest
from faceeditor_gui.jobs.job import Job, Urgency
from faceeditor_gui.jobs.job_queue import JobQueue
from faceeditor_gui.state.mask_mode import MaskMode
from faceeditor_gui.state.settings import Settings
from faceeditor_gui.state.tool_state import ToolState

_MASK_SUFFIX = "-mask.png"


class MaskCommands(QObject):
    """Changes the mask other than by hand; each change is one undo step."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        job_queue: JobQueue,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._tool_state = tool_state
        self._job_queue = job_queue
        self._settings = settings
        self._window = window

    def add_part(self, part: FacePart, mask_mode: MaskMode = MaskMode.ADD) -> None:
        """Cover a part of the chosen faces, or uncover it."""
        faces = self._document.faces.chosen_items
        if not faces:
            self.posted.emit(
                self.tr("No face is known here: draw a box around one with the Face box tool.")
            )
            return
        mask, shape = self._mask(), self._document.shape
        after = mask.copy()
        outlines = [
            outline
            for face in faces
            for outline in part_outlines(part, self._document.landmarks(face))
        ]
        for outline in outlines:
            patch = mask_operations.polygon_patch(shape, outline, self._tool_state.feather)
            if patch is not None:
                window, covered = mask_operations.combine_patch(after, patch, mask_mode)
                after[window] = covered
        self._document.mask.change(self.tr(part.title()), whole_window(*shape), after)

    def grow(self) -> None:
        """Move the mask's border outwards."""
        self._apply(
            self.tr("Grow"), lambda mask: mask_operations.grow_mask(mask, self._tool_state.edge)
        )

    def shrink(self) -> None:
        """Move the mask's border inwards."""
        self._apply(
            self.tr("Shrink"), lambda mask: mask_operations.shrink_mask(mask, self._tool_state.edge)
        )

    def feather(self) -> None:
        """Soften the mask's border."""
        self._apply(
            self.tr("Feather"),
            lambda mask: mask_operations.feather_mask(mask, self._tool_state.edge),
        )

    def fill_enclosed(self) -> None:
        """Cover what the mask encloses."""
        self._apply(self.tr("Fill Enclosed"), mask_operations.fill_enclosed)

    def open(self) -> None:
        """Ask for a mask file and replace the mask."""
        title = self.tr("Import a mask")
        dialogs.ask_open(self._window, self._settings.folder, self.open_path, title)

    def open_path(self, path: Path) -> None:
        """Replace the mask by the one in a file."""
        height, width = self._document.shape
        photo = self._document.photo

        def deliver(mask: Mask) -> None:
            if self._document.photo is photo:
                window = whole_window(height, width)
                self._document.mask.change(self.tr("Import Mask"), window, mask)
                self.posted.emit(self.tr("The mask of {0} is in place.").format(path.name))

        request = OpenMaskRequest(path, (width, height))
        self._job_queue.submit(Job(Urgency.FILE, lambda: request, deliver, key=OpenMaskRequest))

    def save(self) -> None:
        """Ask where to save the mask, then save it."""
        name = Path(self._document.name).stem + _MASK_SUFFIX
        dialogs.ask_save_mask(self._window, self._settings.folder / name, self.save_to)

    def save_to(self, path: Path) -> None:
        """Save the mask to a file."""
        request = SaveMaskRequest(self._mask(), path)

        def deliver(_: object) -> None:
            self.posted.emit(self.tr("The mask is saved as {0}.").format(path.name))

        self._job_queue.submit(Job(Urgency.FILE, lambda: request, deliver, key=request))

    def _apply(self, title: str, operation: Callable[[Mask], MaskPiece]) -> None:
        """Apply an operation to the mask, and say so if nothing has changed."""
        if self._document.mask.is_empty:
            self.posted.emit(self.tr("There is no mask yet: paint or select something first."))
            return
        before = self._document.undo_stack.index()
        self._document.mask.change(title, *operation(self._mask()))
        if self._document.undo_stack.index() == before:
            self.posted.emit(self.tr("The mask is as it was."))

    def _mask(self) -> Mask:
        return self._document.mask.read(whole_window(*self._document.shape))
