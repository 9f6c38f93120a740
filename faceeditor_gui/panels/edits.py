"""The edits panel: every result, the newest on top, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.anatomy.landmarks import is_same_face
from faceeditor_gui.commands.exemplar_edits import ExemplarEdits
from faceeditor_gui.commands.paint_targets import PaintTargetCommands
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import FillSettings
from faceeditor_gui.document.edit_step import EditStep, is_stale
from faceeditor_gui.document.wording import describe_settings
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.variations import StyleVariations
from faceeditor_gui.panels.result_options import ResultOptions
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, step_thumbnail
from faceeditor_gui.state.tool_state import ToolState
from faceeditor_gui.widgets.list_widget import ListWidget

ROW_SPACE_PX = 6
MENU_ACTIONS = ("edit.hide", "edit.paint_on_result", "edit.keep", "edit.delete")
"""In the context menu of a result."""
NUMBER = Qt.ItemDataRole.UserRole


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
        self._thumbnails: dict[tuple[int, int], QIcon] = {}
        self._list = ListWidget()
        self._hint = QLabel(self.tr("What you do to the photo is listed here."))
        self._options = ResultOptions(document, runner, exemplar_edits, variations)
        self._mask_button, self._result_button = self._surface_button(), self._surface_button()
        self._delete_button = QPushButton(self.tr("Delete"))
        self._list.add_menu([action(action_id) for action_id in MENU_ACTIONS])
        self._build()
        self._connect()
        self._show_steps()
        self._show_selection()

    def _build(self) -> None:
        self._list.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self._list.setMinimumHeight(THUMBNAIL_PX + ROW_SPACE_PX)  # the options below come and go
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(self.tr("Edits"))
        self._list.setToolTip(self.tr("Untick what is not to be shown"))
        self._hint.setWordWrap(True)
        self._delete_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._delete_button.setToolTip(self.tr("Take this result away (Del)"))
        layout = QVBoxLayout(self)
        layout.addWidget(self._hint)
        layout.addWidget(self._list, 1)
        layout.addLayout(self._surface_row())
        layout.addWidget(self._options)

    def _surface_button(self) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _surface_row(self) -> QHBoxLayout:
        self._mask_button.setText(self.tr("Mask"))
        self._mask_button.setToolTip(self.tr("Brush and eraser paint what is to be filled (Q)"))
        self._result_button.setText(self.tr("Result"))
        self._result_button.setToolTip(
            self.tr("The eraser brings the photo back inside the result, the brush restores it (Q)")
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
        self._list.itemChanged.connect(self._on_item_changed)
        self._list.currentItemChanged.connect(self._on_current_changed)
        self._result_button.clicked.connect(self._paint_targets.choose_result)
        self._mask_button.clicked.connect(self._paint_targets.choose_mask)
        self._delete_button.clicked.connect(self._delete_selected)
        self._list.delete_requested.connect(self._delete_selected)
        self._document.steps.changed.connect(self._show_steps)
        self._document.faces.changed.connect(self._show_steps)
        self._step_list.selection_changed.connect(self._show_selection)

    # What the user does.

    def _on_item_changed(self, item: QListWidgetItem) -> None:
        self._step_list.set_visible(item.data(NUMBER), item.checkState() is Qt.CheckState.Checked)

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        self._step_list.select(item.data(NUMBER) if item is not None else None)
        step = self._step_list.selected
        if step is not None and not isinstance(step.settings, FillSettings):
            self._document.faces.choose_face_of(step.settings.landmarks)

    def _delete_selected(self) -> None:
        step = self._step_list.selected
        if step is not None:
            self._step_list.delete(step.number)

    # What the document says.

    def _show_steps(self) -> None:
        steps = self._document.steps.items[::-1]
        items = [self._list.item(row) for row in range(self._list.count())]
        with QSignalBlocker(self._list):
            if [item.data(NUMBER) for item in items] != [step.number for step in steps]:
                self._list.clear()
                items = [QListWidgetItem(self._list) for _ in steps]
            for item, step in zip(items, steps, strict=True):
                self._show_step(item, step)
        self._thumbnails = {key: self._thumbnails[key] for key in map(_thumbnail_key, steps)}
        self._hint.setVisible(not steps)
        self._list.setVisible(bool(steps))
        self._show_selection()

    def _show_step(self, item: QListWidgetItem, step: EditStep) -> None:
        lines = [describe_settings(step.settings) + self._face_suffix(step)]
        index = self._document.steps.items.index(step)
        if step.is_visible and is_stale(self._document.steps.items, index):
            lines.append(self.tr("to be made anew…"))
        elif step.opacity < 1:
            lines.append(self.tr("{0:.0f} % opaque").format(100 * step.opacity))
        key = _thumbnail_key(step)
        if key not in self._thumbnails:
            self._thumbnails[key] = step_thumbnail(
                self._document.original(), step, self.devicePixelRatioF()
            )
        item.setText("\n".join(lines))
        item.setToolTip(lines[0])  # a long one is cut
        item.setIcon(self._thumbnails[key])
        item.setData(NUMBER, step.number)
        item.setCheckState(Qt.CheckState.Checked if step.is_visible else Qt.CheckState.Unchecked)

    def _face_suffix(self, step: EditStep) -> str:
        """Say whose face a result is of, where there are several."""
        faces = self._document.faces.landmarks
        if isinstance(step.settings, FillSettings) or len(faces) < 2:
            return ""
        for number, landmarks in enumerate(faces, start=1):
            if is_same_face(landmarks, step.settings.landmarks):
                return self.tr(", face {0}").format(number)
        return ""

    def _show_selection(self) -> None:
        selected = self._step_list.selected
        with QSignalBlocker(self._list):
            self._list.setCurrentRow(-1)
            for row in range(self._list.count()):
                if selected and self._list.item(row).data(NUMBER) == selected.number:
                    self._list.setCurrentRow(row)
        self._delete_button.setEnabled(selected is not None)
        self._options.show_step(selected)
        self._show_paint_surface()

    def _show_paint_surface(self) -> None:
        self._result_button.setEnabled(bool(self._document.steps.items))
        self._result_button.setChecked(self._paint_targets.is_result)
        self._mask_button.setChecked(not self._paint_targets.is_result)


def _thumbnail_key(step: EditStep) -> tuple[int, int]:
    """Tell thumbnails apart: neither opacity nor strength shows in them."""
    return step.outcome.fingerprint, step.layer_mask.fingerprint
