"""The line below the canvas: what happened, what runs, and how large the photo is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from faceeditor_gui.widgets.elided_label import ElidedLabel

PROGRESS_DELAY_MS = 150
"""Work that takes less shows no progress bar: it would only flicker."""
NOTICE_MS = 8000
"""How long a notice stays in front of the next messages."""
PROGRESS_WIDTH = 140
_PROGRESS_STEPS = 1000
_WIDEST_ZOOM = "00000 + 00000   0000 %"


class StatusBar(QStatusBar):
    """One sentence, progress with a cancel button, and the zoom."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice = ""
        self._message = ElidedLabel()
        self._stage = QLabel()
        self._progress = QProgressBar()
        self._cancel = QToolButton()
        self._zoom = QLabel()
        self._build()
        self._progress_delay = QTimer(self, singleShot=True, interval=PROGRESS_DELAY_MS)
        self._progress_delay.timeout.connect(lambda: self._show_progress(True))
        self._notice_timer = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._notice_timer.timeout.connect(self.forget_notices)
        self._show_progress(False)

    def _build(self) -> None:
        self._progress.setRange(0, _PROGRESS_STEPS)
        self._progress.setFixedWidth(PROGRESS_WIDTH)
        self._progress.setTextVisible(False)
        self._cancel.setText(self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("Stop (Esc)"))
        self._cancel.clicked.connect(self.cancel_requested)
        self._zoom.setMinimumWidth(self._zoom.fontMetrics().horizontalAdvance(_WIDEST_ZOOM))
        self._zoom.setContentsMargins(0, 0, 8, 0)
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizeGripEnabled(False)
        self.addWidget(self._message, 1)
        for widget in (self._stage, self._progress, self._cancel, self._zoom):
            self.addPermanentWidget(widget)

    def post(self, sentence: str) -> None:
        """Show one sentence until the next."""
        self._message.set_sentence(f"{self._notice} {sentence}".lstrip())

    def show_notice(self, notice: str) -> None:
        """Show a notice behind those of the last seconds, and let it stay in front of the rest."""
        self._notice = f"{self._notice} {notice}".lstrip()
        self._notice_timer.start()
        self.post("")

    def forget_notices(self) -> None:
        """Let nothing stay in front of what is said next."""
        self._notice = ""

    def set_busy(self, busy: bool) -> None:
        """Show that work runs, if it does for long enough to notice."""
        if busy:
            self._progress.setValue(0)
            self._stage.clear()
            self._cancel.setEnabled(True)
            self._progress_delay.start()
        else:
            self._progress_delay.stop()
            self._show_progress(False)

    def set_progress(self, fraction: float, stage: str) -> None:
        """Show how far the work is."""
        self._progress.setValue(round(_PROGRESS_STEPS * fraction))
        if self._cancel.isEnabled():
            self._stage.setText(stage)

    def set_cancelling(self) -> None:
        """Show that cancelling is under way."""
        self._stage.setText(self.tr("Cancelling…"))
        self._cancel.setEnabled(False)

    def set_view(self, width: int, height: int, scale: float, angle: float) -> None:
        """Show the photo's size, its zoom, and by how many degrees the view is rotated."""
        if not width:
            return
        rotation = f"   {angle:+.0f}\N{DEGREE SIGN}" if angle else ""
        size = f"{width} \N{MULTIPLICATION SIGN} {height}"
        self._zoom.setText(f"{size}   {100 * scale:.0f} %{rotation}")

    def _show_progress(self, shown: bool) -> None:
        for widget in (self._stage, self._progress, self._cancel):
            widget.setVisible(shown)
