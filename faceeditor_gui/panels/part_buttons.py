"""Buttons for the parts of a face; several can be pressed, the inner face stands alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from core.face.parts import FacePart
from faceeditor_gui.words import part_in_words, short_part_in_words


class PartButtons(QWidget):
    """What is to be taken; at least one part always is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons = {part: self._button(part) for part in FacePart}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in self._buttons.values():
            row.addWidget(button, 1)
        self._press((FacePart.MOUTH,))

    @property
    def parts(self) -> tuple[FacePart, ...]:
        """The parts whose buttons are pressed."""
        return tuple(part for part, button in self._buttons.items() if button.isChecked())

    def _press(self, parts: tuple[FacePart, ...]) -> None:
        for part, button in self._buttons.items():
            button.setChecked(part in parts)

    def _button(self, part: FacePart) -> QToolButton:
        button = QToolButton()
        button.setText(short_part_in_words(part))
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setAccessibleName(self.tr("Take: {0}").format(part_in_words(part)))
        button.setToolTip(part_in_words(part).capitalize())
        button.clicked.connect(lambda: self._on_clicked(part))
        return button

    def _on_clicked(self, part: FacePart) -> None:
        others = tuple(one for one in self.parts if one is not part)
        if part is FacePart.FACE or not others:
            self._press((part,))
        elif self._buttons[part].isChecked():
            self._press((part, *(one for one in others if one is not FacePart.FACE)))
