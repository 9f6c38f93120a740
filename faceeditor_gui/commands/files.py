"""Open, paste, save, export and close; unsaved work is never lost without a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from core.image_io.jpeg_options import JpegOptions
from core.image_io.kept_metadata import KeptMetadata
from core.imaging.depth import to_8_bit
from core.imaging.windows import whole_window
from faceeditor_gui.appearance import qimage
from faceeditor_gui.commands.series import Series, SeriesPhoto
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.dialogs.batch_dialog import BatchDialog
from faceeditor_gui.dialogs.jpeg_dialog import JpegDialog
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.photo_files import PhotoFiles
from faceeditor_gui.jobs.project_files import ProjectFiles
from faceeditor_gui.project.project_requests import PROJECT_SUFFIX, Thumbnails
from faceeditor_gui.state.settings import Settings

Callback = Callable[[], None]
JPEG_SUFFIXES = (".jpg", ".jpeg")
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
        series: Series,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._series = series
        self._document = document
        self._photo_files = photo_files
        self._project_files = project_files
        self._settings = settings
        self._window = window

    def open(self) -> None:
        """Ask for photos or projects and open them."""
        dialogs.ask_open_several(self._window, self._settings.folder, self.open_paths)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files: several become a series, one beside a series a part of it."""
        if len(paths) == 1 and not self._series.has_several:
            self.open_path(paths[0])
        elif paths:
            self._settings.folder = paths[0].parent
            self._series.add(paths)

    def open_page(self) -> None:
        """Ask for another page of the file that is open, and open it."""
        document = self._document
        path, photo, file = document.source_path, document.photo, document.photo_file
        if path is None or photo is None or file is None or photo.pages < 2:
            self.posted.emit(self.tr("This picture has no other pages."))
            return

        def proceed(page: int) -> None:
            self.confirm_unsaved(lambda: self._photo_files.open(path, page))

        dialogs.ask_page(self._window, file.page, photo.pages, proceed)

    def open_path(self, path: Path) -> None:
        """Open a file: beside a series, or in place of the photo that is open alone.

        In its place, the user first decides about unsaved work.
        """
        if self._series.has_several:
            self.open_paths([path])
            return

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
        paths = _local_paths(data)
        if paths:
            self.open_paths(paths)
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
        file = self._document.photo_file
        page = file.page if file is not None else 1
        dialogs.ask_unsaved(
            self._window, text.format(path.name), discard=lambda: self._open_file(path, page)
        )

    def export(self) -> None:
        """Write the picture to where it was exported last, ask the first time."""
        if self._document.exported_path is None:
            self.export_as()
        else:
            path, bits = self._document.exported_path, self._document.exported_bits
            self._photo_files.export(path, bits, self._settings.jpeg, self._settings.kept_metadata)

    def export_as(self) -> None:
        """Ask where to write the picture, and in which format."""

        def proceed(path: Path, bits: int | None, kept: KeptMetadata) -> None:
            self._settings.folder, self._settings.kept_metadata = path.parent, kept
            if path.suffix.lower() in JPEG_SUFFIXES:
                self._ask_jpeg(path, bits)
            else:
                self._photo_files.export(path, bits, kept=kept)

        suggestion = self._document.exported_path
        if suggestion is None:
            suggestion = self._photo_files.suggested_path(self._settings.folder)
        bits = self._document.exported_bits or 8 * self._document.original().itemsize
        dialogs.ask_export(self._window, suggestion, bits, self._settings.kept_metadata, proceed)

    def batch(self) -> None:
        """Show the window that edits a folder of photos."""
        BatchDialog(self._settings, self._photo_files, self._window).show()

    def _ask_jpeg(self, path: Path, bits: int | None) -> None:
        kept = self._settings.kept_metadata

        def export(jpeg: JpegOptions) -> None:
            self._settings.jpeg = jpeg
            self._photo_files.export(path, bits, jpeg, kept)

        def measure(jpeg: JpegOptions, told: Callable[[int], None]) -> None:
            self._photo_files.measure(path, jpeg, kept, told)

        JpegDialog(self._settings.jpeg, measure, export, self._window).open()

    def copy(self) -> None:
        """Copy the picture as it is shown to the clipboard."""
        window = whole_window(*self._document.shape)
        picture = to_8_bit(self._document.composited(window))
        QGuiApplication.clipboard().setImage(qimage.from_rgb(picture))
        self.posted.emit(self.tr("The picture is copied, with its edits."))

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

    def confirm_all_unsaved(self, callback: Callback) -> None:
        """Call back when the user has decided, once, about everything that would be lost."""
        unsaved = self._series.unsaved
        if len(unsaved) < 2 and self._series.current in (*unsaved, None):
            self.confirm_unsaved(callback)
            return
        if not unsaved:
            callback()
            return
        text = self.tr("{0} have changes that are in no project yet: {1}.").format(
            self.tr("{0} photos").format(len(unsaved)), ", ".join(one.name for one in unsaved)
        )
        dialogs.ask_unsaved(
            self._window, text, save=partial(self._save_all, unsaved, callback), discard=callback
        )

    def _save_all(self, photos: Sequence[SeriesPhoto], callback: Callback) -> None:
        """Save photos to their projects, new ones to a folder that is asked for; then call back."""

        def save_to(folder: Path | None) -> None:
            def visit(photo: SeriesPhoto, proceed: Callback) -> None:
                path = photo.project_path
                if path is None:
                    assert folder is not None
                    path = _free_path(folder, Path(photo.name).stem)
                self._project_files.save(path, proceed)

            self._series.visit(photos, visit, lambda: self._end_saving(photos, callback))

        if all(photo.project_path is not None for photo in photos):
            save_to(None)
        else:
            dialogs.ask_folder(
                self._window, self.tr("Save the projects in"), self._settings.folder, save_to
            )

    def _end_saving(self, photos: Sequence[SeriesPhoto], callback: Callback) -> None:
        left = [one.name for one in photos if one in self._series.unsaved]
        if left:
            self.posted.emit(self.tr("Not saved: {0}.").format(", ".join(left)))
        else:
            callback()

    def close_photo(self) -> None:
        """Take the photo in hand out of the series, once the user has decided about it."""
        photo = self._series.current
        if photo is not None and self._series.has_several:
            self.confirm_unsaved(lambda: self._series.remove(photo))

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

    def _open_file(self, path: Path, page: int = 1) -> None:
        if path.suffix.lower() == PROJECT_SUFFIX:
            self._project_files.open(path)
        else:
            self._photo_files.open(path, page)


def has_photo(data: QMimeData) -> bool:
    """Tell whether a drop or the clipboard holds an image or a file."""
    return bool(_local_paths(data)) or data.hasImage()


def _local_paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _free_path(folder: Path, stem: str) -> Path:
    """Name a project that is not there yet."""
    names = (
        f"{stem}{number}{PROJECT_SUFFIX}" for number in ("", *map("-{}".format, range(2, 9999)))
    )
    return next(path for name in names if not (path := folder / name).exists())
