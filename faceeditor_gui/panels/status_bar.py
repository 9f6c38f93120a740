"""The line below the canvas: what happened, what can be done now, how large the photo is shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton, QWidget

from faceeditor_gui.widgets.elided_label import ElidedLabel

NOTICE_MS = 8000
"""How long a notice stays in front of the next messages."""
MESSAGE_MS = 30000
"""How long what has happened is told, before the hint of the tool in hand takes its place."""
_WIDEST_ZOOM = "00000 + 00000   0000 %"


class StatusBar(QStatusBar):
    """One sentence, the folder of what was just written, and the zoom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice = ""
        self._hint = ""
        self._written: Path | None = None
        self._message = ElidedLabel()
        self._folder = QToolButton()
        self._zoom = QLabel()
        self._build()
        self._notice_timer = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._notice_timer.timeout.connect(self.forget_notices)
        self._message_timer = QTimer(self, singleShot=True, interval=MESSAGE_MS)
        self._message_timer.timeout.connect(self.show_hint)

    def _build(self) -> None:
        self._folder.setText(self.tr("Show in folder"))
        self._folder.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._folder.clicked.connect(self._open_folder)
        self._folder.hide()
        self._zoom.setMinimumWidth(self._zoom.fontMetrics().horizontalAdvance(_WIDEST_ZOOM))
        self._zoom.setContentsMargins(0, 0, 8, 0)
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizeGripEnabled(False)
        self.addWidget(self._message, 1)
        for widget in (self._folder, self._zoom):
            self.addPermanentWidget(widget)

    def add_right(self, widget: QWidget) -> None:
        """Add something that is no news, before the zoom."""
        self.insertPermanentWidget(1, widget)

    def post(self, sentence: str) -> None:
        """Show one sentence until the next, or until it is long past."""
        self._message.set_sentence(f"{self._notice} {sentence}".lstrip())
        self._folder.hide()
        self._message_timer.start()

    def offer_folder(self, path: Path) -> None:
        """Offer to show the folder of a file that was just written, until the next sentence."""
        self._written = path
        self._folder.setToolTip(str(path.parent))
        self._folder.show()

    def set_hint(self, hint: str) -> None:
        """Say what the tool in hand does, now and whenever there is no news."""
        self._hint = hint
        self.post(hint)

    def show_hint(self) -> None:
        """Tell no longer of what is past."""
        self.post(self._hint)
        self._message_timer.stop()

    def show_notice(self, notice: str) -> None:
        """Show a notice behind those of the last seconds, and let it stay in front of the rest."""
        self._notice = f"{self._notice} {notice}".lstrip()
        self._notice_timer.start()
        self.post("")

    def forget_notices(self) -> None:
        """Let nothing stay in front of what is said next."""
        self._notice = ""

    def set_view(self, width: int, height: int, scale: float, angle: float) -> None:
        """Show the photo's size, its zoom, and by how many degrees the view is rotated."""
        if not width:
            return
        rotation = f"   {angle:+.0f}\N{DEGREE SIGN}" if angle else ""
        size = f"{width} \N{MULTIPLICATION SIGN} {height}"
        self._zoom.setText(f"{size}   {100 * scale:.0f} %{rotation}")

    def _open_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))
