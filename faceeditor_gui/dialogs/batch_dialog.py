"""The window of a batch: the same edit on every photo of a folder; three first, to look at."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.image_io.formats import READABLE_SUFFIXES
from core.image_io.kept_metadata import KeptMetadata
from core.imaging.arrays import Image8
from faceeditor_gui.appearance import qimage
from faceeditor_gui.dialogs.batch_options import EditPage, PathField, ask_folder, edit_pages
from faceeditor_gui.dialogs.dialogs import metadata_box
from faceeditor_gui.jobs.batch_process import BatchProcess, BatchSummary, PhotoReport
from faceeditor_gui.jobs.photo_files import PhotoFiles
from faceeditor_gui.state.settings import Settings

PREVIEWED = 3
"""How many photos are tried first."""
THUMBNAIL_PX = 220
"""The longest side of what is shown of them."""
_OUT_SUFFIX = "-edited"
_SECONDS_TOLD = 99
"""Up to which the time left is told in seconds."""


class BatchDialog(QDialog):
    """Asks what is to do, shows three results, does it, and says what became of each photo."""

    def __init__(
        self, settings: Settings, photo_files: PhotoFiles, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings, self._photo_files = settings, photo_files
        self._process = BatchProcess(self)
        self._trial: TemporaryDirectory[str] | None = None
        """Where results lie that are only to be looked at; None: those to keep are made."""
        self._tried: list[PhotoReport] = []
        self._notices: set[str] = set()
        """Those that stand in the list already: each is told once."""
        self._is_closed = False
        self._in = PathField(self.tr("Folder of photos"), ask_folder)
        self._out = PathField(self.tr("Folder of results"), ask_folder)
        self._count = QLabel()
        self._edit = QComboBox()
        self._pages = QStackedWidget()
        self._faces = QComboBox()
        self._metadata = metadata_box(settings.kept_metadata)
        self._pictures = QGridLayout()
        self._bar = QProgressBar()
        self._told = QLabel()
        self._reasons = QListWidget()
        self._try = QPushButton(self.tr("&Try three"))
        self._start = QPushButton(self.tr("&Start"))
        self._stop = QPushButton(self.tr("St&op"))
        self.setWindowTitle(self.tr("Edit a folder of photos"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build()
        self._connect()
        self._in.show_path(settings.folder)
        self._refresh()

    # Construction.

    def _build(self) -> None:
        for page in edit_pages():
            self._edit.addItem(page.title)
            self._pages.addWidget(page)
            page.changed.connect(self._refresh)
        self._faces.addItem(self.tr("The largest"), "1")
        self._faces.addItem(self.tr("All"), "all")
        form = QFormLayout()
        for text, widget in (
            (self.tr("&Photos in:"), self._in),
            ("", self._count),
            (self.tr("&Results to:"), self._out),
            (self.tr("&Edit:"), self._edit),
            ("", self._pages),
            (self.tr("F&aces:"), self._faces),
            (self.tr("&Metadata:"), self._metadata),
        ):
            label = QLabel(text)
            label.setBuddy(widget)
            if text and not widget.accessibleName():
                widget.setAccessibleName(text.strip("&:").replace("&", ""))
            form.addRow(label, widget)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self._try, self._start, self._stop):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        self._told.setWordWrap(True)
        self._reasons.setAccessibleName(self.tr("What became of the photos"))
        self._reasons.setWordWrap(True)
        self._bar.hide()
        self._reasons.hide()
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addLayout(self._pictures)
        layout.addWidget(self._bar)
        layout.addWidget(self._told)
        layout.addWidget(self._reasons, 1)
        layout.addWidget(buttons)
        self.resize(720, 560)

    def _connect(self) -> None:
        self._in.changed.connect(self._on_folder_changed)
        self._out.changed.connect(self._refresh)
        self._edit.currentIndexChanged.connect(self._pages.setCurrentIndex)
        self._edit.currentIndexChanged.connect(self._refresh)
        self._try.clicked.connect(self._on_try)
        self._start.clicked.connect(self._on_start)
        self._stop.clicked.connect(self._process.cancel)
        self._process.progressed.connect(self._on_progressed)
        self._process.ended.connect(self._on_ended)
        self.finished.connect(self._on_closed)

    # Slots.

    def _on_folder_changed(self) -> None:
        folder = self._in.path
        if folder is not None:
            self._out.show_path(folder.with_name(folder.name + _OUT_SUFFIX))
        self._refresh()

    def _refresh(self) -> None:
        """Offer what can be done now."""
        is_running = self._process.is_running
        count = _count_photos(self._in.path)
        text = self.tr("One photo") if count == 1 else self.tr("{0} photos").format(count)
        self._count.setText(text)
        page = self._page
        self._faces.setEnabled(page.has_faces)
        is_ready = bool(count) and self._words() is not None and not is_running
        self._try.setEnabled(is_ready)
        self._start.setEnabled(is_ready and self._out.path is not None)
        self._stop.setEnabled(is_running)
        for widget in (self._in, self._out, self._edit, self._pages, self._metadata):
            widget.setEnabled(not is_running)

    def _on_try(self) -> None:
        self._trial = TemporaryDirectory(prefix="faceeditor-batch-")
        self._tried = []
        self._run(Path(self._trial.name), "--limit", str(PREVIEWED))

    def _on_start(self) -> None:
        assert self._out.path is not None
        self._settings.folder = self._in.path or self._settings.folder
        self._settings.kept_metadata = KeptMetadata(self._metadata.currentData())
        self._run(self._out.path)

    def _run(self, out: Path, *more: str) -> None:
        words = self._words()
        assert words is not None
        self._reasons.clear()
        self._notices.clear()
        self._reasons.hide()
        self._bar.setRange(0, 0)
        self._bar.show()
        self._told.setText(self.tr("Loading the networks…"))
        self._process.start([*words, "--out", str(out), *more])
        self._refresh()

    @property
    def _page(self) -> EditPage:
        page = self._pages.currentWidget()
        assert isinstance(page, EditPage)
        return page

    def _words(self) -> list[str] | None:
        """Gather the words of the command but its folder of results; None if something lacks."""
        page = self._page
        arguments, folder = page.arguments, self._in.path
        if arguments is None or folder is None:
            return None
        faces = ["--face", self._faces.currentData()] if page.has_faces else []
        kept = ["--metadata", self._metadata.currentData()]
        return [page.command, "--in", str(folder), *arguments, *faces, *kept]

    def _on_progressed(self, report: PhotoReport) -> None:
        self._bar.setRange(0, report.of)
        self._bar.setValue(report.number)
        self._told.setText(self._describe_progress(report))
        told = [] if report.reason is None else [f"{report.photo}: {report.reason}"]
        told += [one for one in report.notices if one not in self._notices]
        self._notices.update(report.notices)
        self._reasons.addItems(told)
        self._reasons.setVisible(bool(self._reasons.count()))
        self._tried.append(report)

    def _on_ended(self, summary: BatchSummary) -> None:
        self._bar.hide()
        if self._is_closed:
            return
        self._told.setText(self._describe(summary))
        if self._trial is not None:
            self._show_trial(Path(self._trial.name))
        self._refresh()

    def _on_closed(self) -> None:
        self._is_closed = True
        self._process.stop()
        self._forget_trial()

    def _show_trial(self, folder: Path) -> None:
        """Show before and after, then forget the results."""
        photos = self._in.path
        pairs = [
            (report.photo, folder / report.outputs[0]) for report in self._tried if report.outputs
        ]
        assert photos is not None
        paths = [path for name, output in pairs for path in (photos / name, output)]

        def show(pictures: list[Image8]) -> None:
            if self._is_closed:
                return
            self._clear_pictures()
            for number, picture in enumerate(pictures):
                label = QLabel()
                label.setPixmap(QPixmap.fromImage(qimage.from_rgb(picture)))
                name = pairs[number // 2][0]
                text = self.tr("{0}, before") if number % 2 == 0 else self.tr("{0}, after")
                label.setToolTip(text.format(name))
                label.setAccessibleName(text.format(name))
                row, column = number % 2, number // 2
                self._pictures.addWidget(label, row, column, Qt.AlignmentFlag.AlignCenter)

        self._photo_files.read_small(paths, THUMBNAIL_PX, show, self._forget_trial)

    def _clear_pictures(self) -> None:
        while (item := self._pictures.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()

    def _forget_trial(self) -> None:
        if self._trial is not None:
            self._trial.cleanup()
            self._trial = None

    # Words.

    def _describe_progress(self, report: PhotoReport) -> str:
        if report.seconds_left is None:
            return report.photo
        if report.seconds_left < _SECONDS_TOLD:
            return self.tr("{0}, {1:.0f} s left").format(report.photo, report.seconds_left)
        minutes = report.seconds_left / 60
        return self.tr("{0}, {1:.0f} min left").format(report.photo, minutes)

    def _describe(self, summary: BatchSummary) -> str:
        if summary.error is not None:
            return summary.error
        parts = [self.tr("{0} done").format(summary.done)]
        for count, text in (
            (summary.unchanged, self.tr("{0} done before")),
            (summary.failed, self.tr("{0} failed")),
            (summary.left, self.tr("{0} left: start again to go on with them")),
        ):
            parts += [text.format(count)] if count else []
        if self._trial is not None:
            return self.tr("Tried: {0}. Nothing was written yet.").format(", ".join(parts))
        return self.tr("Photos in {0}: {1}.").format(self._out.path, ", ".join(parts))


def _count_photos(folder: Path | None) -> int:
    try:
        files = [] if folder is None else list(folder.iterdir())
    except OSError:
        return 0
    return sum(path.suffix.lower() in READABLE_SUFFIXES for path in files)
