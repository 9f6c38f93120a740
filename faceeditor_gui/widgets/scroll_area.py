"""A panel that scrolls where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

MIN_HEIGHT_PX = 64
"""Height below which it cannot be shrunk."""


class ScrollArea(QScrollArea):
    """Asks for as much room as its content wants, and gets by with less.

    Thus a window never grows because something comes into view in another panel.
    """

    def __init__(self, content: QWidget, *, grows: bool = True) -> None:
        """Unless it `grows` it is never higher than its content, and leaves the room to others."""
        super().__init__()
        self._grows = grows
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = content
        self.setWidget(content)

    # Qt overrides.

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            if not self._grows:
                self.setMaximumHeight(self._content.sizeHint().height())
            self.updateGeometry()  # the content wants another size
        return super().event(event)

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        minimum = self._content.minimumSizeHint()
        return QSize(minimum.width(), min(minimum.height(), MIN_HEIGHT_PX))
