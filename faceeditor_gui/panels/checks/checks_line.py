"""A small line about the edited face: whose it still is, whether a seam shows; a click explains."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from core.edit.requests import CheckEditResult
from faceeditor_gui.jobs.result_checks import ResultChecks

SAME_PERSON = 0.32
"""Photos of one person, neutral and smiling, are as near to each other in 95 of 100 cases."""
OTHER_PERSON = 0.70
"""Photos of two people are farther apart in 95 of 100 cases."""
VISIBLE_SEAM = 0.5
"""From here on an edit's border shows."""
GOOD, FAIR, BAD = QColor("#5fa66b"), QColor("#d9a441"), QColor("#d0604f")
DOT_PX = 8
POPUP_WIDTH_PX = 340


class ChecksLine(QToolButton):
    """Hidden as long as there is nothing to say."""

    def __init__(self, checks: ResultChecks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checks = checks
        self._colour = GOOD
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(self.tr("How the edited face compares with the photo; click for more"))
        self.setAccessibleName(self.tr("Checks of the edited face"))
        self.setStyleSheet(f"QToolButton {{ padding-left: {DOT_PX + 10}px }}")
        self.clicked.connect(self._explain)
        checks.changed.connect(self._show_result)
        self._show_result()

    def _show_result(self) -> None:
        result = self._checks.result
        self.setVisible(result is not None)
        if result is not None:
            self._colour = colour_of(result)
            self.setText(summary(result))

    def _explain(self) -> None:
        if self._checks.result is None:
            return
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setFrameShape(QFrame.Shape.StyledPanel)
        label = QLabel("\n\n".join(explanation(self._checks.result)))
        label.setWordWrap(True)
        label.setFixedWidth(POPUP_WIDTH_PX)
        layout = QVBoxLayout(popup)
        layout.addWidget(label)
        popup.adjustSize()
        corner = QPoint(self.width() - popup.width(), -popup.height())
        popup.move(self.mapToGlobal(corner))
        popup.show()

    # Qt overrides.

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawEllipse(8, (self.height() - DOT_PX) // 2, DOT_PX, DOT_PX)
        painter.end()


def summary(result: CheckEditResult) -> str:
    """Say in a few words what was found."""
    return ", ".join([_identity(result), _seam(result), _outside(result)]).capitalize()


def explanation(result: CheckEditResult) -> list[str]:
    """Say each finding with its number, and what that means."""
    return [
        _tr(
            "{0}: {1:.2f} apart from the photo. Photos of one person, serious and smiling, are "
            "0.23 apart on average and up to {2:.2f} in 95 of 100 cases; those of two people "
            "are {3:.2f} or more apart in 95 of 100."
        ).format(_identity(result).capitalize(), result.identity, SAME_PERSON, OTHER_PERSON),
        _tr(
            "{0}: the border of the edits is steeper than it was by {1:.2f} times the contrast "
            "around it; from {2:.1f} on that can be seen."
        ).format(_seam(result).capitalize(), result.seam, VISIBLE_SEAM),
        _tr("{0}: {1} pixels beside the edits differ from the photo.").format(
            _outside(result).capitalize(), result.changed_outside
        ),
    ]


def colour_of(result: CheckEditResult) -> QColor:
    """Return green where all is well, red for another person or a changed surrounding."""
    if result.identity > OTHER_PERSON or result.changed_outside:
        return BAD
    return FAIR if result.identity > SAME_PERSON or result.seam > VISIBLE_SEAM else GOOD


def _identity(result: CheckEditResult) -> str:
    if result.identity <= SAME_PERSON:
        return _tr("same person")
    return _tr("alike") if result.identity <= OTHER_PERSON else _tr("another person")


def _seam(result: CheckEditResult) -> str:
    return _tr("no seam") if result.seam <= VISIBLE_SEAM else _tr("a seam may show")


def _outside(result: CheckEditResult) -> str:
    return _tr("the rest changed") if result.changed_outside else _tr("the rest untouched")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Checks", text)
