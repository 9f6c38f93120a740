"""The exemplar panel: faces whose parts are transferred, and which parts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.anatomy.parts import FacePart
from faceeditor_gui.commands.exemplar_edits import ExemplarEdits
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.exemplar_finder import ExemplarFinder
from faceeditor_gui.jobs.exemplar_hair import ExemplarHair
from faceeditor_gui.panels.exemplar_list_view import ExemplarListView
from faceeditor_gui.panels.guide_buttons import GuideButtons
from faceeditor_gui.panels.part_buttons import PartButtons
from faceeditor_gui.state.exemplar_mode import ExemplarMode
from faceeditor_gui.state.exemplar_parts import WholePart
from faceeditor_gui.widgets.action_button import action_button
from faceeditor_gui.widgets.elided_label import ElidedLabel

ACTIONS = ("exemplar.add", "exemplar.paste", "exemplar.add_chosen_face")
MENU_ACTIONS = (
    "exemplar.keep",
    "exemplar.take_mouth",
    "exemplar.take_eyes",
    "exemplar.take_brows",
    "exemplar.take_nose",
    "exemplar.take_face",
    "exemplar.take_hair",
    "exemplar.take_look",
    "exemplar.take_mask",
)
"""In the context menu of an exemplar, after its own."""
STYLE_ACTIONS = ("exemplar.random_style",)


class ExemplarsPanel(QWidget):
    """Takes what is dropped on it; what is in it can be dragged onto the photo."""

    def __init__(
        self,
        document: Document,
        finder: ExemplarFinder,
        hair: ExemplarHair,
        exemplar_edits: ExemplarEdits,
        exemplar_mode: ExemplarMode,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        self._document = document
        self._finder = finder
        self._exemplar_edits = exemplar_edits
        self._exemplar_mode = exemplar_mode
        self._list = ExemplarListView(document.exemplars, hair)
        self._hint = QLabel(self._hint_text())
        self._notice = QLabel()
        self._name = ElidedLabel()
        self._refusals: list[str] = []
        self._was_searching = False
        self._part_buttons = PartButtons((*FacePart, *WholePart), exemplar_mode.parts)
        self._apply_button = QPushButton(self.tr("Apply"))
        self._list.add_menu([action(action_id) for action_id in MENU_ACTIONS])
        self._all_faces = action_button(action("face.choose_all"))
        self.setAcceptDrops(True)
        ids = (*ACTIONS, *STYLE_ACTIONS) if exemplar_mode.is_offered else ACTIONS
        self._build([action_button(action(action_id), shows_text=False) for action_id in ids])
        self._connect()
        self._update()
        self._show_notice()

    def _hint_text(self) -> str:
        return self.tr(
            "Drop photos of other faces here. Their features, their hair or their whole look "
            "can then be dragged onto the face in your photo, or onto a mask that you paint."
        )

    def _build(self, buttons: list[QToolButton]) -> None:
        for label in (self._hint, self._notice):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._apply_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._apply_button.setToolTip(
            self.tr("Make this of the chosen faces like the exemplar (Return)")
        )
        row = QHBoxLayout()
        row.setSpacing(0)
        for button in buttons:
            row.addWidget(button)
        row.addWidget(self._name, 1)
        row.addWidget(self._all_faces)
        row.addWidget(self._apply_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self._hint)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._notice)
        if self._exemplar_mode.is_offered:
            layout.addWidget(GuideButtons(self._exemplar_mode))
        layout.addWidget(self._part_buttons)
        layout.addLayout(row)

    def _connect(self) -> None:
        self._apply_button.clicked.connect(self._apply_parts)
        self._list.apply_requested.connect(self._apply_parts)
        self._part_buttons.changed.connect(
            lambda: self._exemplar_mode.set_parts(self._part_buttons.parts)
        )
        self._list.paste_requested.connect(self._finder.paste)
        self._list.chosen_delete_requested.connect(self._document.exemplars.delete)
        for fact in (self._document.exemplars.changed, self._document.exemplars.chosen_changed):
            fact.connect(self._update)
        self._document.photo_changed.connect(self._update)
        self._document.faces.changed.connect(self._update)
        self._finder.searching_changed.connect(self._on_searching_changed)
        self._finder.refused.connect(self._on_refused)

    def _apply_parts(self) -> None:
        self._exemplar_edits.transfer_chosen(*self._part_buttons.parts)

    def _update(self) -> None:
        chosen = self._document.exemplars.chosen
        has_faces = chosen is not None
        self._hint.setVisible(not has_faces)
        self._all_faces.setVisible(has_faces and len(self._document.faces.items) > 1)
        self._list.setVisible(has_faces)
        self._name.set_sentence(chosen.name if chosen is not None else "")
        has_photo = self._document.photo is not None
        self._apply_button.setEnabled(has_faces and has_photo)
        self._part_buttons.setEnabled(has_photo and (has_faces or self._exemplar_mode.is_offered))

    def _on_searching_changed(self) -> None:
        is_searching = self._finder.pending_count > 0
        if is_searching and not self._was_searching:
            self._refusals.clear()
        self._was_searching = is_searching
        self._show_notice()

    def _on_refused(self, reason: str) -> None:
        if not self._was_searching:
            self._refusals.clear()
        self._refusals.append(reason)
        self._show_notice()

    def _show_notice(self) -> None:
        """Say what was refused since the last drop, or that faces are being looked for."""
        text = self._refusals[-1] if self._refusals else ""
        if len(self._refusals) > 1:
            text = self.tr("{0} refused. {1}").format(len(self._refusals), text)
        if self._finder.pending_count:
            text = self.tr("Looking for faces…")
        self._notice.setText(text)
        self._notice.setToolTip("\n".join(self._refusals))
        self._notice.setVisible(bool(text))

    # Qt overrides.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if data.hasUrls() or data.hasImage() or data.hasText() or data.hasHtml():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._finder.add_mime_data(event.mimeData()):
            event.acceptProposedAction()
