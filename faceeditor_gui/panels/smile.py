"""The smile panel: how much, and which kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.edit.requests import SmileKind
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_settings import SmileSettings
from faceeditor_gui.document.wording import describe_smile_kind
from faceeditor_gui.jobs.edit_runner import EditRunner
from faceeditor_gui.jobs.variations import SmileVariations
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, variation_icon
from faceeditor_gui.state.tool_state import ToolState
from faceeditor_gui.widgets.action_button import action_button, tell_key
from faceeditor_gui.widgets.percent_slider import PercentSlider

PRESETS = (30, 60, 100)
"""Strengths in percent that one click sets."""


class SmilePanel(QWidget):
    """Sets the smile of the chosen face; a drag shows previews and ends as one undo step."""

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        runner: EditRunner,
        variations: SmileVariations,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._runner = runner
        self._variations = variations
        self._strength = PercentSlider(
            -100,
            0,
            self.tr("Strength of the smile"),
            self.tr("Right: smile. Left: take a smile away. Double click: 0"),
        )
        self._kinds = QButtonGroup(self)
        self._smile_button = QPushButton(self.tr("Smile"))
        self._all_faces = action_button(action("face.choose_all"))
        self._build(action("face.smile"))
        self._connect()
        self._show_document()
        self._show_variations()

    def _build(self, smile: QAction) -> None:
        strength = QHBoxLayout()
        strength.addWidget(self._smile_button)
        strength.addWidget(self._strength, 1)
        tell_key(self._smile_button, self.tr("Make the chosen faces smile"), smile)
        self._smile_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QVBoxLayout(self)
        layout.addLayout(strength)
        layout.addLayout(self._preset_row())
        layout.addLayout(self._kind_buttons())
        layout.addStretch()

    def _preset_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        for percent in PRESETS:
            button = QToolButton()
            button.setText(f"{percent} %")
            button.setToolTip(self.tr("Smile with {0} % of the strength").format(percent))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._smile, percent))
            row.addWidget(button)
        row.addStretch()
        row.addWidget(self._all_faces)
        return row

    def _kind_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        tips = {
            SmileKind.CLOSED: self.tr("Lips stay closed"),
            SmileKind.GENTLE: self.tr("Lips barely part"),
            SmileKind.OPEN: self.tr("Teeth show"),
            SmileKind.WIDE: self.tr("The corners go far out"),
            SmileKind.ONE_SIDED: self.tr("One corner rises"),
        }
        for index, kind in enumerate(SmileKind):
            button = QToolButton()
            button.setText(describe_smile_kind(kind))
            button.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setToolTip(tips[kind])
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._kinds.addButton(button, index)
            row.addWidget(button, 1)
        return row

    def _connect(self) -> None:
        self._smile_button.clicked.connect(self._runner.smile_at_once)
        self._strength.changed.connect(self._preview)
        self._strength.settled.connect(self._commit)
        self._kinds.idClicked.connect(self._on_kind_clicked)
        self._document.steps.image_changed.connect(self._show_document)
        self._document.faces.changed.connect(self._show_document)
        self._document.faces.chosen_changed.connect(self._show_document)
        self._tool_state.smile_kind_changed.connect(self._show_document)
        self._runner.adjustment_requested.connect(self._show_document)
        self._runner.adjustment_ended.connect(self._on_adjusting_ended)
        self._variations.changed.connect(self._show_variations)

    def _preview(self, percent: int) -> None:
        self._runner.preview_smile(percent / 100, self._kind)

    def _commit(self) -> None:
        self._smile(self._strength.value)

    def _smile(self, percent: int) -> None:
        self._strength.stop()
        self._runner.smile(percent / 100, self._kind)

    @property
    def _kind(self) -> SmileKind:
        """The kind whose button is pressed: what the user wants, made already or not."""
        return list(SmileKind)[self._kinds.checkedId()]

    def _on_kind_clicked(self) -> None:
        kind = self._kind
        if self._strength.value:
            self._commit()  # first: what is on its way is shown, not what is there
        self._tool_state.set_smile_kind(kind)

    def _on_adjusting_ended(self) -> None:
        self._strength.stop()
        self._show_document()

    def _show_variations(self) -> None:
        """Show on each button how the face would smile, once that is known."""
        for index, kind in enumerate(SmileKind):
            icon = variation_icon(
                self._variations.thumbnail(kind),
                self.devicePixelRatioF(),
                is_outdated=self._variations.is_outdated(kind),
            )
            self._kinds.button(index).setIcon(icon)

    def _show_document(self) -> None:
        """Show the smile that the chosen face has or is about to have, unless it is dragged."""
        face = self._document.faces.chosen
        self.setEnabled(face is not None)
        self._all_faces.setVisible(len(self._document.faces.items) > 1)
        if self._strength.is_moving:
            return
        smile = self._runner.requested_of(face, SmileSettings) if face is not None else None
        self._strength.show_value(round(100 * smile.strength) if smile is not None else 0)
        kind = smile.kind if smile is not None else self._tool_state.smile_kind
        self._kinds.button(list(SmileKind).index(kind)).setChecked(True)
