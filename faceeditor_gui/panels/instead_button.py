"""The button that makes something else of the same exemplar, as pixels or as a style."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from core.anatomy.parts import FacePart
from core.edit.requests import Guide
from faceeditor_gui.document.edit_settings import Borrowed, StyleSettings
from faceeditor_gui.document.wording import guide_in_words, target_in_words
from faceeditor_gui.state.face_targets import StyleTarget, Target

_TARGETS: tuple[Target, ...] = (*FacePart, *StyleTarget)


class InsteadButton(QPushButton):
    """Its menu lists what the result in hand could be, and ticks what it is."""

    chosen = Signal(object, object)  # Target, Guide

    def __init__(self, *, offers_style: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sections: dict[Guide, QAction] = {}
        self._actions: dict[tuple[Guide, Target], QAction] = {}
        self.setText(self.tr("Take instead"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMenu(self._built_menu(tuple(Guide) if offers_style else (Guide.PIXELS,)))

    def _built_menu(self, guides: tuple[Guide, ...]) -> QMenu:
        menu = QMenu(self)
        for guide in guides:
            if len(guides) > 1:
                self._sections[guide] = menu.addAction(guide_in_words(guide))
                self._sections[guide].setEnabled(False)
            for target in _TARGETS:
                action = menu.addAction(target_in_words(target).capitalize())
                action.setCheckable(True)
                action.triggered.connect(partial(self.chosen.emit, target, guide))
                self._actions[guide, target] = action
        return menu

    def show_settings(self, settings: Borrowed) -> None:
        """Tick what a result is; a random style has nobody's pixels to take."""
        is_random = settings.exemplar is None
        self.setToolTip(
            self.tr("Paint something else in a random style")
            if is_random
            else self.tr("Take something else of the same exemplar, or take it the other way")
        )
        is_style = isinstance(settings, StyleSettings)
        for (guide, target), action in self._actions.items():
            is_it = is_style is (guide is Guide.STYLE)
            action.setChecked(is_it and target in settings.targets)
            needs_mask = target is StyleTarget.MASK and settings.hole is None
            action.setVisible((not is_random or guide is Guide.STYLE) and not needs_mask)
        for guide, section in self._sections.items():
            section.setVisible(not is_random or guide is Guide.STYLE)
