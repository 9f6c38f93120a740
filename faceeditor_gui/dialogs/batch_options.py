"""What a batch does to each photo: a page of controls for each edit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from core.anatomy.parts import FacePart
from core.edit.requests import SmileKind
from faceeditor_gui.dialogs import dialogs
from faceeditor_gui.document.wording import describe_part, describe_smile_kind
from faceeditor_gui.state.exemplar_parts import WholePart
from faceeditor_gui.state.hair_swatches import HAIR_SWATCHES
from faceeditor_gui.widgets.percent_slider import PercentSlider

_Ask = Callable[[QWidget, str, Callable[[Path], None]], None]
_LOOK = "face,hair"
"""Of the command line: the inner face and the hair."""


class PathField(QWidget):
    """A name of a file or folder, typed or chosen."""

    changed = Signal()

    def __init__(self, name: str, choose: _Ask) -> None:
        """Make a field.

        Args:
            name: what it names, for those who cannot see it.
            choose: asks for a path: takes a parent, where to begin, and what to do with the answer.
        """
        super().__init__()
        self._text, self._choose = QLineEdit(), choose
        self._text.setAccessibleName(name)
        button = QPushButton(self.tr("Choose…"))
        button.setAccessibleName(self.tr("Choose: {0}").format(name))
        button.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._text, 1)
        row.addWidget(button)
        self._text.textChanged.connect(self.changed)
        button.clicked.connect(self._ask)

    @property
    def path(self) -> Path | None:
        """What it names; None if nothing stands there."""
        text = self._text.text().strip()
        return Path(text).expanduser().absolute() if text else None

    def show_path(self, path: Path) -> None:
        """Put a name into it."""
        self._text.setText(str(path))

    def _ask(self) -> None:
        self._choose(self, str(self.path or Path.home()), self.show_path)


def ask_folder(parent: QWidget, start: str, chosen: Callable[[Path], None]) -> None:
    """Ask for a folder."""
    dialogs.ask_folder(parent, parent.tr("Choose a folder"), Path(start), chosen)


def ask_picture(parent: QWidget, start: str, chosen: Callable[[Path], None]) -> None:
    """Ask for a picture."""
    dialogs.ask_open(parent, Path(start), chosen, parent.tr("Choose a face"))


class EditPage(QWidget):
    """The controls of one edit."""

    changed = Signal()
    command = ""
    """Of the command line."""
    has_faces = True
    """Whether one face or all of them are changed."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)

    @property
    def arguments(self) -> list[str] | None:
        """The words behind the command; None as long as something lacks."""
        return []

    def _add(self, text: str, widget: QWidget) -> None:
        label = QLabel(text)
        label.setBuddy(widget)
        if not widget.accessibleName():
            widget.setAccessibleName(text.replace("&", ""))
        self.form.addRow(label, widget)


class SmilePage(EditPage):
    """Which smile, and how much."""

    command = "smile"

    def __init__(self) -> None:
        super().__init__("")
        self.title = self.tr("Smile")
        self._kind = QComboBox()
        for kind in SmileKind:
            self._kind.addItem(describe_smile_kind(kind), str(kind))
        self._kind.setCurrentIndex(self._kind.findData(str(SmileKind.OPEN)))
        self._strength = PercentSlider(-100, 70, self.tr("Strength"), self.tr("Below 0: less"))
        self._add(self.tr("&Kind:"), self._kind)
        self._add(self.tr("S&trength:"), self._strength)

    @property
    def arguments(self) -> list[str] | None:
        strength = self._strength.value / 100
        return ["--kind", self._kind.currentData(), f"--strength={strength:g}"]


class HairColourPage(EditPage):
    """Which colour, and how much of it."""

    command = "retouch"

    def __init__(self) -> None:
        super().__init__("")
        self.title = self.tr("Hair colour")
        self._colour = QComboBox()
        for swatch in HAIR_SWATCHES:
            self._colour.addItem(swatch.name, QColor(*swatch.colour).name())
        self._strength = PercentSlider(0, 100, self.tr("Strength"), self.tr("0: the photo"))
        other = QPushButton(self.tr("Other…"))
        other.setAutoDefault(False)
        other.clicked.connect(self._ask)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._colour, 1)
        layout.addWidget(other)
        self._colour.setAccessibleName(self.tr("Colour"))
        self._add(self.tr("&Colour:"), row)
        self._add(self.tr("S&trength:"), self._strength)

    @property
    def arguments(self) -> list[str] | None:
        strength = self._strength.value / 100
        return ["--hair", self._colour.currentData(), f"--strength={strength:g}"]

    def _ask(self) -> None:
        def choose(colour: QColor) -> None:
            self._colour.addItem(colour.name(), colour.name())
            self._colour.setCurrentIndex(self._colour.count() - 1)

        start = QColor(self._colour.currentData())
        dialogs.ask_colour(
            self,
            self.tr("Hair colour"),
            start,
            changed=lambda _colour: None,
            chosen=choose,
            cancelled=lambda: None,
        )


class ExemplarPage(EditPage):
    """Whose face, and what of it."""

    command = "exemplar"

    def __init__(self) -> None:
        super().__init__("")
        self.title = self.tr("Take from a face")
        self._face = PathField(self.tr("Face"), ask_picture)
        self._face.changed.connect(self.changed)
        self._region = QComboBox()
        for part in FacePart:
            self._region.addItem(describe_part(part), str(part))
        self._region.addItem(describe_part(WholePart.HAIR), str(WholePart.HAIR))
        self._region.addItem(describe_part(WholePart.GLASSES), str(WholePart.GLASSES))
        self._region.addItem(describe_part(WholePart.LOOK), _LOOK)
        self._strength = PercentSlider(0, 100, self.tr("Strength"), self.tr("0: the photo"))
        self._add(self.tr("&Face:"), self._face)
        self._add(self.tr("&What:"), self._region)
        self._add(self.tr("S&trength:"), self._strength)

    @property
    def arguments(self) -> list[str] | None:
        if self._face.path is None:
            return None
        taken = ["--from", str(self._face.path), "--region", self._region.currentData()]
        return [*taken, f"--strength={self._strength.value / 100:g}"]


class FillPage(EditPage):
    """Where the masks are."""

    command = "fill"
    has_faces = False

    def __init__(self) -> None:
        super().__init__("")
        self.title = self.tr("Fill")
        self._masks = PathField(self.tr("Folder of masks"), ask_folder)
        self._masks.setToolTip(self.tr("A mask for each photo, of the same name: white is filled"))
        self._masks.changed.connect(self.changed)
        self._add(self.tr("&Masks in:"), self._masks)

    @property
    def arguments(self) -> list[str] | None:
        return None if self._masks.path is None else ["--masks", str(self._masks.path)]


class RestorePage(EditPage):
    """How much."""

    command = "restore"

    def __init__(self) -> None:
        super().__init__("")
        self.title = self.tr("Restore")
        self._strength = PercentSlider(0, 100, self.tr("Strength"), self.tr("0: the photo"))
        self._add(self.tr("S&trength:"), self._strength)

    @property
    def arguments(self) -> list[str] | None:
        return [f"--strength={self._strength.value / 100:g}"]


def edit_pages() -> list[EditPage]:
    """Make a page for each edit that a batch offers."""
    return [SmilePage(), HairColourPage(), ExemplarPage(), FillPage(), RestorePage()]
