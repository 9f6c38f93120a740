"""Open, paste, save and close; unsaved work is never lost without a question."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from faceeditor_gui.appearance import qimage
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.photo_files import PhotoFiles
from faceeditor_gui.state.settings import Settings

Callback = Callable[[], None]


class FileCommands(QObject):
    """The File menu, drops and pastes."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self, document: Document, photo_files: PhotoFiles, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document = document
        self._photo_files = photo_files
        self._settings = settings
        self._window = window

    def open(self) -> None:
        """Ask for a photo and open it."""
        dialogs.ask_open(self._window, self._settings.folder, self.open_path)

    def open_path(self, path: Path) -> None:
        """Open a file, once the user has decided about unsaved work."""

        def proceed() -> None:
            self._settings.folder = path.parent
            self._photo_files.open(path)

        self.confirm_unsaved(proceed)

    def open_sample(self) -> None:
        """Open the sample portrait."""
        self.confirm_unsaved(self._photo_files.open_sample)

    def paste(self) -> None:
        """Open what the clipboard holds."""
        data = QGuiApplication.clipboard().mimeData()
        if data is None or not self.open_mime_data(data):
            self.posted.emit(self.tr("The clipboard holds no picture; copy one first."))

    def open_mime_data(self, data: QMimeData) -> bool:
        """Open a dropped or pasted file or image; tells whether there was one."""
        if not has_photo(data):
            return False
        path = _local_path(data)
        if path is not None:
            self.open_path(path)
            return True
        image = qimage.from_mime_data(data)
        if image is None:
            self.posted.emit(self.tr("That picture cannot be read; save it and open the file."))
            return True
        samples = qimage.to_samples(image)
        self.confirm_unsaved(lambda: self._photo_files.open_image(samples))
        return True

    def save(self, then: Callback | None = None) -> None:
        """Save to the last path, ask for one the first time; call back once it is written."""
        if self._document.saved_path is None:
            self.save_as(then)
        else:
            self._photo_files.save(self._document.saved_path, then)

    def save_as(self, then: Callback | None = None) -> None:
        """Ask where to save, then save and call back."""

        def proceed(path: Path) -> None:
            self._settings.folder = path.parent
            self._photo_files.save(path, then)

        suggestion = self._document.saved_path
        if suggestion is None:
            suggestion = self._photo_files.suggested_path(self._settings.folder)
        dialogs.ask_save(self._window, suggestion, proceed)

    def confirm_unsaved(self, callback: Callback) -> None:
        """Call back at once if nothing would be lost, else when the user has decided."""
        if not self._document.has_unsaved_work:
            callback()
            return
        edited = self._document.has_unsaved_edits
        text = (
            self.tr("{0} has unsaved edits.")
            if edited
            else self.tr("The mask painted on {0} is not part of any file and will be lost.")
        )
        dialogs.ask_unsaved(
            self._window,
            text.format(self._document.name),
            save=partial(self.save, callback) if edited else None,
            discard=callback,
        )


def has_photo(data: QMimeData) -> bool:
    """Tell whether a drop or the clipboard holds an image or a file."""
    return _local_path(data) is not None or data.hasImage()


def _local_path(data: QMimeData) -> Path | None:
    for url in data.urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
    return None
