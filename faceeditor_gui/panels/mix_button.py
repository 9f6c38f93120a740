"""The button that shows the second exemplar of a style, and chooses it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from faceeditor_gui.exemplars import Exemplar
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, as_icon
from faceeditor_gui.shelf import Shelf, number_in

SIDE_PX = 22


class MixButton(QToolButton):
    """A thumbnail is dropped on it, or one is chosen from its menu."""

    chosen = Signal(object)  # Exemplar, or None for none

    def __init__(self, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(SIDE_PX, SIDE_PX))
        self.setFixedHeight(SIDE_PX + 4)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAcceptDrops(True)
        self.setText(self.tr("Mix with"))
        self.setToolTip(
            self.tr("Mix with a second exemplar: drop its thumbnail here, or choose it")
        )
        self._menu.aboutToShow.connect(self._fill_menu)
        self.show_exemplar(None)

    def show_exemplar(self, exemplar: Exemplar | None) -> None:
        """Show the second exemplar, if there is one."""
        name = exemplar.name if exemplar is not None else self.tr("nobody")
        self.setAccessibleName(self.tr("Mix with: {0}").format(name))
        self.setIcon(QIcon() if exemplar is None else self._icon(exemplar))

    def _icon(self, exemplar: Exemplar) -> QIcon:
        return as_icon(exemplar.portrait, self.devicePixelRatioF(), THUMBNAIL_PX)

    def _fill_menu(self) -> None:
        self._menu.clear()
        self._menu.addAction(self.tr("Nobody"), partial(self.chosen.emit, None))
        for one in self._shelf.exemplars:
            self._menu.addAction(self._icon(one), one.name, partial(self.chosen.emit, one))

    # Qt overrides.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if number_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        exemplar = self._shelf.find(number_in(event.mimeData()))
        if exemplar is not None:
            event.acceptProposedAction()
            self.chosen.emit(exemplar)
