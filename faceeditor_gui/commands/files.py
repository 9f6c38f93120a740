"""Open, paste, save, export and close; unsaved work is never lost without a question."""

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
from faceeditor_gui.jobs.project_files import PROJECT_SUFFIX, ProjectFiles
from faceeditor_gui.project.project_requests import Thumbnails
from faceeditor_gui.state.settings import Settings

Callback = Callable[[], None]
RECENT_SHOWN = 5
"""Photos and projects on the start page."""


class FileCommands(QObject):
    """The File menu, drops and pastes."""

    posted = Signal(str)  # one sentence for the status line

    def __init__(
        self,
        document: Document,
        photo_files: PhotoFiles,
        project_files: ProjectFiles,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._photo_files = photo_files
        self._project_files = project_files
        self._settings = settings
        self._window = window

    def open(self) -> None:
        """Ask for a photo or a project and open it."""
        dialogs.ask_open(self._window, self._settings.folder, self.open_path)

    def open_path(self, path: Path) -> None:
        """Open a file, once the user has decided about unsaved work."""

        def proceed() -> None:
            self._settings.folder = path.parent
            self._open_file(path)

        self.confirm_unsaved(proceed)

    def read_recent(self, show: Callable[[Thumbnails], None]) -> None:
        """Read the thumbnails of the photos and projects of lately, then show them."""
        recent = self._settings.recent[:RECENT_SHOWN]
        if recent:
            self._project_files.read_thumbnails(recent, show)

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
        """Save to the project, ask for one the first time; call back once it is written."""
        if self._document.project_path is None:
            self.save_as(then)
        else:
            self._project_files.save(self._document.project_path, then)

    def save_as(self, then: Callback | None = None) -> None:
        """Ask for a project, then save to it, go on with it, and call back."""
        self._ask_project(
            self.tr("Save the project"), lambda path: self._project_files.save(path, then)
        )

    def save_copy(self) -> None:
        """Ask for a project and save to it, but go on with the present one."""
        self._ask_project(self.tr("Save a copy"), self._project_files.save_copy)

    def revert(self) -> None:
        """Open what was saved last once more, if the user agrees."""
        path = self._document.project_path or self._document.source_path
        if path is None:
            self.posted.emit(self.tr("This picture is in no file yet; undo goes back instead."))
            return
        text = self.tr("{0} goes back to how it was saved last; what you did since is lost.")
        dialogs.ask_unsaved(
            self._window, text.format(path.name), discard=lambda: self._open_file(path)
        )

    def export(self) -> None:
        """Write the picture to where it was exported last, ask the first time."""
        if self._document.exported_path is None:
            self.export_as()
        else:
            self._photo_files.export(self._document.exported_path)

    def export_as(self) -> None:
        """Ask where to write the picture."""

        def proceed(path: Path) -> None:
            self._settings.folder = path.parent
            self._photo_files.export(path)

        suggestion = self._document.exported_path
        if suggestion is None:
            suggestion = self._photo_files.suggested_path(self._settings.folder)
        dialogs.ask_export(self._window, suggestion, proceed)

    def confirm_unsaved(self, callback: Callback) -> None:
        """Call back at once if nothing would be lost, else when the user has decided."""
        if not self._document.has_unsaved_work:
            callback()
            return
        text = self.tr("{0} has changes that are in no project yet.").format(self._document.name)
        exported = self._document.exported_path
        if exported is not None:
            text += " " + self.tr("{0} shows them, but they cannot be changed there.").format(
                exported.name
            )
        dialogs.ask_unsaved(self._window, text, save=partial(self.save, callback), discard=callback)

    def _ask_project(self, title: str, chosen: Callable[[Path], None]) -> None:

        def proceed(path: Path) -> None:
            if path.suffix.lower() != PROJECT_SUFFIX:
                self.posted.emit(
                    self.tr("Projects end in {0}; to write a picture, use Export.").format(
                        PROJECT_SUFFIX
                    )
                )
                return
            self._settings.folder = path.parent
            chosen(path)

        suggestion = self._document.project_path
        if suggestion is None:
            suggestion = self._project_files.suggested_path(self._settings.folder)
        dialogs.ask_save_project(self._window, suggestion, proceed, title)

    def _open_file(self, path: Path) -> None:
        is_project = path.suffix.lower() == PROJECT_SUFFIX
        (self._project_files if is_project else self._photo_files).open(path)


def has_photo(data: QMimeData) -> bool:
    """Tell whether a drop or the clipboard holds an image or a file."""
    return _local_path(data) is not None or data.hasImage()


def _local_path(data: QMimeData) -> Path | None:
    for url in data.urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
    return None
