"""The button that shows the second exemplar of a style, and chooses it from the others."""

from __future__ import annotations

from functools import partial
from typing import TypeGuard

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon
from PySide6.QtWidgets import QMenu, QPushButton, QToolTip, QWidget

from faceeditor_gui.document.exemplar import Exemplar
from faceeditor_gui.document.exemplar_list import Shelf, number_in
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, as_icon

SIDE_PX = 22


class MixButton(QPushButton):
    """A thumbnail is dropped on it, or one is chosen from its menu."""

    chosen = Signal(object)  # Exemplar, or None for none

    def __init__(self, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._first: Exemplar | None = None
        self._second: Exemplar | None = None
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.setIconSize(QSize(SIDE_PX, SIDE_PX))
        self.setFixedHeight(SIDE_PX + 4)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAcceptDrops(True)
        self.setText(self.tr("Mix with"))
        self.setToolTip(
            self.tr("Mix with a second exemplar: drop its thumbnail here, or choose it")
        )
        self._menu.aboutToShow.connect(self._fill_menu)
        self.show_exemplars(None, None)

    def show_exemplars(self, first: Exemplar | None, second: Exemplar | None) -> None:
        """Show the second exemplar, if there is one; the first is not offered beside itself."""
        self._first, self._second = first, second
        name = second.name if second is not None else self.tr("nobody")
        self.setAccessibleName(self.tr("Mix with: {0}").format(name))
        self.setIcon(QIcon() if second is None else self._icon(second))

    def _icon(self, exemplar: Exemplar) -> QIcon:
        return as_icon(exemplar.portrait, self.devicePixelRatioF(), THUMBNAIL_PX)

    def _fill_menu(self) -> None:
        self._menu.clear()
        others = [one for one in self._shelf.exemplars if self._is_other(one)]
        if others or self._second is not None:
            self._offer(self.tr("Nobody"), None)
        for one in others:
            self._offer(one.name, one)
        if not others:
            reason = self._menu.addAction(self.tr("Add another face to the exemplars to mix it in"))
            reason.setEnabled(False)

    def _offer(self, text: str, exemplar: Exemplar | None) -> None:
        action = self._menu.addAction(text, partial(self.chosen.emit, exemplar))
        action.setCheckable(True)
        action.setChecked(exemplar is self._second)
        if exemplar is not None:
            action.setIcon(self._icon(exemplar))

    def _is_other(self, exemplar: Exemplar | None) -> TypeGuard[Exemplar]:
        return exemplar is not None and exemplar is not self._first

    # Qt overrides.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        number = number_in(event.mimeData())
        if self._is_other(self._shelf.find(number)):
            event.acceptProposedAction()
        elif number is not None:
            text = self.tr("That is whose style it is already; drop another face.")
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), text, self)

    def dropEvent(self, event: QDropEvent) -> None:
        exemplar = self._shelf.find(number_in(event.mimeData()))
        if self._is_other(exemplar):
            event.acceptProposedAction()
            self.chosen.emit(exemplar)
