"""Dialogs. None blocks: each takes what to do with the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from core.errors import CheckpointError, CoreError, DeviceError, ImageFileError
from core.image_io.formats import READABLE_SUFFIXES
from core.image_io.kept_metadata import KeptMetadata
from core.runtime.model_card import stated_terms
from core.runtime.weights_folder import WEIGHTS_DIR
from faceeditor_gui.project.project_requests import PROJECT_SUFFIX

READ_FILTER = " ".join(f"*{suffix}" for suffix in READABLE_SUFFIXES)
PROJECT_FILTER = f"*{PROJECT_SUFFIX}"
WRITE_FILTERS: tuple[tuple[str, str, int | None], ...] = (
    ("JPEG, 8 bits", "*.jpg *.jpeg", None),
    ("PNG, 8 bits", "*.png", 8),
    ("PNG, 16 bits", "*.png", 16),
    ("TIFF, 8 bits", "*.tif *.tiff", 8),
    ("TIFF, 16 bits", "*.tif *.tiff", 16),
    ("WebP without loss, 8 bits", "*.webp", None),
    ("Layers, OpenRaster", PROJECT_FILTER, None),
)
"""Title, patterns and the bits a channel that are asked for, where the format leaves a choice."""
PRESET_SUFFIX = ".json"
SHEET_COLUMNS = 3
_ERROR_BOX = "error"
ABOUT = (
    "Edits portraits on this machine; nothing leaves it.\n\n"
    "The code is under the MIT licence. The weights that edits use have terms of their own. dlib's "
    "68 points, which every edit of a face needs, exclude commercial use; the model cards say more."
    "\n\nWhat donors lend is cropped from portraits by Lisa DeBruine and Benedict Jones, CC BY 4.0."
)

ShortcutGroup = tuple[str, list[tuple[str, str]]]
"""Title and rows of keys and what they do."""
Button = QMessageBox.StandardButton


def ask_open(parent: QWidget, folder: Path, opened: Callable[[Path], None], title: str) -> None:
    """Ask for a picture to open; the title says which."""
    dialog = _reading_dialog(parent, folder, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda name: opened(Path(name)))
    _open(dialog)


def ask_page(parent: QWidget, page: int, pages: int, chosen: Callable[[int], None]) -> None:
    """Ask for one of the pages of a file."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(_tr("Open another page"))
    dialog.setLabelText(_tr("Page, 1 to {0}:").format(pages))
    dialog.setInputMode(QInputDialog.InputMode.IntInput)
    dialog.setIntRange(1, pages)
    dialog.setIntValue(page % pages + 1)
    dialog.intValueSelected.connect(chosen)
    _open(dialog)


def ask_open_several(parent: QWidget, folder: Path, opened: Callable[[list[Path]], None]) -> None:
    """Ask for photos or projects to open, one or several."""
    dialog = _reading_dialog(parent, folder, _tr("Open photos or projects"))
    projects = f"{_tr('Photos and projects')} ({READ_FILTER} {PROJECT_FILTER})"
    dialog.setNameFilters([projects, *dialog.nameFilters()])
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: opened([Path(name) for name in names]))
    _open(dialog)


def ask_folder(parent: QWidget, title: str, folder: Path, chosen: Callable[[Path], None]) -> None:
    """Ask for a folder."""
    dialog = QFileDialog(parent, title, str(folder))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    _open(dialog)


def ask_profile(parent: QWidget, folder: Path, chosen: Callable[[Path], None]) -> None:
    """Ask for the ICC profile of a display."""
    dialog = QFileDialog(parent, _tr("Profile of the display"), str(folder))
    dialog.setNameFilters([f"{_tr('Profiles')} (*.icc *.icm)", f"{_tr('All files')} (*)"])
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    _open(dialog)


