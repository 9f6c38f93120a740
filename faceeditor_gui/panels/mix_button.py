"""The button that shows the second exemplar of a style, and chooses it from the others."""

from __future__ import annotations

from functools import partial
from typing import TypeGuard

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon
from PySide6.QtWidgets import QMenu, QPushButton, QToolTip, QWidget

from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.exemplar_list import ExemplarList, exemplar_number_in
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, thumbnail_icon

SIDE_PX = 22


class MixButton(QPushButton):
    """A thumbnail is dropped on it, or one is chosen from its menu."""

    chosen = Signal(object)  # ListedExemplar, or None for none

    def __init__(self, exemplars: ExemplarList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exemplars = exemplars
        self._first: ListedExemplar | None = None
        self._second: ListedExemplar | None = None
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

    def show_exemplars(self, first: ListedExemplar | None, second: ListedExemplar | None) -> None:
        """Show the second exemplar, if there is one; the first is not offered beside itself."""
        self._first, self._second = first, second
        name = second.name if second is not None else self.tr("nobody")
        self.setAccessibleName(self.tr("Mix with: {0}").format(name))
        self.setIcon(QIcon() if second is None else self._icon(second))

    def _icon(self, exemplar: ListedExemplar) -> QIcon:
        return thumbnail_icon(exemplar.portrait, self.devicePixelRatioF(), THUMBNAIL_PX)

    def _fill_menu(self) -> None:
        self._menu.clear()
        candidates = [
            exemplar for exemplar in self._exemplars.items if self._can_be_second(exemplar)
        ]
        if candidates or self._second is not None:
            self._offer(self.tr("Nobody"), None)
        for exemplar in candidates:
            self._offer(exemplar.name, exemplar)
        if not candidates:
            reason = self._menu.addAction(self.tr("Add another face to the exemplars to mix it in"))
            reason.setEnabled(False)

    def _offer(self, text: str, exemplar: ListedExemplar | None) -> None:
        action = self._menu.addAction(text, partial(self.chosen.emit, exemplar))
        action.setCheckable(True)
        action.setChecked(exemplar is self._second)
        if exemplar is not None:
            action.setIcon(self._icon(exemplar))

    def _can_be_second(self, exemplar: ListedExemplar | None) -> TypeGuard[ListedExemplar]:
        return exemplar is not None and exemplar is not self._first

    # Qt overrides.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        number = exemplar_number_in(event.mimeData())
        if self._can_be_second(self._exemplars.find(number)):
            event.acceptProposedAction()
        elif number is not None:
            text = self.tr("That is whose style it is already; drop another face.")
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), text, self)

    def dropEvent(self, event: QDropEvent) -> None:
        exemplar = self._exemplars.find(exemplar_number_in(event.mimeData()))
        if self._can_be_second(exemplar):
            event.acceptProposedAction()
            self.chosen.emit(exemplar)
