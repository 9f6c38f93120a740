"""The button that changes which part a result transfers, as pixels or as a style."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from core.anatomy.parts import FacePart
from core.edit.requests import Guide
from faceeditor_gui.document.edit_settings import ExemplarEditSettings, StyleSettings
from faceeditor_gui.document.wording import describe_guide, describe_part
from faceeditor_gui.state.exemplar_parts import ExemplarPart, WholePart

_PARTS: tuple[ExemplarPart, ...] = (*FacePart, *WholePart)


class ChangePartButton(QPushButton):
    """Its menu lists the parts and guides a result can have, and ticks its own."""

    chosen = Signal(object, object)  # ExemplarPart, Guide

    def __init__(self, *, offers_style: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sections: dict[Guide, QAction] = {}
        self._actions: dict[tuple[Guide, ExemplarPart], QAction] = {}
        self.setText(self.tr("Take instead"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMenu(self._built_menu(tuple(Guide) if offers_style else (Guide.PIXELS,)))

    def _built_menu(self, guides: tuple[Guide, ...]) -> QMenu:
        menu = QMenu(self)
        for guide in guides:
            if len(guides) > 1:
                self._sections[guide] = menu.addAction(describe_guide(guide))
                self._sections[guide].setEnabled(False)
            for part in _PARTS:
                if guide is Guide.STYLE and part is WholePart.GLASSES:
                    continue
                action = menu.addAction(describe_part(part).capitalize())
                action.setCheckable(True)
                action.triggered.connect(partial(self.chosen.emit, part, guide))
                self._actions[guide, part] = action
        return menu

    def show_settings(self, settings: ExemplarEditSettings) -> None:
        """Tick what a result transfers; a random style has no exemplar, so no pixels."""
        is_random = settings.exemplar is None
        self.setToolTip(
            self.tr("Paint something else in a random style")
            if is_random
            else self.tr("Take something else of the same exemplar, or take it the other way")
        )
        is_style = isinstance(settings, StyleSettings)
        for (guide, part), action in self._actions.items():
            is_guide = is_style is (guide is Guide.STYLE)
            action.setChecked(is_guide and part in settings.parts)
            needs_mask = part is WholePart.MASK and settings.hole is None
            action.setVisible((not is_random or guide is Guide.STYLE) and not needs_mask)
        for guide, section in self._sections.items():
            section.setVisible(not is_random or guide is Guide.STYLE)
