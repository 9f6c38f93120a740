"""Open, paste, save and close; unsaved work is never lost without a question."""

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
        self._after_saving: Callback | None = None
        photo_files.saved.connect(self._on_saved)

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
        pixels = qimage.to_rgb(QImage(data.imageData()))
        self.confirm_unsaved(lambda: self._photo_files.open_image(pixels))
        return True

    def save(self) -> None:
        """Save to the last path; ask for one the first time."""
        if self._document.saved_path is None:
            self.save_as()
        else:
            self._photo_files.save(self._document.saved_path)

    def save_as(self) -> None:
        """Ask where to save, then save."""

        def proceed(path: Path) -> None:
            self._settings.folder = path.parent
            self._photo_files.save(path)

        suggestion = self._document.saved_path
        if suggestion is None:
            suggestion = self._photo_files.suggested_path(self._settings.folder)
        dialogs.ask_save(self._window, suggestion, proceed)

    @property
    def has_unsaved_work(self) -> bool:
        """Tell whether edits, a mask or landmarks would be lost; exemplars may be."""
        document = self._document
        has_work = (
            document.has_unsaved_edits
            or not document.mask.is_empty
            or document.faces.has_manual_landmarks
        )
        return has_work and not document.undo_stack.isClean()

    def confirm_unsaved(self, callback: Callback) -> None:
        """Call back at once if nothing would be lost, else when the user has decided."""
        if not self.has_unsaved_work:
            callback()
            return

        def save() -> None:
            self._after_saving = callback
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
            discard=callback,
        )

    def _on_saved(self) -> None:
        callback, self._after_saving = self._after_saving, None
        if callback is not None:
            callback()


def has_photo(data: QMimeData) -> bool:
    """Tell whether a drop or the clipboard holds an image or a file."""
    return _local_path(data) is not None or data.hasImage()


def _local_path(data: QMimeData) -> Path | None:
    for url in data.urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
    return None
