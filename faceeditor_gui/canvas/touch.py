"""Fingers on the canvas: one does what the tool in hand does, two move and zoom the photo."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QTouchEvent

from faceeditor_gui.canvas.tools.pointer import Pointer

if TYPE_CHECKING:
    from faceeditor_gui.canvas.canvas import Canvas

_LEFT = Qt.MouseButton.LeftButton


class Fingers:
    """What the fingers on one canvas are doing."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._pinch: tuple[QPointF, float] | None = None
        self._is_pinching = False

    def take(self, event: QTouchEvent) -> None:
        """Answer a touch event."""
        places = [point.position() for point in event.points()]
        if event.type() is QEvent.Type.TouchBegin:
            self._is_pinching, self._pinch = False, None
        if len(places) > 1:
            self._move_photo(places[0], places[1])
        elif not self._is_pinching:
            self._use_tool(event.type(), places[0])

    def take_on_pad(self, event: QNativeGestureEvent) -> bool:
        """Answer fingers on a touch pad; tells whether it was a gesture that is known."""
        if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._canvas.zoom(1 + event.value(), event.position())
        elif event.gestureType() is Qt.NativeGestureType.RotateNativeGesture:
            self._canvas.turn(event.value())
        else:
            return False
        return True

    def _use_tool(self, kind: QEvent.Type, place: QPointF) -> None:
        gestures, pointer = self._canvas.gestures, Pointer(place, _LEFT)
        if kind is QEvent.Type.TouchBegin:
            gestures.press(pointer)
        elif kind is QEvent.Type.TouchUpdate:
            gestures.move(pointer)
        elif kind is QEvent.Type.TouchEnd:
            gestures.release(pointer)
            gestures.leave()
        else:
            self._drop_gesture(place)

    def _move_photo(self, first: QPointF, second: QPointF) -> None:
        middle = (first + second) / 2
        spread = math.dist(first.toTuple(), second.toTuple())
        if not self._is_pinching:
            self._is_pinching = True
            self._drop_gesture(middle)
        if self._pinch is not None and spread > 0 and self._pinch[1] > 0:
            before, spread_before = self._pinch
            self._canvas.pan(middle - before)
            self._canvas.zoom(spread / spread_before, middle)
        self._pinch = middle, spread

    def _drop_gesture(self, place: QPointF) -> None:
        """End what one finger began, without a trace."""
        self._canvas.gestures.cancel()
        self._canvas.gestures.release(Pointer(place, _LEFT))
        self._canvas.gestures.leave()
