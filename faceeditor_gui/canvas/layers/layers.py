"""What lies on the canvas: photo, preview, mask and faces, kept as the document has them."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QColor, QFont, QPainter

from core.anatomy.landmarks import Landmarks
from core.face.face import Face
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
from faceeditor_gui.canvas.paint_target import paint_target, painted_step
from faceeditor_gui.document.document import Document
from faceeditor_gui.document.edit_step import EditStep, Preview
from faceeditor_gui.state.overlay_state import Overlay
from faceeditor_gui.state.tool_state import MASK_TOOLS, PaintTarget, ToolName, ToolState

_FACE_TOOLS = (ToolName.FACE_BOX, ToolName.LANDMARKS)
"""With these every face shows its box."""


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
        self._faces = FacesItem()
        self._dragged: Landmarks | None = None
        self._replaced_step: EditStep | None = None
        self._painted_number: int | None = None  # of the step that the canvas is painted for
        self._preview: PreviewItem | None = None
        document.steps.image_changed.connect(self._on_image_changed)
        document.mask.changed.connect(self._on_mask_changed)
        document.sketch.changed.connect(self._on_sketch_changed)
        document.faces.changed.connect(self._on_faces_changed)
        document.faces.chosen_changed.connect(self._on_faces_changed)
        for fact in (
            document.steps.changed,
            document.steps.selection_changed,
            tool_state.paint_target_changed,
        ):
            fact.connect(self._on_painted_step_changed)
        self.regions.changed.connect(self.changed)
        tool_state.overlays.changed.connect(self._on_overlays_changed)

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
        shows = self._tool_state.overlays.shows
        if shows(Overlay.MASK) and not self._paints_elsewhere:
            self.mask.paint(painter, view, area)
        is_drawing = self._tool_state.tool is ToolName.PEN
        if is_drawing or (shows(Overlay.SKETCH) and not self._document.sketch.is_empty):
            self.sketch.paint(painter, view, area)

    @property
    def _paints_elsewhere(self) -> bool:
        """Tell whether the tool in hand paints on a result or on regions, not on the mask."""
        target = paint_target(self._document, self._tool_state)
        return target is not PaintTarget.MASK and self._tool_state.tool in MASK_TOOLS

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
        step = painted_step(self._document, self._tool_state)
        if self._tool_state.tool is ToolName.REGION or self._tool_state.paints_regions:
            self.regions.paint_caption(painter, font, pixel_ratio)
        elif step is not None:
            paint_step_outline(painter, view, step, font, pixel_ratio)

    def paint_faces(
        self, painter: QPainter, view: Viewport, pixel_ratio: float, hovered: Face | None
    ) -> None:
        """Paint boxes and landmarks: with their tool, else under the pointer.

        Faces that an edit has changed show nothing on their finished pixels.

        Args:
            painter: of the canvas.
            view: where the photo lies.
            pixel_ratio: device pixels per logical pixel.
            hovered: the face under the pointer.
        """
        has_tool = self._tool_state.tool in _FACE_TOOLS
        is_hovered = hovered is not None and not self._is_changed(hovered)
        self._faces.landmarks = self._shown_landmarks(hovered if is_hovered else None)
        self._faces.faces = ()
        if has_tool or (is_hovered and self._tool_state.overlays.shows(Overlay.FACES)):
            faces = self._document.faces.items
            self._faces.faces = tuple(
                face for face in faces if has_tool or not self._is_changed(face)
            )
        self._faces.paint(painter, view, pixel_ratio)

    def _is_changed(self, face: Face) -> bool:
        """Tell whether an edit has changed a face, or is about to."""
        is_edited = self._document.steps.is_face_edited(face.landmarks)
        is_previewed = self._preview is not None and face is self._document.faces.chosen
        return is_edited or is_previewed

    def _shown_landmarks(self, hovered: Face | None) -> Landmarks | None:
        """Return the landmarks of the face in hand if it is hovered, or they are in hand."""
        face = self._document.faces.chosen
        if face is None or self._tool_state.tool is ToolName.LANDMARKS:
            return self.landmarks
        is_on = self._tool_state.overlays.shows(Overlay.LANDMARKS)
        return self.landmarks if is_on and face is hovered else None

    def _on_painted_step_changed(self) -> None:
        """Repaint when another step is painted on, not when the same one changes."""
        step = painted_step(self._document, self._tool_state)
        number = step.number if step is not None else None
        if number != self._painted_number:
            self._painted_number = number
            self.changed.emit(None)

    def _on_image_changed(self, window: Window) -> None:
        self.preview_stroke(window, None)

    def _on_mask_changed(self, window: Window) -> None:
        self.mask.write(window, self._document.mask.read(window))
        self.changed.emit(window)

    def _on_sketch_changed(self, window: Window) -> None:
        self.sketch.write(window, self._document.sketch.read(window))
        self.changed.emit(window)

    def _colour_mask(self) -> None:
        overlays = self._tool_state.overlays
        self.mask.set_colour(QColor(overlays.mask_colour), overlays.mask_opacity)

    def _on_overlays_changed(self) -> None:
        self._colour_mask()
        self.changed.emit(None)

    def _on_faces_changed(self) -> None:
        self._faces.chosen = self._document.faces.chosen_items
        self.changed.emit(None)