def ask_exemplars(parent: QWidget, folder: Path, chosen: Callable[[list[Path]], None]) -> None:
    """Ask for pictures of faces, several at once."""
    dialog = _reading_dialog(parent, folder, _tr("Add exemplars"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    _open(dialog)


def _reading_dialog(parent: QWidget, folder: Path, title: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(folder))
    dialog.setNameFilters([f"{_tr('Pictures')} ({READ_FILTER})", f"{_tr('All files')} (*)"])
    return dialog


def ask_export(
    parent: QWidget,
    suggestion: Path,
    bits: int,
    kept: KeptMetadata,
    chosen: Callable[[Path, int | None, KeptMetadata], None],
) -> None:
    """Ask where and how to write the picture; the dialog asks before it takes a file that exists.

    Args:
        parent: the window.
        suggestion: where; its suffix chooses the format.
        bits: a channel, as suggested: 8 or 16.
        kept: what the file says besides its pixels, as suggested.
        chosen: told the path, the bits a channel, None where the format leaves no choice, and what
            the file says.
    """
    dialog = QFileDialog(parent, _tr("Export the picture"), str(suggestion.parent))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # the system's takes no further row
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    filters = {f"{_tr(title)} ({kinds})": depth for title, kinds, depth in WRITE_FILTERS}
    dialog.setNameFilters(list(filters))
    dialog.setDefaultSuffix(suggestion.suffix.lstrip("."))
    dialog.selectNameFilter(_fitting_filter(filters, suggestion.suffix.lower(), bits))
    dialog.selectFile(suggestion.name)
    dialog.filterSelected.connect(
        lambda text: dialog.setDefaultSuffix(_suffixes_of(text)[0].lstrip("."))
    )
    choice = _metadata_choice(dialog, kept)

    def accept(name: str) -> None:
        path, depth = Path(name), filters[dialog.selectedNameFilter()]
        if path.suffix.lower() not in _suffixes_of(dialog.selectedNameFilter()):
            depth = filters[_fitting_filter(filters, path.suffix.lower(), bits)]
        chosen(path, depth, KeptMetadata(choice.currentData()))

    dialog.fileSelected.connect(accept)
    _open(dialog)


def _metadata_choice(dialog: QFileDialog, kept: KeptMetadata) -> QComboBox:
    """Add a row that asks what of the photo's metadata is carried over."""
    choice = metadata_box(kept)
    label = QLabel(_tr("&Metadata:"))
    label.setBuddy(choice)
    layout = dialog.layout()
    assert isinstance(layout, QGridLayout)
    row = layout.rowCount()
    layout.addWidget(label, row, 0)
    layout.addWidget(choice, row, 1)
    return choice


def metadata_box(kept: KeptMetadata) -> QComboBox:
    """Make a choice of what files say besides their pixels."""
    choice = QComboBox()
    for one, text in (
        (KeptMetadata.KEEP, _tr("Keep all")),
        (KeptMetadata.NO_LOCATION, _tr("Keep all but places and maker notes")),
        (KeptMetadata.NONE, _tr("None but colours and that it was edited")),
    ):
        choice.addItem(text, str(one))
    choice.setCurrentIndex(choice.findData(str(kept)))
    choice.setAccessibleName(_tr("Metadata"))
    return choice


def _fitting_filter(filters: Mapping[str, int | None], suffix: str, bits: int) -> str:
    """Find the filter of a suffix, and of the bits a channel where there is a choice."""
    matching = [text for text in filters if suffix in _suffixes_of(text)]
    return next((text for text in matching if filters[text] in (None, bits)), next(iter(filters)))


def _suffixes_of(name_filter: str) -> list[str]:
    patterns = name_filter.rpartition("(")[2].rstrip(")")
    return [pattern.lstrip("*") for pattern in patterns.split()]


def ask_save_project(
    parent: QWidget, suggestion: Path, chosen: Callable[[Path], None], title: str
) -> None:
    """Ask where to save the project."""
    _ask_save(parent, title, suggestion, f"{_tr('Projects')} ({PROJECT_FILTER})", chosen)


def ask_save_mask(parent: QWidget, suggestion: Path, chosen: Callable[[Path], None]) -> None:
    """Ask where to save the mask."""
    _ask_save(parent, _tr("Export the mask"), suggestion, "PNG (*.png)", chosen)


def ask_preset(parent: QWidget, folder: Path, chosen: Callable[[Path], None]) -> None:
    """Ask for the preset of an expression."""
    dialog = QFileDialog(parent, _tr("Load an expression"), str(folder))
    dialog.setNameFilters([_preset_filter(), f"{_tr('All files')} (*)"])
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    _open(dialog)


def ask_save_preset(parent: QWidget, suggestion: Path, chosen: Callable[[Path], None]) -> None:
    """Ask where to save the preset of an expression."""
    _ask_save(parent, _tr("Save the expression"), suggestion, _preset_filter(), chosen)


def _preset_filter() -> str:
    return f"{_tr('Expressions')} (*{PRESET_SUFFIX})"


def _ask_save(
    parent: QWidget, title: str, suggestion: Path, kind: str, chosen: Callable[[Path], None]
) -> None:
    """Ask where to save a file of one kind."""
    dialog = QFileDialog(parent, title, str(suggestion.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([kind])
    dialog.setDefaultSuffix(suggestion.suffix.lstrip("."))
    dialog.selectFile(suggestion.name)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    _open(dialog)


def ask_unsaved(
    parent: QWidget,
    text: str,
    *,
    save: Callable[[], None] | None = None,
    discard: Callable[[], None],
) -> None:
    """Ask what becomes of unsaved work; without `save` it can only be discarded."""
    box = QMessageBox(QMessageBox.Icon.Question, _tr("Unsaved work"), text, parent=parent)
    box.setStandardButtons(Button.Discard | Button.Cancel)
    if save is not None:
        box.addButton(Button.Save)
    box.setDefaultButton(Button.Save if save is not None else Button.Cancel)

    def answer(button: int) -> None:
        if button == Button.Save.value and save is not None:
            save()
        elif button == Button.Discard.value:
            discard()

    box.finished.connect(answer)
    _open(box)


def ask_delete(parent: QWidget, text: str, delete: Callable[[], None]) -> None:
    """Ask whether something is to be deleted that no undo brings back."""
    box = QMessageBox(QMessageBox.Icon.Question, _tr("Delete"), text, parent=parent)
    button = box.addButton(_tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(Button.Cancel))
    button.clicked.connect(delete)
    _open(box)


def ask_colour(
    parent: QWidget,
    title: str,
    start: QColor,
    *,
    changed: Callable[[QColor], None],
    chosen: Callable[[QColor], None],
    cancelled: Callable[[], None],
) -> None:
    """Ask for a colour, and tell each that is tried on the way."""
    dialog = QColorDialog(start, parent)
    dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)  # some tell only the last
    dialog.setWindowTitle(title)
    dialog.currentColorChanged.connect(changed)
    dialog.colorSelected.connect(chosen)
    dialog.rejected.connect(cancelled)
    _open(dialog)


def needs_dialog(error: CoreError) -> bool:
    """Tell whether an error needs more than the status line: something outside is amiss."""
    return isinstance(error, CheckpointError | ImageFileError | DeviceError)


def show_error(parent: QWidget, text: str) -> None:
    """Show one sentence; a second error takes the place of the first."""
    for older in parent.findChildren(QMessageBox, _ERROR_BOX):
        older.close()
    box = QMessageBox(QMessageBox.Icon.Warning, _tr("Face Editor"), text, parent=parent)
    box.setObjectName(_ERROR_BOX)
    _open(box)


def show_about(parent: QWidget) -> None:
    """Say what this is and what its licences are."""
    box = QMessageBox(parent)
    box.setWindowTitle(_tr("About Face Editor"))
    box.setText(f"Face Editor {_version()}")
    box.setInformativeText(f"{ABOUT}\n\n{_weights_by_terms()}")
    _open(box)


def _weights_by_terms() -> str:
    """List the shipped weights, a line for each kind of terms."""
    named: dict[str, list[str]] = {}
    for path in sorted(WEIGHTS_DIR.glob("*.safetensors")):
        named.setdefault(stated_terms(path) or _tr("terms unknown"), []).append(path.stem)
    return "\n".join(f"{terms}: {', '.join(names)}" for terms, names in named.items())


def show_shortcuts(parent: QWidget, groups: Iterable[ShortcutGroup]) -> None:
    """Show the shortcut sheet, groups in reading order."""
    sheet = QDialog(parent)
    sheet.setWindowTitle(_tr("Shortcuts"))
    columns = QHBoxLayout()
    columns.setSpacing(32)
    for blocks in _in_columns(list(groups)):
        column = QVBoxLayout()
        for title, rows in blocks:
            column.addLayout(_shortcut_block(title, rows))
        column.addStretch()
        columns.addLayout(column)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(sheet.reject)
    layout = QVBoxLayout(sheet)
    layout.addLayout(columns)
    layout.addWidget(buttons)
    _open(sheet)


def _in_columns(groups: list[ShortcutGroup]) -> list[list[ShortcutGroup]]:
    """Share the groups out, in order, so that the columns are about equally long."""
    lengths = [len(rows) + 2 for _, rows in groups]
    columns: list[list[ShortcutGroup]] = [[] for _ in range(SHEET_COLUMNS)]
    for index, group in enumerate(groups):
        middle = sum(lengths[:index]) + lengths[index] / 2
        columns[int(SHEET_COLUMNS * middle / sum(lengths))].append(group)
    return columns


def _shortcut_block(title: str, rows: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(3)
    grid.setContentsMargins(0, 0, 0, 12)
    heading = QLabel(f"<b>{title}</b>")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, (keys, text) in enumerate(rows, start=1):
        shown = QLabel(keys)
        shown.setTextFormat(Qt.TextFormat.PlainText)
        grid.addWidget(shown, row, 0)
        meaning = QLabel(text)
        meaning.setEnabled(False)
        grid.addWidget(meaning, row, 1)
    grid.setColumnStretch(1, 1)
    return grid


def _version() -> str:
    try:
        return metadata.version("faceeditor")
    except metadata.PackageNotFoundError:
        return ""


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dialogs", text)
