"""The title of a panel; one that lies among tabs needs none."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel


class DockTitle(QLabel):
    """A title bar that can take no room at all."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setObjectName("heading")
        self._is_needed = True

    def set_needed(self, needed: bool) -> None:
        """Take the room of one line, or none."""
        self._is_needed = needed
        self.updateGeometry()

    # Qt overrides.

    def sizeHint(self) -> QSize:
        return super().sizeHint() if self._is_needed else QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint() if self._is_needed else QSize(0, 0)
