"""Buttons for the exemplar parts to transfer: several face parts, or one that excludes others."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.anatomy.parts import FacePart
from faceeditor_gui.document.wording import describe_part, describe_part_briefly
from faceeditor_gui.state.exemplar_parts import ExemplarPart, ExemplarParts, WholePart

SPACE_PX = 4
_EXCLUSIVE = (FacePart.FACE, *WholePart)


class PartButtons(QWidget):
    """Toggle buttons, of which at least one is pressed."""

    changed = Signal()

    def __init__(
        self, offered: ExemplarParts, pressed: ExemplarParts, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._buttons = {part: self._button(part) for part in offered}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for kind in (FacePart, WholePart):
            row = QHBoxLayout()
            for part, button in self._buttons.items():
                if isinstance(part, kind):
                    row.addWidget(button, 1)
            column.addLayout(row)
        self._set_pressed(pressed)

    @property
    def parts(self) -> ExemplarParts:
        """The parts whose buttons are pressed."""
        return tuple(part for part, button in self._buttons.items() if button.isChecked())

    def _set_pressed(self, parts: ExemplarParts) -> None:
        for part, button in self._buttons.items():
            button.setChecked(part in parts)

    def _button(self, part: ExemplarPart) -> QToolButton:
        button = QToolButton()
        button.setText(describe_part_briefly(part))
        button.setCheckable(True)
        button.setStyleSheet("padding: 4px 0")  # five of them lie in one row
        button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + SPACE_PX)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setAccessibleName(self.tr("Take: {0}").format(describe_part(part)))
        button.setToolTip(describe_part(part).capitalize())
        button.clicked.connect(lambda: self._on_clicked(part))
        return button

    def _on_clicked(self, part: ExemplarPart) -> None:
        other_parts = tuple(one for one in self.parts if one is not part)
        if part in _EXCLUSIVE or not other_parts:
            self._set_pressed((part,))
        elif self._buttons[part].isChecked():
            self._set_pressed((part, *(one for one in other_parts if one not in _EXCLUSIVE)))
        self.changed.emit()
