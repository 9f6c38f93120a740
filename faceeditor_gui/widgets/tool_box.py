"""Tools as buttons: one column, or two where the window is too low for that."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolBar, QToolButton, QWidget

SPACING_PX = 2


class ToolBox(QWidget):
    """Shows every tool, however low it is."""

    def __init__(self, actions: Sequence[QAction], bar: QToolBar) -> None:
        """`bar` is the tool bar that it lies in; the buttons are as large as its own."""
        super().__init__()
        self._buttons = [self._button(action, bar.iconSize()) for action in actions]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACING_PX)
        self._grid.setSizeConstraint(QGridLayout.SizeConstraint.SetNoConstraint)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._columns = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._arrange(1)

    @property
    def columns(self) -> int:
        """How many columns the tools are in."""
        return self._columns

    def _button(self, action: QAction, icon_size: QSize) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setIconSize(icon_size)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _arrange(self, columns: int) -> None:
        if columns != self._columns:
            self._columns = columns
            for index, button in enumerate(self._buttons):
                self._grid.addWidget(button, *divmod(index, columns))
            self.updateGeometry()

    def _height(self, columns: int) -> int:
        rows = -(-len(self._buttons) // columns)
        return rows * (self._buttons[0].sizeHint().height() + SPACING_PX) - SPACING_PX

    def _size(self, columns: int) -> QSize:
        width = self._columns * (self._buttons[0].sizeHint().width() + SPACING_PX) - SPACING_PX
        return QSize(width, self._height(columns))

    # Qt overrides.

    def sizeHint(self) -> QSize:
        return self._size(1)

    def minimumSizeHint(self) -> QSize:
        return self._size(2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(1 if self.height() >= self._height(1) else 2)
