"""Routes the pointer: to the tool in hand, to panning, or to the split line of the comparison."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPointF, Qt

from core.face.face import Face
from core.imaging.arrays import Position
from faceeditor_gui.canvas.layers.comparison import Comparison
from faceeditor_gui.canvas.layers.layers import Layers
from faceeditor_gui.canvas.navigation import Navigation
from faceeditor_gui.canvas.tool_overlay import ToolOverlay
from faceeditor_gui.canvas.tools.base_tools import (
    BrushSizeTool,
    FaceBoxTool,
    HandTool,
    Tool,
    ZoomTool,
    face_at,
)
from faceeditor_gui.canvas.tools.brush_tool import BrushTool, HealTool, PenTool
from faceeditor_gui.canvas.tools.healing import Healing
from faceeditor_gui.canvas.tools.landmark_tool import LandmarkTool
from faceeditor_gui.canvas.tools.pointer import Contact, Pointer
from faceeditor_gui.canvas.tools.region_tool import RegionTool
from faceeditor_gui.canvas.tools.shape_tools import (
    EllipseTool,
    PolygonTool,
    RectangleTool,
    ShapeTool,
    apply_shape,
)
from faceeditor_gui.document.document import Document
from faceeditor_gui.state.tool_state import BRUSHES, MASK_TOOLS, STROKES, ToolName, ToolState

MAX_CLICK_SLIP_PX = 4
"""How far a click may slip before it is a drag."""
_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_ALT = Qt.KeyboardModifier.AltModifier
_NO_BUTTON = Qt.MouseButton.NoButton
_LEFT_ONLY = (ToolName.HAND, ToolName.FACE_BOX, ToolName.LANDMARKS, ToolName.HEAL)
_OPPOSITE = {ToolName.BRUSH: ToolName.ERASER, ToolName.ERASER: ToolName.BRUSH}


class PointerRouter(QObject):
    """The gesture under way on one canvas."""

    def __init__(
        self,
        navigation: Navigation,
        layers: Layers,
        comparison: Comparison,
        document: Document,
        tool_state: ToolState,
    ) -> None:
        super().__init__(navigation)
        self._navigation = navigation
        self._layers = layers
        self._comparison = comparison
        self._document = document
        self._tool_state = tool_state
        self.tool_overlay = ToolOverlay(navigation, self, tool_state)
        self.face_box = FaceBoxTool(self)
        self.landmarks = LandmarkTool(layers, tool_state, self)
        self.region = RegionTool(document, layers.regions.highlight, self)
        apply = partial(apply_shape, document, tool_state)
        self._polygon = PolygonTool(apply)
        self._tools: dict[ToolName, Tool] = {
            ToolName.HAND: HandTool(document),
            ToolName.ZOOM: ZoomTool(self._zoom),
            ToolName.LASSO: ShapeTool(apply),
            ToolName.POLYGON: self._polygon,
            ToolName.RECTANGLE: RectangleTool(apply),
            ToolName.ELLIPSE: EllipseTool(apply),
            ToolName.FACE_BOX: self.face_box,
            ToolName.LANDMARKS: self.landmarks,
            ToolName.REGION: self.region,
        }
        self._brushes: dict[ToolName, BrushTool] = {}
        self.healing = Healing(document, layers, self)
        self._brush_size = BrushSizeTool(tool_state)
        self._active: Tool | None = None
        self._button = _NO_BUTTON
        self._panned_from: QPointF | None = None
        self._pressed_at = QPointF()
        self._is_space_held = False  # Space is held
        self._drags_split = False
        self.is_straight = False
        """Whether Shift is held, so that the next stroke begins where the last has ended."""
        self._at: QPointF | None = None
        self._hovered: int | None = None
        """Index of the face under the pointer."""
        self._is_eraser = False  # the far end of the pen is near
        self._connect()

    def _connect(self) -> None:
        self._tool_state.tool_changed.connect(self._on_tool_changed)
        self._document.faces.changed.connect(self._hover_face)
        self._tool_state.brush_changed.connect(self._update_cursor_and_overlay)

    # What the tool overlay shows.

    @property
    def pointer(self) -> Position | None:
        """Where the pointer is, in device pixels; None while it is elsewhere."""
        return None if self._at is None else self._navigation.to_device(self._at)

    @property
    def brush(self) -> BrushTool | None:
        """The brush, eraser or pen in hand, or whose stroke is under way."""
        if isinstance(self._active, BrushTool):
            return self._active
        name = self._tool_state.tool
        return self._brushes.get(ToolName.ERASER if self._is_eraser and name in BRUSHES else name)

    @property
    def shape(self) -> list[Position]:
        """The corners of the shape under way."""
        return self._active.path if self._active is not None else []

    @property
    def is_panning(self) -> bool:
        """Tell whether the photo is being moved, or would be by a drag."""
        return self._is_space_held or self._panned_from is not None

    @property
    def hides_faces(self) -> bool:
        """Tell whether a tool for the mask is in hand: boxes and landmarks are hidden then."""
        return self._tool_state.tool in (*MASK_TOOLS, ToolName.PEN, ToolName.HEAL, ToolName.REGION)

    @property
    def hovered_face(self) -> Face | None:
        """The face under the pointer."""
        faces = self._document.faces.items
        return faces[self._hovered] if self._hovered is not None else None

    # The photo and the gesture under way.

    def reset_for_photo(self) -> None:
        """Make the tools for another photo."""
        self.cancel()
        made_for = self._document, self._tool_state, self._layers
        self._brushes = {name: BrushTool(*made_for, name) for name in BRUSHES}
        self._brushes[ToolName.PEN] = PenTool(*made_for)
        self._brushes[ToolName.HEAL] = HealTool(*made_for, self.healing)
        self._show_cursor()

    def cancel(self) -> bool:
        """End the gesture under way without a trace; tells whether there was one."""
        active, self._active = self._active, None
        self._panned_from = None
        if active is None:
            return False
        active.cancel()
        self._navigation.widget.update()
        return True

    def undo(self) -> bool:
        """Take back the last corner, or the whole gesture; tells whether there was one."""
        return self.remove_last_corner() or self.cancel()

    @property
    def draws_polygon(self) -> bool:
        """Tell whether a polygon is under way."""
        return self._active is self._polygon

    def close_shape(self) -> bool:
        """Keep the polygon under way; tells whether there was one."""
        return self._apply_to_polygon(self._polygon.close)

    def remove_last_corner(self) -> bool:
        """Take back the last corner of the polygon under way; tells whether there was one."""
        return self._apply_to_polygon(self._polygon.remove_last_corner)

    def _apply_to_polygon(self, act: Callable[[], bool]) -> bool:
        is_under_way = self.draws_polygon
        if is_under_way:
            self._end(act())
        return is_under_way

    # The pointer.

    def press(self, pointer: Pointer) -> None:
        """Begin a gesture, or go on with one that takes several presses."""
        if self._document.photo is None or self._button is not _NO_BUTTON:
            return
        self._hover(pointer)
        self._button = pointer.button
        self._pressed_at = pointer.position
        if self._comparison.is_on_split_line(self._navigation.to_device(pointer.position)):
            self._drags_split = True
        elif self._is_pan(pointer):
            self._panned_from = pointer.position
        if not self._drags_split and not self._is_space_held and pointer.button in (_LEFT, _RIGHT):
            self._active = self._active or self._tool_for(pointer)
            if self._active is not None:
                self._active.press(self._contact(pointer))
        self._update_cursor_and_overlay()

    def move(self, pointer: Pointer) -> None:
        """Go on with the gesture, or hover."""
        self._hover(pointer)
        if self._drags_split:
            self._comparison.move_split_line(self._navigation.to_device(pointer.position)[0])
        elif self._panned_from is not None:
            self._pan(pointer.position)
        elif self._active is not None:
            self._active.move(self._contact(pointer))
        self._update_cursor_and_overlay()

    def release(self, pointer: Pointer) -> None:
        """End the gesture, unless it takes several presses."""
        if pointer.button is not self._button:
            return
        self._button = _NO_BUTTON
        was_panned, self._panned_from = self._panned_from is not None, None
        was_split, self._drags_split = self._drags_split, False
        is_stale_gesture = was_panned and not isinstance(self._active, HandTool)
        if self._active is not None and not is_stale_gesture and not was_split:
            self._end(self._active.release())
        self._update_cursor_and_overlay()

    def zoom_to_face(self, pointer: Pointer) -> bool:
        """Zoom to the face under a double click of the hand; tells whether there was one."""
        if self._document.photo is None or not self._is_pan(pointer) or self._is_space_held:
            return False
        self._hover(pointer)
        face = self.hovered_face
        if face is not None:
            self._navigation.show_face(face)
        return face is not None

    def zoom_to_chosen_face(self) -> None:
        """Zoom to the face in hand."""
        face = self._document.faces.chosen
        if face is not None:
            self._navigation.show_face(face)

    def choose_for_menu(self) -> bool:
        """Choose the face that a menu is opened on; tells whether the hand is there to open one."""
        face, faces = self.hovered_face, self._document.faces
        is_hand = self._tool_state.tool is ToolName.HAND and self._document.photo is not None
        if is_hand and face is not None and not any(face is one for one in faces.chosen_items):
            faces.choose(faces.items.index(face))
        return is_hand

    def leave(self) -> None:
        """Hide the tool overlay while the pointer is elsewhere."""
        self._at, self._is_eraser = None, False
        self.region.hover(None)
        self._hover_face()
        self.tool_overlay.follow()

    def hold_pan(self, held: bool) -> None:
        """Pan with any tool while Space is held."""
        self._is_space_held = held
        self._update_cursor_and_overlay()

    def hold_straight(self, held: bool) -> None:
        """Show where a straight line would go while Shift is held."""
        self.is_straight = held
        self.tool_overlay.follow()

    def _hover(self, pointer: Pointer) -> None:
        self._at, self._is_eraser = pointer.position, pointer.is_eraser
        self._hover_face()
        if self._tool_state.tool is ToolName.REGION:
            self.region.hover(self._contact(pointer).at)

    def _hover_face(self) -> None:
        """Note which face is under the pointer: boxes and points show only there."""
        before, self._hovered = self._hovered, self._face_under_pointer()
        if self._hovered != before:
            self._navigation.widget.update()

    def _end(self, is_over: bool) -> None:
        if is_over:
            self._active = None
        self._update_cursor_and_overlay()

    def _update_cursor_and_overlay(self) -> None:
        self._show_cursor()
        self.tool_overlay.follow()

    # What the pointer means.

    def _contact(self, pointer: Pointer) -> Contact:
        viewport, pixel_ratio = self._navigation.viewport, self._navigation.pixel_ratio
        x, y = viewport.to_image(self._navigation.to_device(pointer.position))
        return Contact(
            (x - 0.5, y - 0.5),
            pointer.pressure,
            pixel_ratio / viewport.scale,
            *pointer.position.toTuple(),
            pointer.modifiers,
            self._button is _RIGHT or pointer.is_eraser,
        )

    def _tool_for(self, pointer: Pointer) -> Tool | None:
        name = self._tool_state.tool
        if pointer.is_eraser and name in BRUSHES:
            return self._brushes[ToolName.ERASER]
        if pointer.button is _RIGHT and name in STROKES and pointer.modifiers & _ALT:
            return self._brush_size
        if pointer.button is _RIGHT and name in _OPPOSITE:
            return self._brushes[_OPPOSITE[name]]
        if pointer.button is _RIGHT and name in _LEFT_ONLY:
            return None
        return self._brushes.get(name) or self._tools[name]

    def _is_pan(self, pointer: Pointer) -> bool:
        if pointer.button is Qt.MouseButton.MiddleButton:
            return True
        is_hand = self._tool_state.tool is ToolName.HAND and not pointer.is_eraser
        return pointer.button is _LEFT and (self._is_space_held or is_hand)

    def _pan(self, to: QPointF) -> None:
        slip = (to - self._pressed_at).manhattanLength()
        if isinstance(self._active, HandTool):
            if slip <= MAX_CLICK_SLIP_PX:
                return
            self._active.cancel()
            self._active = None
        assert self._panned_from is not None
        self._navigation.pan(to - self._panned_from)
        self._panned_from = to

    def _zoom(self, factor: float, at: Position) -> None:
        screen = self._navigation.viewport.to_screen((at[0] + 0.5, at[1] + 0.5))
        self._navigation.zoom(factor, QPointF(*screen) / self._navigation.pixel_ratio)

    # The cursor.

    def _on_tool_changed(self) -> None:
        if self._active is self._polygon:
            self.cancel()
        self._show_cursor()
        self.tool_overlay.on_repainted()
        self._navigation.widget.update()

    def _show_cursor(self) -> None:
        self._navigation.widget.setCursor(self._cursor())

    def _cursor(self) -> Qt.CursorShape:
        if self._document.photo is None:
            return Qt.CursorShape.ArrowCursor
        is_on_split_line = self.pointer is not None and self._comparison.is_on_split_line(
            self.pointer
        )
        if self._drags_split or (is_on_split_line and self._active is None):
            return Qt.CursorShape.SplitHCursor
        if self.is_panning:
            is_dragged = self._panned_from is not None
            return Qt.CursorShape.ClosedHandCursor if is_dragged else Qt.CursorShape.OpenHandCursor
        return self._tool_cursor()

    def _tool_cursor(self) -> Qt.CursorShape:
        if self._tool_state.tool is not ToolName.HAND:
            is_outlined = self.tool_overlay.brush_radius is not None
            return Qt.CursorShape.BlankCursor if is_outlined else Qt.CursorShape.CrossCursor
        is_face = self._hovered is not None
        return Qt.CursorShape.PointingHandCursor if is_face else Qt.CursorShape.OpenHandCursor

    def _face_under_pointer(self) -> int | None:
        if self._at is None or self._document.photo is None:
            return None
        return face_at(self._document, self._contact(Pointer(self._at)).at)
