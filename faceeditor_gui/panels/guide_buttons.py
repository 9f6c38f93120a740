"""The choice how an exemplar is used, with what each way is good at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from core.edit.requests import Guide
from faceeditor_gui.state.exemplar_mode import ExemplarMode
from faceeditor_gui.widgets.elided_label import ElidedLabel


class GuideButtons(QWidget):
    """Pixels or style."""

    def __init__(self, exemplar_mode: ExemplarMode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exemplar_mode = exemplar_mode
        self._group = QButtonGroup(self)
        self._reason = ElidedLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        titles = {Guide.PIXELS: self.tr("Pixels"), Guide.STYLE: self.tr("Style")}
        tips = {
            Guide.PIXELS: self.tr("Move what they show here and relight it, also under a mask"),
            Guide.STYLE: self.tr("Paint anew what they look like"),
        }
        for number, guide in enumerate(Guide):
            button = QToolButton()
            button.setText(titles[guide])
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(self.tr("Guide: {0}").format(titles[guide]))
            button.setToolTip(tips[guide])
            self._group.addButton(button, number)
            row.addWidget(button)
        row.addWidget(self._reason, 1)
        self._group.idClicked.connect(lambda number: exemplar_mode.choose(list(Guide)[number]))
        exemplar_mode.changed.connect(self._show_state)
        self._show_state()

    def _reason_for(self, guide: Guide) -> str:
        return {
            Guide.PIXELS: self.tr("their own pixels: sharpest"),
            Guide.STYLE: self.tr("painted anew: mixes, varies"),
        }[guide]

    def _show_state(self) -> None:
        guide = self._exemplar_mode.guide
        self._group.button(list(Guide).index(guide)).setChecked(True)
        self._reason.set_sentence(self._reason_for(guide))
