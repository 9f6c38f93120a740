"""The edits panel: every result, the newest on top, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from faceeditor_gui.commands.exemplar_edits import ExemplarEdits
from faceeditor_gui.commands.paint_targets import PaintTargetCommands
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.variations import StyleVariations
from faceeditor_gui.panels.edit_list.edit_list import ROW_SPACE_PX, EditList
from faceeditor_gui.panels.result_options import ResultOptions
from faceeditor_gui.state.tool_state import ToolState
from faceeditor_gui.widgets.action_button import tell_key


class EditsPanel(QWidget):
    """Lists the results; the one in hand is faded, run again, deleted or painted on."""

    def __init__(
        self,
        document: Document,
        runner: EditRunner,
        exemplar_edits: ExemplarEdits,
        paint_targets: PaintTargetCommands,
        tool_state: ToolState,
        variations: StyleVariations,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        self._document = document
        self._step_list = document.steps
        self._paint_targets = paint_targets
        tool_state.paint_target_changed.connect(self._show_paint_surface)
        self._list = EditList(document, action)
        self._hint = QLabel(self.tr("What you do to the photo is listed here."))
        self._options = ResultOptions(document, runner, exemplar_edits, variations)
        self._mask_button, self._result_button = self._surface_button(), self._surface_button()
        self._delete_button = QPushButton(self.tr("Delete"))
        self._build(action)
        self._connect()
        self._show_steps()
        self._show_selection()

    def _build(self, action: Callable[[str], QAction]) -> None:
        self._hint.setWordWrap(True)
        self._delete_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tell_key(self._delete_button, self.tr("Take this result away"), action("edit.delete"))
        layout = QVBoxLayout(self)
        layout.addWidget(self._hint)
        layout.addWidget(self._list, 1)
        layout.addLayout(self._surface_row(action("edit.paint_on_result")))
        layout.addWidget(self._options)

    def _surface_button(self) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _surface_row(self, paint: QAction) -> QHBoxLayout:
        self._mask_button.setText(self.tr("Mask"))
        tell_key(self._mask_button, self.tr("Brush and eraser paint what is to be filled"), paint)
        self._result_button.setText(self.tr("Result"))
        tell_key(
            self._result_button,
            self.tr("The eraser brings the photo back inside the result, the brush restores it"),
            paint,
        )
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(QLabel(self.tr("Paint on") + " "))
        for button in (self._mask_button, self._result_button):
            button.setAccessibleName(self.tr("Paint on: {0}").format(button.text()))
            group.addButton(button)
            row.addWidget(button, 1)
        row.addSpacing(ROW_SPACE_PX)
        row.addWidget(self._delete_button)
        return row

    def _connect(self) -> None:
        self._result_button.clicked.connect(self._paint_targets.choose_result)
        self._mask_button.clicked.connect(self._paint_targets.choose_mask)
        self._delete_button.clicked.connect(self._delete_selected)
        self._document.steps.changed.connect(self._show_steps)
        self._step_list.selection_changed.connect(self._show_selection)

    def _delete_selected(self) -> None:
        step = self._step_list.selected
        if step is not None:
            self._step_list.delete(step.number)

    # What the document says.

    def _show_steps(self) -> None:
        self._hint.setVisible(not self._step_list.items)
        self._show_selection()

    def _show_selection(self) -> None:
        selected = self._step_list.selected
        self._delete_button.setEnabled(selected is not None)
        self._options.show_step(selected)
        self._show_paint_surface()

    def _show_paint_surface(self) -> None:
        self._result_button.setEnabled(bool(self._document.steps.items))
        self._result_button.setChecked(self._paint_targets.is_result)
        self._mask_button.setChecked(not self._paint_targets.is_result)
