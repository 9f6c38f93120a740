"""Exemplars dragged over the photo: where they can be dropped, and where they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QMimeData, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPolygonF

from core.brush import Position
from core.face.detect import Face
from core.face.parts import FacePart, part_outlines
from core.masks import Points
from core.regions import Landmarks, interocular_distance
from faceeditor_gui.canvas import colours
from faceeditor_gui.canvas.compare import paint_label
from faceeditor_gui.canvas.items import outlined, transform
from faceeditor_gui.document import Document
from faceeditor_gui.shelf import number_in
from faceeditor_gui.words import borrowed_in_words

if TYPE_CHECKING:
    from faceeditor_gui.canvas.view import Canvas

FacesNow = Sequence[tuple[Face, Landmarks]]
"""Faces as they were found, and where their (68, 2) points are now."""
REACH_PX = 4
"""How far beside a part the pointer still means it."""
LABEL_OFFSET_PX = (14, -34)
"""Where the part's name stands, from the pointer: the dragged thumbnail hangs below it."""


@dataclass(frozen=True, eq=False)
class Zone:
    """A part of a face in the photo."""

    face: Face
    landmarks: Landmarks
    """(68, 2) where the face's points are now."""
    part: FacePart


class Drops(QObject):
    """The drag under way over one canvas."""

    dropped = Signal(int, object, object)  # number of the exemplar, Face, FacePart

    def __init__(self, canvas: Canvas, document: Document) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._document = document
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
        self._exemplar, self._at = number, at
        self._canvas.update()
        return self.zone is not None

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
            self.dropped.emit(self._exemplar, zone.face, zone.part)
        return zone is not None

    @property
    def zone(self) -> Zone | None:
        """The part under the pointer."""
        if self._at is None:
            return None
        viewport, unit = self._canvas.viewport, self._canvas.unit
        x, y = viewport.to_image(self._canvas.to_device(self._at))
        return zone_at(self._faces, (x - 0.5, y - 0.5), REACH_PX * unit / viewport.scale)

    @property
    def _faces(self) -> FacesNow:
        return [(face, self._document.landmarks(face)) for face in self._document.faces]

    def paint(self, painter: QPainter) -> None:
        """Paint every zone, the one under the pointer bright and with its name."""
        if self._at is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        aimed = self.zone
        for _, landmarks in self._faces:
            self._paint_outlines(painter, landmarks, None)
        if aimed is not None:
            self._paint_outlines(painter, aimed.landmarks, aimed.part)
        unit = self._canvas.unit
        corner = QPointF(*self._canvas.to_device(self._at)) + QPointF(*LABEL_OFFSET_PX) * unit
        area = QRectF(corner, corner)
        paint_label(painter, self._canvas.font(), area, self._label(aimed), unit)

    def _paint_outlines(
        self, painter: QPainter, landmarks: Landmarks, aimed: FacePart | None
    ) -> None:
        """Paint all parts of a face, or the one that is aimed at."""
        unit = self._canvas.unit
        colour = colours.FACE if aimed is None else colours.CHOSEN_FACE
        to_screen = transform(self._canvas.viewport)
        for part in FacePart if aimed is None else (aimed,):
            for outline in _outlines(part, landmarks):
                shown = to_screen.map(QPolygonF([QPointF(x + 0.5, y + 0.5) for x, y in outline]))
                painter.setBrush(Qt.BrushStyle.NoBrush if aimed is None else colours.DROP_ZONE)
                for pen in outlined(colour, unit if aimed is None else 1.5 * unit):
                    painter.setPen(pen)
                    painter.drawPolygon(shown)
                    painter.setBrush(Qt.BrushStyle.NoBrush)

    def _label(self, zone: Zone | None) -> str:
        exemplar = self._document.shelf.find(self._exemplar)
        if zone is not None and exemplar is not None:
            return borrowed_in_words((zone.part,), exemplar.name)
        if self._document.faces:
            return self.tr("Drop it on a part of the face")
        return self.tr("No face is known here: press G and draw a box around one")


def zone_at(faces: FacesNow, at: Position, reach: float) -> Zone | None:
    """Find the part of a face at a position, of the smallest face that is there.

    Args:
        faces: each with where its points are now.
        at: x and y in photo pixels.
        reach: how far beside a part still counts, in photo pixels.
    """
    meant = [zone for face in faces if (zone := _zone_of(*face, at, reach)) is not None]
    return min(meant, key=lambda one: interocular_distance(one.landmarks), default=None)


def _zone_of(face: Face, landmarks: Landmarks, at: Position, reach: float) -> Zone | None:
    """Find the part of one face: a small one before the inner face that surrounds it."""
    small = (part for part in FacePart if part is not FacePart.FACE)
    depth, part = max((_depth(part, landmarks, at), part) for part in small)
    if depth >= -reach:
        return Zone(face, landmarks, part)
    is_here = _depth(FacePart.FACE, landmarks, at) >= -reach
    return Zone(face, landmarks, FacePart.FACE) if is_here else None


def _depth(part: FacePart, landmarks: Landmarks, at: Position) -> float:
    """Tell how many pixels a position lies inside a part; below 0 outside."""
    outlines = part_outlines(part, landmarks)
    return max(
        cv2.pointPolygonTest(outline.astype(np.float32), at, measureDist=True)
        for outline in outlines
    )


def _outlines(part: FacePart, landmarks: Landmarks) -> list[Points]:
    """Outline what would be taken: of the inner face all but the forehead."""
    if part is FacePart.FACE:
        return [cv2.convexHull(landmarks.astype(np.float32))[:, 0].astype(np.float64)]
    return part_outlines(part, landmarks)
