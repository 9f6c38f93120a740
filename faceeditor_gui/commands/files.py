"""Open, paste, save and close as the user means them: nothing is lost without a question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from faceeditor_gui.appearance import qimage
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.photo_files import PhotoFiles
from faceeditor_gui.state.settings import Settings

Then = Callable[[], None]


class FileCommands(QObject):
    """The File menu, drops and pastes."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self, document: Document, files: PhotoFiles, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document = document
        self._files = files
        self._settings = settings
        self._window = window
        self._after_saving: Then | None = None
        files.saved.connect(self._on_saved)

    def open(self) -> None:
        """Ask for a photo and open it."""
        dialogs.ask_open(self._window, self._settings.folder, self.open_path)

    def open_path(self, path: Path) -> None:
        """Open a file, once unsaved work is taken care of."""

        def go_on() -> None:
            self._settings.folder = path.parent
            self._files.open(path)

        self.unless_unsaved(go_on)

    def open_sample(self) -> None:
        """Open the sample portrait."""
        self.unless_unsaved(self._files.open_sample)

    def paste(self) -> None:
        """Open what the clipboard holds."""
        data = QGuiApplication.clipboard().mimeData()
        if data is None or not self.take(data):
            self.posted.emit(self.tr("The clipboard holds no picture; copy one first."))

    def take(self, data: QMimeData) -> bool:
        """Open a dropped or pasted file or picture; tells whether there was one."""
        if not can_take(data):
            return False
        path = _local_path(data)
        if path is not None:
            self.open_path(path)
            return True
        pixels = qimage.to_rgb(QImage(data.imageData()))
        self.unless_unsaved(lambda: self._files.open_image(pixels))
        return True

    def save(self) -> None:
        """Save where it was saved last; the first time, ask."""
        if self._document.target is None:
            self.save_as()
        else:
            self._files.save(self._document.target)

    def save_as(self) -> None:
        """Ask where to save, and do."""

        def go_on(path: Path) -> None:
            self._settings.folder = path.parent
            self._files.save(path)

        suggestion = self._document.target
        if suggestion is None:
            suggestion = self._files.suggested_target(self._settings.folder)
        dialogs.ask_save(self._window, suggestion, go_on)

    @property
    def has_unsaved(self) -> bool:
        """Tell whether edits, a mask or points would be lost; exemplars are taken again easily."""
        document = self._document
        has_work = document.has_unsaved_edits or document.has_mask or document.has_placed_points
        return has_work and not document.undo_stack.isClean()

    def unless_unsaved(self, then: Then) -> None:
        """Go on at once if nothing would be lost, else when the user has decided."""
        if not self.has_unsaved:
            then()
            return

        def save() -> None:
            self._after_saving = then
            self.save()

        edited = self._document.has_unsaved_edits
        text = (
            self.tr("{0} has unsaved edits.")
            if edited
            else self.tr("The mask painted on {0} is not part of any file and will be lost.")
        )
        dialogs.ask_unsaved(
            self._window,
            text.format(self._document.name),
            save=save if edited else None,
            discard=then,
        )

    def _on_saved(self) -> None:
        then, self._after_saving = self._after_saving, None
        if then is not None:
            then()


def can_take(data: QMimeData) -> bool:
    """Tell whether a drop or the clipboard holds a picture or a file."""
    return _local_path(data) is not None or data.hasImage()


def _local_path(data: QMimeData) -> Path | None:
    for url in data.urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
    return None
