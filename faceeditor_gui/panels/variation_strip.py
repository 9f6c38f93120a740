"""The variations of a style as small pictures, one of which is the one that is made."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from faceeditor_gui.appearance.icons import icon
from faceeditor_gui.jobs.variations import SEEDS, StyleVariations, block_of
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, as_icon

MOST = 999
DICE = "dice-5-outline"
SEED_PX = 58
_SMALL = "padding: 1px"


class VariationStrip(QWidget):
    """Seeds of one block; the others are reached by their number or by the dice."""

    chosen = Signal(int)  # a seed

    def __init__(self, variations: StyleVariations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._variations = variations
        self._seed = QSpinBox()
        self._dice = QToolButton()
        self._group = QButtonGroup(self)
        self._build()
        self._seed.valueChanged.connect(self.chosen)
        self._dice.clicked.connect(self._on_rolled)
        self._group.idClicked.connect(self._on_clicked)
        variations.changed.connect(self._show_pictures)
        self.show_seed(0)

    def _build(self) -> None:
        self._seed.setRange(0, MOST)
        self._seed.setKeyboardTracking(False)
        self._seed.setAccessibleName(self.tr("Number of the variation"))
        self._seed.setToolTip(self.tr("Number of the variation: the same one looks the same again"))
        self._seed.setFixedWidth(SEED_PX)
        self._dice.setAccessibleName(self.tr("Other variations"))
        self._dice.setToolTip(self.tr("Other variations, drawn at random"))
        self._dice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._dice.setIcon(icon(DICE))
        self._dice.setStyleSheet(_SMALL)
        self._dice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self._seed, 0, 0)
        grid.addWidget(self._dice, 1, 0)
        for place in range(SEEDS):
            grid.addWidget(self._picture_button(place), 0, place + 1, 2, 1)
            grid.setColumnStretch(place + 1, 1)

    def _picture_button(self, place: int) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        button.setStyleSheet(_SMALL)
        button.setFixedHeight(THUMBNAIL_PX + 4)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._group.addButton(button, place)
        return button

    def show_seed(self, seed: int) -> None:
        """Show which variation is made."""
        with QSignalBlocker(self._seed):
            self._seed.setValue(seed)
        for place, one in enumerate(block_of(seed)):
            button = self._group.button(place)
            button.setChecked(one == seed)
            button.setAccessibleName(self.tr("Variation {0}").format(one))
            button.setToolTip(button.accessibleName())
        self._show_pictures()

    def _show_pictures(self) -> None:
        for place, seed in enumerate(block_of(self._seed.value())):
            button, picture = self._group.button(place), self._variations.picture(seed)
            known = picture is not None
            ratio = self.devicePixelRatioF()
            button.setIcon(as_icon(picture, ratio) if picture is not None else QIcon())
            button.setText("" if known else str(seed))

    def _on_clicked(self, place: int) -> None:
        self.chosen.emit(block_of(self._seed.value())[place])

    def _on_rolled(self) -> None:
        self.chosen.emit(block_of(self._seed.value()).stop % (MOST + 1))

    # Qt overrides.

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._dice.setIcon(icon(DICE))  # in the colours of the other theme
