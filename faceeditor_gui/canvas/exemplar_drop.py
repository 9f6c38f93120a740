"""Exemplars dragged over the photo: where they can be dropped, and where they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPolygonF

from core.anatomy.parts import FacePart
from core.edit.requests import Guide
from core.imaging.arrays import Points
from faceeditor_gui.canvas.layers import colours
from faceeditor_gui.canvas.layers.comparison import paint_label
from faceeditor_gui.canvas.layers.drop_zones import FacesNow, StyleAreas, Zone, zone_at
from faceeditor_gui.canvas.layers.items import outlined, transform
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.exemplar_list import number_in
from faceeditor_gui.document.wording import borrowed_in_words, styled_in_words
from faceeditor_gui.state.exemplar_mode import StyleState
from faceeditor_gui.state.face_targets import StyleTarget, Target

if TYPE_CHECKING:
    from faceeditor_gui.canvas.canvas import Canvas

REACH_PX = 4
"""How far beside a part the pointer still means it."""
REFUSAL_MS = 8000
LABEL_OFFSET_PX = (14, -34)
"""Where the part's name stands, from the pointer: the dragged thumbnail hangs below it."""


class Drops(QObject):
    """The drag under way over one canvas."""

    began = Signal()  # an exemplar is over the photo
    dropped = Signal(int, object, object)  # number of the exemplar, Face, Target

    def __init__(self, canvas: Canvas, document: Document, style: StyleState) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._document = document
        self._style = style
        self._areas = StyleAreas()
        """Found when a drag begins."""
        self._dropped_at: QPointF | None = None
        """Where the exemplar was dropped from which something is being made."""
        self._refusal = ""
        """Why nothing comes of it."""
        self._fade = QTimer(self, singleShot=True, interval=REFUSAL_MS)
        self._fade.timeout.connect(self.settle)
        document.steps_changed.connect(self.settle)
        self._exemplar = 0
        self._at: QPointF | None = None
        """Where the pointer is, in logical pixels; None while nothing is dragged here."""

    @property
    def is_active(self) -> bool:
        """Tell whether an exemplar is over the photo."""
        return self._at is not None

    def move(self, data: QMimeData, at: QPointF) -> bool:
        """Follow a drag; tells whether it can be dropped here."""
        number = number_in(data)
        if number is None or self._document.photo is None:
            return False
        is_new, self._exemplar, self._at = self._at is None, number, at
        if is_new:
            self.began.emit()
            self.look_again()
        self._canvas.update()
        return self.zone is not None

    def look_again(self) -> None:
        """Learn where mask and hair are now, if a drag is under way."""
        if self._at is not None:
            self._areas = StyleAreas.in_document(self._document)
            self._canvas.update()

    def leave(self) -> None:
        """Forget the drag."""
        self._at = None
        self._canvas.update()

    def drop(self, data: QMimeData, at: QPointF) -> bool:
        """End the drag; tells whether it was dropped on a face."""
        self.move(data, at)
        zone = self.zone
        self.leave()
        if zone is not None:
            self._canvas.setFocus()  # the next key is meant for it
            self.settle()
            self._dropped_at = at
            self.dropped.emit(self._exemplar, zone.face, zone.target)
        return zone is not None

    def refuse(self, reason: str) -> None:
        """Say for a while, where the last exemplar was dropped, why nothing comes of it."""
        if self._dropped_at is not None:
            self._refusal = reason
            self._fade.start()
            self._canvas.update()

    def settle(self) -> None:
        """Forget where the last exemplar was dropped."""
        if self._refusal:
            self._canvas.update()
        self._dropped_at, self._refusal = None, ""

    @property
    def zone(self) -> Zone | None:
        """The part under the pointer."""
        if self._at is None:
            return None
        viewport, unit = self._canvas.viewport, self._canvas.unit
        x, y = viewport.to_image(self._canvas.to_device(self._at))
        reach = REACH_PX * unit / viewport.scale
        return zone_at(self._faces, (x - 0.5, y - 0.5), reach, self._areas)

    @property
    def _faces(self) -> FacesNow:
        chosen = self._document.chosen_face
        faces = sorted(self._document.faces, key=lambda face: face is not chosen)
        return [(face, self._document.landmarks(face)) for face in faces]

    def paint(self, painter: QPainter) -> None:
        """Paint every zone, the one under the pointer bright and with its name."""
        if self._dropped_at is not None and self._refusal:
            self._paint_words(painter, self._dropped_at, self._refusal)
        if self._at is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        aimed = self.zone
        for _, landmarks in self._faces:
            for target in self._shown_targets:
                outlines = self._areas.outlines(target, landmarks)
                self._paint_outlines(painter, outlines, is_aimed=False)
        if aimed is not None:
            outlines = self._areas.outlines(aimed.target, aimed.landmarks)
            self._paint_outlines(painter, outlines, is_aimed=True)
        self._paint_words(painter, self._at, self._label(aimed))

    def _paint_words(self, painter: QPainter, at: QPointF, words: str) -> None:
        """Paint them beside a place of the canvas, in logical pixels."""
        unit = self._canvas.unit
        corner = QPointF(*self._canvas.to_device(at)) + QPointF(*LABEL_OFFSET_PX) * unit
        paint_label(painter, self._canvas.font(), QRectF(corner, corner), words, unit)

    @property
    def _shown_targets(self) -> tuple[Target, ...]:
        """Everything but the mask, which shows anyway."""
        return (*FacePart, StyleTarget.HAIR, StyleTarget.LOOK)

    def _paint_outlines(self, painter: QPainter, outlines: list[Points], *, is_aimed: bool) -> None:
        unit = self._canvas.unit
        colour = colours.CHOSEN_FACE if is_aimed else colours.FACE
        to_screen = transform(self._canvas.viewport)
        for outline in outlines:
            shown = to_screen.map(QPolygonF([QPointF(x + 0.5, y + 0.5) for x, y in outline]))
            painter.setBrush(colours.DROP_ZONE if is_aimed else Qt.BrushStyle.NoBrush)
            for pen in outlined(colour, 1.5 * unit if is_aimed else unit):
                painter.setPen(pen)
                painter.drawPolygon(shown)
                painter.setBrush(Qt.BrushStyle.NoBrush)

    def _label(self, zone: Zone | None) -> str:
        exemplar = self._document.shelf.find(self._exemplar)
        if zone is not None and exemplar is not None:
            if self._style.guide is Guide.PIXELS:
                return borrowed_in_words((zone.target,), exemplar.name)
            return styled_in_words((zone.target,), [exemplar.name])
        if self._document.faces:
            return self.tr("Drop it on a part of the face")
        return self.tr("No face is known here: press G and draw a box around one")
