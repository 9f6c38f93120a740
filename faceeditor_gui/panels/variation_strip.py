"""The variations of a style as small pictures, one of which is the result's."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from faceeditor_gui.appearance.icons import themed_icon
from faceeditor_gui.jobs.variations import SEEDS_SHOWN, StyleVariations, seed_block
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, variation_icon
from faceeditor_gui.widgets.number_box import NumberBox

MAX_SEED = 999
DICE_ICON = "dice-5-outline"
SEED_PX = 58
LEAST_SPREAD = 2.0
"""Mean difference of thumbnails, in levels of 255, below which nobody tells them apart."""
_COMPACT_STYLE = "padding: 1px"


class VariationStrip(QWidget):
    """Seeds of one block; the others are reached by their number or by the dice."""

    chosen = Signal(int)  # a seed

    def __init__(self, variations: StyleVariations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._variations = variations
        self._seed = NumberBox(0, MAX_SEED)
        self._dice_button = QToolButton()
        self._hint = QLabel(self.tr("These hardly differ: this style leaves little to chance."))
        self._group = QButtonGroup(self)
        self._build()
        self._seed.valueChanged.connect(self.chosen)
        self._dice_button.clicked.connect(self._on_dice_clicked)
        self._group.idClicked.connect(self._on_variation_clicked)
        variations.changed.connect(self._show_pictures)
        self.show_seed(0)

    def _build(self) -> None:
        self._seed.setAccessibleName(self.tr("Number of the variation"))
        self._seed.setToolTip(self.tr("Number of the variation: the same one looks the same again"))
        self._seed.setFixedWidth(SEED_PX)
        self._dice_button.setAccessibleName(self.tr("Other variations"))
        self._dice_button.setToolTip(self.tr("Other variations, drawn at random"))
        self._dice_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._dice_button.setIcon(themed_icon(DICE_ICON))
        self._dice_button.setStyleSheet(_COMPACT_STYLE)
        self._dice_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self._seed, 0, 0)
        grid.addWidget(self._dice_button, 1, 0)
        for index in range(SEEDS_SHOWN):
            grid.addWidget(self._picture_button(index), 0, index + 1, 2, 1)
            grid.setColumnStretch(index + 1, 1)
        self._hint.setWordWrap(True)
        grid.addWidget(self._hint, 2, 0, 1, SEEDS_SHOWN + 1)

    def _picture_button(self, index: int) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        button.setStyleSheet(_COMPACT_STYLE)
        button.setFixedHeight(THUMBNAIL_PX + 4)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._group.addButton(button, index)
        return button

    def show_seed(self, seed: int) -> None:
        """Show which variation the result is."""
        with QSignalBlocker(self._seed):
            self._seed.setValue(seed)
        for index, one in enumerate(seed_block(seed)):
            button = self._group.button(index)
            button.setChecked(one == seed)
            button.setAccessibleName(self.tr("Variation {0}").format(one))
            button.setToolTip(button.accessibleName())
        self._show_pictures()

    def _show_pictures(self) -> None:
        for index, seed in enumerate(seed_block(self._seed.value())):
            button, picture = self._group.button(index), self._variations.thumbnail(seed)
            is_outdated = self._variations.is_outdated(seed)
            icon = variation_icon(picture, self.devicePixelRatioF(), is_outdated=is_outdated)
            button.setIcon(QIcon() if picture is None else icon)
            button.setText(str(seed) if picture is None else "")
        spread = self._variations.spread
        self._hint.setVisible(spread is not None and spread < LEAST_SPREAD)

    def _on_variation_clicked(self, index: int) -> None:
        self.chosen.emit(seed_block(self._seed.value())[index])

    def _on_dice_clicked(self) -> None:
        self.chosen.emit(seed_block(self._seed.value()).stop % (MAX_SEED + 1))

    # Qt overrides.

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._dice_button.setIcon(themed_icon(DICE_ICON))  # in the colours of the other theme
