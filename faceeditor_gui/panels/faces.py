"""The faces panel: every face of the photo, largest first, and what to do if one is missing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.face.face import Face
from faceeditor_gui.document.document import Document
from faceeditor_gui.jobs.face_finder import FaceFinder
from faceeditor_gui.panels.thumbnails import THUMBNAIL_PX, thumbnail_icon
from faceeditor_gui.state.tool_state import ToolName, ToolState
from faceeditor_gui.widgets.action_button import action_button
from faceeditor_gui.widgets.list_widget import ListWidget

MENU_ACTIONS = ("face.smile", "view.face", "face.choose_all", "face.reset_landmarks", "face.delete")
"""In the context menu of a face."""


class FacesPanel(QWidget):
    """Lists the faces; the one chosen here is the one that edits work on."""

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        finder: FaceFinder,
        action: Callable[[str], QAction],
        parent: QWidget | None = None,
    ) -> None:
        """`action` finds an action by its id."""
        super().__init__(parent)
        self._document = document
        self._finder = finder
        self._list = ListWidget()
        self._list.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self._list.setAccessibleName(self.tr("Faces"))
        self._list.setSelectionMode(ListWidget.SelectionMode.ExtendedSelection)
        self._list.setToolTip(self.tr("Ctrl, Shift and Ctrl+A choose several: edits change all"))
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._draw_box = QPushButton(self.tr("Draw a box around a face"))
        self._draw_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._draw_box.clicked.connect(lambda: tool_state.select_tool(ToolName.FACE_BOX))
        self._all_faces = action_button(action("face.choose_all"))
        row = QHBoxLayout()
        row.addWidget(self._draw_box, 1)
        row.addWidget(self._all_faces)
        layout = QVBoxLayout(self)
        layout.addWidget(self._list)
        layout.addWidget(self._hint)
        layout.addLayout(row)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._list.itemSelectionChanged.connect(self._on_selection_changed)
        self._list.add_menu([action(action_id) for action_id in MENU_ACTIONS])
        self._list.delete_requested.connect(document.faces.delete_chosen)
        document.faces.changed.connect(self._list_faces)
        document.faces.chosen_changed.connect(self._show_choice)
        finder.searching_changed.connect(self._show_hint)
        self._list_faces()

    def _on_selection_changed(self) -> None:
        rows = [index.row() for index in self._list.selectionModel().selectedRows()]
        current = self._list.currentRow()
        if rows:
            rows.sort(key=lambda row: (row != current, row))
            self._document.faces.choose(*rows)
        else:
            self._show_choice()  # one face is chosen always

    def _list_faces(self) -> None:
        with QSignalBlocker(self._list):
            self._list.clear()
            for number, face in enumerate(self._document.faces.items, start=1):
                width = round(face.box[2] - face.box[0])
                text = self.tr("Face {0}\n{1} pixels wide").format(number, width)
                self._list.addItem(QListWidgetItem(self._thumbnail(face), text))
        self._show_choice()
        self._show_hint()

    def _show_choice(self) -> None:
        faces = self._document.faces
        with QSignalBlocker(self._list):
            for row, face in enumerate(faces.items):
                if face is faces.chosen:
                    self._list.setCurrentRow(row)
            for row, face in enumerate(faces.items):
                self._list.item(row).setSelected(any(face is one for one in faces.chosen_items))

    def _show_hint(self) -> None:
        has_faces = bool(self._document.faces.items)
        self._list.setVisible(has_faces)
        self._hint.setVisible(not has_faces)
        self._all_faces.setVisible(len(self._document.faces.items) > 1)
        self._draw_box.setVisible(self._document.photo is not None)
        if self._finder.is_searching:
            self._hint.setText(self.tr("Looking for faces…"))
        elif self._document.photo is None:
            self._hint.setText(self.tr("Open a photo to see its faces."))
        else:
            self._hint.setText(self.tr("No face was found. Draw a box around one to edit it."))

    def _thumbnail(self, face: Face) -> QIcon:
        height, width = self._document.shape
        left, top = np.clip(np.floor(face.box[:2]), 0, [width - 1, height - 1]).astype(int)
        right, bottom = np.clip(np.ceil(face.box[2:]), [left + 1, top + 1], [width, height])
        part = self._document.original()[top : int(bottom), left : int(right)]
        return thumbnail_icon(part, self.devicePixelRatioF())
