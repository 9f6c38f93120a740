"""Fingers on the canvas: one does what the tool in hand does, two move and zoom the photo."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QTouchEvent

from faceeditor_gui.canvas.navigation import Navigation
from faceeditor_gui.canvas.pointer_router import PointerRouter
from faceeditor_gui.canvas.tools.pointer import Pointer

_LEFT = Qt.MouseButton.LeftButton


class TouchGestures:
    """What the fingers on one canvas are doing."""

    def __init__(self, navigation: Navigation, pointer_router: PointerRouter) -> None:
        self._navigation = navigation
        self._pointer_router = pointer_router
        self._pinch: tuple[QPointF, float] | None = None
        self._is_pinching = False

    def handle_touch(self, event: QTouchEvent) -> None:
        """Answer a touch event."""
        positions = [point.position() for point in event.points()]
        if event.type() is QEvent.Type.TouchBegin:
            self._is_pinching, self._pinch = False, None
        if len(positions) > 1:
            self._pan_and_zoom(positions[0], positions[1])
        elif not self._is_pinching:
            self._use_tool(event.type(), positions[0])

    def handle_touchpad(self, event: QNativeGestureEvent) -> bool:
        """Answer a gesture on a touch pad; tells whether it was a gesture that is known."""
        if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._navigation.zoom(1 + event.value(), event.position())
        elif event.gestureType() is Qt.NativeGestureType.RotateNativeGesture:
            self._navigation.rotate(event.value())
        else:
            return False
        return True

    def _use_tool(self, kind: QEvent.Type, position: QPointF) -> None:
        pointer_router, pointer = self._pointer_router, Pointer(position, _LEFT)
        if kind is QEvent.Type.TouchBegin:
            pointer_router.press(pointer)
        elif kind is QEvent.Type.TouchUpdate:
            pointer_router.move(pointer)
        elif kind is QEvent.Type.TouchEnd:
            pointer_router.release(pointer)
            pointer_router.leave()
        else:
            self._cancel_gesture(position)

    def _pan_and_zoom(self, first: QPointF, second: QPointF) -> None:
        middle = (first + second) / 2
        spread = math.dist(first.toTuple(), second.toTuple())
        if not self._is_pinching:
            self._is_pinching = True
            self._cancel_gesture(middle)
        if self._pinch is not None and spread > 0 and self._pinch[1] > 0:
            before, spread_before = self._pinch
            self._navigation.pan(middle - before)
            self._navigation.zoom(spread / spread_before, middle)
        self._pinch = middle, spread

    def _cancel_gesture(self, position: QPointF) -> None:
        """End what one finger began, without a trace."""
        self._pointer_router.cancel()
        self._pointer_router.release(Pointer(position, _LEFT))
        self._pointer_router.leave()
