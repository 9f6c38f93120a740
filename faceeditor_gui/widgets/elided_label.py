"""A label whose text is elided to the room that is there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class ElidedLabel(QLabel):
    """A label that shortens what does not fit and shows it all as a tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._sentence = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(6, 0, 6, 0)

    def set_sentence(self, sentence: str) -> None:
        """Show a sentence, or as much of it as fits."""
        self._sentence = sentence
        self.setToolTip(sentence)
        self.setAccessibleName(sentence)
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width()
        metrics = QFontMetrics(self.font())
        self.setText(metrics.elidedText(self._sentence, Qt.TextElideMode.ElideRight, room))

    # Qt overrides.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
