"""What lies on the canvas: photo, preview, mask and faces, kept as the document has them."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QColor, QFont, QPainter

from core.anatomy.landmarks import Landmarks
from core.imaging.arrays import Window
from faceeditor_gui.canvas.layers import colours
from faceeditor_gui.canvas.layers.items import (
    FacesItem,
    MaskItem,
    PhotoItem,
    PreviewItem,
    paint_grid,
)
from faceeditor_gui.canvas.layers.painted_step import paint_step_outline
from faceeditor_gui.canvas.layers.region_layer import RegionLayer
from faceeditor_gui.canvas.layers.viewport import Size, Viewport
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import EditStep, Preview
from faceeditor_gui.state.tool_state import BRUSHES, ToolName, ToolState


class Layers(QObject):
    """The layers from the photo up; signals which window has to be repainted."""

    changed = Signal(object)  # the window of the photo that changed; None is everything

    def __init__(
        self, document: Document, tool_state: ToolState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tool_state = tool_state
        self._photo: PhotoItem | None = None
        self.mask = MaskItem((1, 1))
        self.regions = RegionLayer(document, tool_state, self)
        self.sketch = MaskItem((1, 1))
        self._shows_mask = True
        self._shows_sketch = True
        self._shows_landmarks = True
        self._faces = FacesItem()
        self._dragged: Landmarks | None = None
        self._replaced_step: EditStep | None = None
        self._preview: PreviewItem | None = None
        document.steps.image_changed.connect(self._on_image_changed)
        document.mask.changed.connect(self._on_mask_changed)
        document.sketch.changed.connect(self._on_sketch_changed)
        document.faces.changed.connect(self._on_faces_changed)
        document.faces.chosen_changed.connect(self._on_faces_changed)
        document.steps.painted_step_changed.connect(lambda: self.changed.emit(None))
        self.regions.changed.connect(self.changed)
        tool_state.overlay_changed.connect(self._on_overlay_changed)

    def open_photo(self) -> Size:
        """Show the document's photo; returns its width and height."""
        photo = self._document.photo
        assert photo is not None
        self._photo = PhotoItem(photo.image, photo.alpha)
        self.mask = MaskItem(self._document.shape)
        self.sketch = MaskItem(self._document.shape)
        self.sketch.set_colour(colours.SKETCH, 1.0)
        self._colour_mask()
        self._replaced_step = self._preview = None
        self.regions.open_photo()
        return self._photo.size

    def show_preview(self, preview: Preview | None) -> None:
        """Show a reduced result in place of the step it stands for, or none any more."""
        before, self._replaced_step = self._replaced_step, preview.replaced if preview else None
        self._preview = PreviewItem(preview) if preview else None
        if self._replaced_step is not before:
            for step in (before, self._replaced_step):
                if step is not None:
                    self._on_image_changed(step.window)
        self.changed.emit(preview.window if preview else None)

    def preview_stroke(self, window: Window, step: EditStep | None) -> None:
        """Show a window with one step as the stroke under way leaves it; None shows all as kept."""
        if self._photo is not None:
            image = self._document.composited(window, without=self._replaced_step, instead=step)
            self._photo.write(window, image)
            self.changed.emit(window)

    def has_landmarks_shown(self) -> bool:
        """Tell whether the landmarks are shown."""
        return self._shows_landmarks

    def toggle_landmarks(self) -> None:
        """Show or hide the landmarks."""
        self._shows_landmarks = not self._shows_landmarks
        self.changed.emit(None)

    def has_mask_shown(self) -> bool:
        """Tell whether the mask is shown."""
        return self._shows_mask

    def toggle_mask(self) -> None:
        """Show or hide the mask; hidden, it stays what it is."""
        self._shows_mask = not self._shows_mask
        self.changed.emit(None)

    def has_sketch_shown(self) -> bool:
        """Tell whether the sketch is shown."""
        return self._shows_sketch

    def toggle_sketch(self) -> None:
        """Show or hide the sketch; hidden, it still steers fills."""
        self._shows_sketch = not self._shows_sketch
        self.changed.emit(None)

    def has_faces_shown(self) -> bool:
        """Tell whether the boxes around faces are shown."""
        return self._faces.shows_boxes

    def toggle_faces(self) -> None:
        """Show or hide the boxes around faces."""
        self._faces.shows_boxes = not self._faces.shows_boxes
        self.changed.emit(None)

    def show_landmarks(self, landmarks: Landmarks | None) -> None:
        """Show other (68, 2) landmarks than the chosen face's; None shows its own."""
        self._dragged = landmarks
        self.changed.emit(None)

    @property
    def landmarks(self) -> Landmarks | None:
        """(68, 2) landmarks of the chosen face, image pixels, or where they are being dragged."""
        face = self._document.faces.chosen
        if face is None or self._dragged is not None:
            return self._dragged
        return self._document.landmarks(face)

    def paint(self, painter: QPainter, view: Viewport, area: QRect, background: QColor) -> None:
        """Paint an area of the screen, given in device pixels like everything here."""
        painter.fillRect(area, background)
        if self._photo is None:
            return
        self._photo.paint(painter, view, area, background, original=False)
        if self._preview is not None:
            self._preview.paint(painter, view)
        self.regions.paint(painter, view, area)
        if self._shows_mask and not self._paints_elsewhere:
            self.mask.paint(painter, view, area)
        is_drawing = self._tool_state.tool is ToolName.PEN
        if is_drawing or (self._shows_sketch and not self._document.sketch.is_empty):
            self.sketch.paint(painter, view, area)

    @property
    def _paints_elsewhere(self) -> bool:
        """Tell whether the tool in hand paints on a result or on regions, not on the mask."""
        paints_result = self._document.steps.painted_step and self._tool_state.tool in BRUSHES
        return bool(paints_result) or self._tool_state.paints_regions

    def paint_original(
        self, painter: QPainter, view: Viewport, area: QRect, background: QColor
    ) -> None:
        """Paint an area of the screen without edits and overlays."""
        painter.fillRect(area, background)
        if self._photo is not None:
            self._photo.paint(painter, view, area, background, original=True)

    def paint_grid(
        self, painter: QPainter, view: Viewport, area: QRect, pixel_ratio: float
    ) -> None:
        """Paint where pixels end, if they are large enough."""
        if self._photo is not None:
            paint_grid(painter, view, self._photo.size, area, pixel_ratio)

    def paint_surface_hint(
        self, painter: QPainter, view: Viewport, font: QFont, pixel_ratio: float
    ) -> None:
        """Show what brush and eraser paint on, unless it is the mask."""
        step = self._document.steps.painted_step
        if self._tool_state.tool is ToolName.REGION or self._tool_state.paints_regions:
            self.regions.paint_caption(painter, font, pixel_ratio)
        elif step is not None:
            paint_step_outline(painter, view, step, font, pixel_ratio)

    def paint_faces(self, painter: QPainter, view: Viewport, pixel_ratio: float) -> None:
        """Paint boxes and landmarks; `pixel_ratio` is device pixels per logical pixel."""
        self._faces.landmarks = self._shown_landmarks()
        self._faces.paint(painter, view, pixel_ratio)

    def _shown_landmarks(self) -> Landmarks | None:
        """Return the chosen face's landmarks, unless an edit has moved the face away from them.

        While the landmarks themselves are in hand they are shown in any case.
        """
        face = self._document.faces.chosen
        if face is None or self._tool_state.tool is ToolName.LANDMARKS:
            return self.landmarks
        is_outdated = self._preview is not None or self._document.steps.is_face_edited(
            face.landmarks
        )
        return None if is_outdated or not self._shows_landmarks else self.landmarks

    def _on_image_changed(self, window: Window) -> None:
        self.preview_stroke(window, None)

    def _on_mask_changed(self, window: Window) -> None:
        self.mask.write(window, self._document.mask.read(window))
        self.changed.emit(window)

    def _on_sketch_changed(self, window: Window) -> None:
        self.sketch.write(window, self._document.sketch.read(window))
        self.changed.emit(window)

    def _colour_mask(self) -> None:
        state = self._tool_state
        self.mask.set_colour(QColor(state.overlay_colour), state.overlay_opacity)

    def _on_overlay_changed(self) -> None:
        self._colour_mask()
        self.changed.emit(None)

    def _on_faces_changed(self) -> None:
        self._faces.faces = self._document.faces.items
        self._faces.chosen = self._document.faces.chosen
        self.changed.emit(None)
