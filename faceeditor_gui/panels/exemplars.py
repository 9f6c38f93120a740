"""The exemplar panel: faces to take parts from, and which parts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.anatomy.parts import FacePart
from faceeditor_gui.commands.exemplar_edits import Borrowing
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.exemplar_finder import ExemplarFinder
from faceeditor_gui.panels.exemplar_list import ExemplarList
from faceeditor_gui.panels.guide_row import GuideRow
from faceeditor_gui.panels.target_buttons import TargetButtons
from faceeditor_gui.state.exemplar_mode import StyleState
from faceeditor_gui.state.face_targets import StyleTarget
from faceeditor_gui.widgets.elided_label import Elided

ACTIONS = ("Add exemplars…", "Paste an exemplar", "Add the chosen face")
STYLE_ACTIONS = ("Random style",)


class ExemplarPanel(QWidget):
    """Takes what is dropped on it; what is in it can be dragged onto the photo."""

    def __init__(
        self,
        document: Document,
        finder: ExemplarFinder,
        borrowing: Borrowing,
        style: StyleState,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its text."""
        super().__init__(parent)
        self._document = document
        self._finder = finder
        self._borrowing = borrowing
        self._style = style
        self._list = ExemplarList(document.shelf)
        self._hint = QLabel(self._what_to_do())
        self._notice = QLabel()
        self._name = Elided()
        self._refusals: list[str] = []
        self._was_searching = False
        self._targets = TargetButtons((*FacePart, *StyleTarget), style.targets)
        self._take = QPushButton(self.tr("Apply"))
        self.setAcceptDrops(True)
        texts = (*ACTIONS, *STYLE_ACTIONS) if style.is_offered else ACTIONS
        self._build([_button(action(text)) for text in texts])
        self._connect()
        self._show()
        self._show_notice()

    def _what_to_do(self) -> str:
        return self.tr(
            "Drop photos of other faces here. Their features, their hair or their whole look "
            "can then be dragged onto the face in your photo, or onto a mask that you paint."
        )

    def _build(self, buttons: list[QToolButton]) -> None:
        for label in (self._hint, self._notice):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._take.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._take.setToolTip(self.tr("Make this of the chosen face like the exemplar (Return)"))
        row = QHBoxLayout()
        row.setSpacing(0)
        for button in buttons:
            row.addWidget(button)
        row.addWidget(self._name, 1)
        row.addWidget(self._take)
        layout = QVBoxLayout(self)
        layout.addWidget(self._hint)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._notice)
        if self._style.is_offered:
            layout.addWidget(GuideRow(self._style))
        layout.addWidget(self._targets)
        layout.addLayout(row)

    def _connect(self) -> None:
        self._take.clicked.connect(self._take_targets)
        self._list.take_requested.connect(self._take_targets)
        self._targets.changed.connect(lambda: self._style.aim_at(self._targets.targets))
        self._list.paste_requested.connect(self._finder.paste)
        self._list.delete_requested.connect(self._document.delete_exemplar)
        for fact in (self._document.shelf.changed, self._document.shelf.chosen_changed):
            fact.connect(self._show)
        self._document.photo_changed.connect(self._show)
        self._finder.searching_changed.connect(self._on_searching_changed)
        self._finder.refused.connect(self._on_refused)

    def _take_targets(self) -> None:
        self._borrowing.take_chosen(*self._targets.targets)

    def _show(self) -> None:
        chosen = self._document.shelf.chosen
        has_faces = chosen is not None
        self._hint.setVisible(not has_faces)
        self._list.setVisible(has_faces)
        self._name.set_sentence(chosen.name if chosen is not None else "")
        has_photo = self._document.photo is not None
        self._take.setEnabled(has_faces and has_photo)
        self._targets.setEnabled(has_photo and (has_faces or self._style.is_offered))

    def _on_searching_changed(self) -> None:
        is_searching = self._finder.waiting > 0
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
        if self._finder.waiting:
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
        if self._finder.take(event.mimeData()):
            event.acceptProposedAction()


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
