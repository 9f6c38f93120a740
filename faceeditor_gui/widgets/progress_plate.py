"""A plate over the lower edge of another widget: what is done, how long it takes, and a way out."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

PROGRESS_DELAY_MS = 150
"""Work that takes less shows no progress: it would only flicker."""
ESTIMATE_AFTER_S = 1.5
"""Before that nobody can say how long the rest takes."""
ESTIMATE_AFTER = 0.08
"""The same, as a share of the work."""
PROGRESS_WIDTH = 160
EDGE_PX = 16
_PROGRESS_STEPS = 1000


class ProgressPlate(QFrame):
    """Shown while the user waits for something, for as long as it takes to notice."""

    cancel_requested = Signal()

    def __init__(self, over: QWidget) -> None:
        """Lie over a widget, whose child it becomes."""
        super().__init__(over)
        self._over = over
        self._stage = QLabel()
        self._progress = QProgressBar()
        self._left = QLabel()
        self._cancel = QToolButton()
        self._started = 0.0
        self._build()
        self._delay = QTimer(self, singleShot=True, interval=PROGRESS_DELAY_MS)
        self._delay.timeout.connect(self._show)
        over.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        self.setObjectName("plate")
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._progress.setRange(0, _PROGRESS_STEPS)
        self._progress.setFixedWidth(PROGRESS_WIDTH)
        self._progress.setTextVisible(False)
        self._cancel.setText(self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("Stop (Esc)"))
        self._cancel.clicked.connect(self.cancel_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        for widget in (self._stage, self._progress, self._left, self._cancel):
            row.addWidget(widget)

    def set_busy(self, busy: bool) -> None:
        """Show that work runs, if it does for long enough to notice."""
        if busy:
            self._started = time.monotonic()
            self._progress.setValue(0)
            self._stage.clear()
            self._left.clear()
            self._cancel.setEnabled(True)
            self._delay.start()
        else:
            self._delay.stop()
            self.hide()

    def set_progress(self, fraction: float, stage: str) -> None:
        """Show how far the work is, 0..1, and what it does."""
        self._progress.setValue(round(_PROGRESS_STEPS * fraction))
        if self._cancel.isEnabled():
            self._stage.setText(stage)
            self._left.setText(time_left(fraction, time.monotonic() - self._started))
            self._place()

    def set_cancelling(self) -> None:
        """Show that cancelling is under way."""
        self._stage.setText(self.tr("Cancelling…"))
        self._left.clear()
        self._cancel.setEnabled(False)
        self._place()

    def _show(self) -> None:
        self.show()
        self.raise_()
        self._place()

    def _place(self) -> None:
        """Lie in the middle of the lower edge."""
        self.adjustSize()
        left = (self._over.width() - self.width()) // 2
        self.move(max(left, 0), self._over.height() - self.height() - EDGE_PX)

    # Qt overrides.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)


def time_left(fraction: float, elapsed: float) -> str:
    """Say how long the rest of some work takes if it goes on as it has.

    Args:
        fraction: of the work that is done, 0..1.
        elapsed: seconds that it has taken.

    Returns:
        In words; empty while nobody can say.
    """
    if elapsed < ESTIMATE_AFTER_S or not ESTIMATE_AFTER <= fraction < 1:
        return ""
    seconds = elapsed * (1 - fraction) / fraction
    if seconds < 60:
        return _tr("{0} s left").format(max(round(seconds), 1))
    return _tr("{0} min left").format(round(seconds / 60))


def _tr(text: str) -> str:
    return QCoreApplication.translate("ProgressPlate", text)
