"""Buttons for what is to change: several parts of the face, or one thing that stands alone."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from core.anatomy.parts import FacePart
from faceeditor_gui.document.wording import short_target_in_words, target_in_words
from faceeditor_gui.state.face_targets import StyleTarget, Target, Targets

SPACE_PX = 4
_ALONE = (FacePart.FACE, *StyleTarget)


class TargetButtons(QWidget):
    """At least one is pressed."""

    changed = Signal()

    def __init__(self, offered: Targets, pressed: Targets, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons = {target: self._button(target) for target in offered}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in self._buttons.values():
            row.addWidget(button, 1)
        self._press(pressed)

    @property
    def targets(self) -> Targets:
        """What is pressed."""
        return tuple(target for target, button in self._buttons.items() if button.isChecked())

    def _press(self, targets: Targets) -> None:
        for target, button in self._buttons.items():
            button.setChecked(target in targets)

    def _button(self, target: Target) -> QToolButton:
        button = QToolButton()
        button.setText(short_target_in_words(target))
        button.setCheckable(True)
        button.setStyleSheet("padding: 5px 0")  # all of them lie in one row
        button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + SPACE_PX)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setAccessibleName(self.tr("Take: {0}").format(target_in_words(target)))
        button.setToolTip(target_in_words(target).capitalize())
        button.clicked.connect(lambda: self._on_clicked(target))
        return button

    def _on_clicked(self, target: Target) -> None:
        others = tuple(one for one in self.targets if one is not target)
        if target in _ALONE or not others:
            self._press((target,))
        elif self._buttons[target].isChecked():
            self._press((target, *(one for one in others if one not in _ALONE)))
        self.changed.emit()
