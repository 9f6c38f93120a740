"""Exemplars dragged over the photo: which part of a face they hit, and why a drop was refused."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPolygonF

from core.anatomy.parts import FacePart
from core.edit.requests import Guide
from core.imaging.arrays import Points
from faceeditor_gui.canvas.layers import colours
from faceeditor_gui.canvas.layers.comparison import paint_label
from faceeditor_gui.canvas.layers.drop_zones import (
    DropAreas,
    DropZone,
    FacesWithLandmarks,
    drop_zone_at,
)
from faceeditor_gui.canvas.layers.items import image_to_screen, outline_pens
from faceeditor_gui.canvas.navigation import Navigation
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.exemplar_list import exemplar_number_in
from faceeditor_gui.document.wording import describe_exemplar_edit, describe_style_edit
from faceeditor_gui.state.exemplar_mode import ExemplarMode
from faceeditor_gui.state.exemplar_parts import ExemplarPart, WholePart

TOLERANCE_PX = 4
"""How far beside a part the pointer still hits it."""
REFUSAL_MS = 8000
LABEL_OFFSET_PX = (14, -34)
"""Where the part's name stands, from the pointer: the dragged thumbnail hangs below it."""


class ExemplarDrop(QObject):
    """The drag of an exemplar over one canvas, and its last drop."""

    drag_started = Signal()  # an exemplar is over the photo
    exemplar_dropped = Signal(int, object, object)  # number of the exemplar, Face, ExemplarPart

    def __init__(
        self, navigation: Navigation, document: Document, exemplar_mode: ExemplarMode
    ) -> None:
        super().__init__(navigation)
        self._navigation = navigation
        self._document = document
        self._exemplar_mode = exemplar_mode
        self._areas = DropAreas()
        """Found when a drag begins."""
        self._dropped_at: QPointF | None = None
        """Where the exemplar was dropped whose edit is under way."""
        self._refusal = ""
        """Why the last drop cannot be made."""
        self._refusal_timer = QTimer(self, singleShot=True, interval=REFUSAL_MS)
        self._refusal_timer.timeout.connect(self.clear_refusal)
        document.steps.changed.connect(self.clear_refusal)
        self._exemplar = 0
        self._at: QPointF | None = None
        """Where the pointer is, in logical pixels; None while nothing is dragged here."""

    @property
    def is_active(self) -> bool:
        """Tell whether an exemplar is over the photo."""
        return self._at is not None

    def move(self, data: QMimeData, at: QPointF) -> bool:
        """Follow a drag; tells whether it can be dropped here."""
        number = exemplar_number_in(data)
        if number is None or self._document.photo is None:
            return False
        is_new, self._exemplar, self._at = self._at is None, number, at
        if is_new:
            self.drag_started.emit()
            self.update_areas()
        self._navigation.widget.update()
        return self.zone is not None

    def update_areas(self) -> None:
        """Find where mask and hair are now, if a drag is under way."""
        if self._at is not None:
            self._areas = DropAreas.from_document(self._document)
            self._navigation.widget.update()

    def leave(self) -> None:
        """Forget the drag."""
        self._at = None
        self._navigation.widget.update()

    def drop(self, data: QMimeData, at: QPointF) -> bool:
        """End the drag; tells whether it was dropped on a face."""
        self.move(data, at)
        zone = self.zone
        self.leave()
        if zone is not None:
            self._navigation.widget.setFocus()  # so that the next key goes to it
            self.clear_refusal()
            self._dropped_at = at
            self.exemplar_dropped.emit(self._exemplar, zone.face, zone.part)
        return zone is not None

    def refuse(self, reason: str) -> None:
        """Show for a while, where the last exemplar was dropped, why it cannot be transferred."""
        if self._dropped_at is not None:
            self._refusal = reason
            self._refusal_timer.start()
            self._navigation.widget.update()

    def clear_refusal(self) -> None:
        """Hide the refusal, and forget where the last exemplar was dropped."""
        if self._refusal:
            self._navigation.widget.update()
        self._dropped_at, self._refusal = None, ""

    @property
    def zone(self) -> DropZone | None:
        """The drop zone under the pointer."""
        if self._at is None:
            return None
        viewport, pixel_ratio = self._navigation.viewport, self._navigation.pixel_ratio
        x, y = viewport.to_image(self._navigation.to_device(self._at))
        tolerance = TOLERANCE_PX * pixel_ratio / viewport.scale
        return drop_zone_at(self._faces, (x - 0.5, y - 0.5), tolerance, self._areas)

    @property
    def _faces(self) -> FacesWithLandmarks:
        chosen = self._document.faces.chosen
        faces = sorted(self._document.faces.items, key=lambda face: face is not chosen)
        return [(face, self._document.landmarks(face)) for face in faces]

    def paint(self, painter: QPainter) -> None:
        """Outline every drop zone, the one under the pointer bright and with its name."""
        if self._dropped_at is not None and self._refusal:
            self._paint_text(painter, self._dropped_at, self._refusal)
        if self._at is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.zone
        for _, landmarks in self._faces:
            for part in self._outlined_parts:
                outlines = self._areas.outlines(part, landmarks)
                self._paint_outlines(painter, outlines, is_hovered=False)
        if hovered is not None:
            outlines = self._areas.outlines(hovered.part, hovered.landmarks)
            self._paint_outlines(painter, outlines, is_hovered=True)
        self._paint_text(painter, self._at, self._label(hovered))

    def _paint_text(self, painter: QPainter, at: QPointF, text: str) -> None:
        """Paint a label beside a position on the canvas, in logical pixels."""
        pixel_ratio = self._navigation.pixel_ratio
        corner = QPointF(*self._navigation.to_device(at)) + QPointF(*LABEL_OFFSET_PX) * pixel_ratio
        paint_label(
            painter, self._navigation.widget.font(), QRectF(corner, corner), text, pixel_ratio
        )

    @property
    def _outlined_parts(self) -> tuple[ExemplarPart, ...]:
        """Everything but the mask, which shows anyway."""
        return (*FacePart, WholePart.HAIR, WholePart.LOOK)

    def _paint_outlines(
        self, painter: QPainter, outlines: list[Points], *, is_hovered: bool
    ) -> None:
        pixel_ratio = self._navigation.pixel_ratio
        colour = colours.CHOSEN_FACE if is_hovered else colours.FACE
        to_screen = image_to_screen(self._navigation.viewport)
        for outline in outlines:
            shown = to_screen.map(QPolygonF([QPointF(x + 0.5, y + 0.5) for x, y in outline]))
            painter.setBrush(colours.DROP_ZONE if is_hovered else Qt.BrushStyle.NoBrush)
            for pen in outline_pens(colour, 1.5 * pixel_ratio if is_hovered else pixel_ratio):
                painter.setPen(pen)
                painter.drawPolygon(shown)
                painter.setBrush(Qt.BrushStyle.NoBrush)

    def _label(self, zone: DropZone | None) -> str:
        exemplar = self._document.exemplars.find(self._exemplar)
        if zone is not None and exemplar is not None:
            if self._exemplar_mode.guide is Guide.PIXELS:
                return describe_exemplar_edit((zone.part,), exemplar.name)
            return describe_style_edit((zone.part,), [exemplar.name])
        if self._document.faces.items:
            return self.tr("Drop it on a part of the face")
        return self.tr("No face is known here: draw a box around one with the Face box tool")
