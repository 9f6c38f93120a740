"""The faces panel: every face of the photo, largest first, and what to do if one is missing."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
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


class FacesPanel(QWidget):
    """Lists the faces; the one chosen here is the one that edits work on."""

    def __init__(
        self,
        document: Document,
        tool_state: ToolState,
        finder: FaceFinder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._finder = finder
        self._list = QListWidget()
        self._list.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self._list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._list.setAccessibleName(self.tr("Faces"))
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._draw_box = QPushButton(self.tr("Draw a box around a face"))
        self._draw_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._draw_box.clicked.connect(lambda: tool_state.select_tool(ToolName.FACE_BOX))
        layout = QVBoxLayout(self)
        for widget in (self._list, self._hint, self._draw_box):
            layout.addWidget(widget)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._list.currentRowChanged.connect(self._on_row_changed)
        document.faces.changed.connect(self._list_faces)
        document.faces.chosen_changed.connect(self._show_choice)
        finder.searching_changed.connect(self._show_hint)
        self._list_faces()

    def _on_row_changed(self, row: int) -> None:
        if row >= 0:
            self._document.faces.choose(row)

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
        chosen = self._document.faces.chosen
        with QSignalBlocker(self._list):
            for row, face in enumerate(self._document.faces.items):
                if face is chosen:
                    self._list.setCurrentRow(row)

    def _show_hint(self) -> None:
        has_faces = bool(self._document.faces.items)
        self._list.setVisible(has_faces)
        self._hint.setVisible(not has_faces)
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
