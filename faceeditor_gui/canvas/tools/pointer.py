"""Pointer events of mouse, pen and finger in one form, and where they touch the photo."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPointingDevice, QSinglePointEvent, QTabletEvent

from core.imaging.arrays import Position


@dataclass(frozen=True)
class Pointer:
    """The pointer on the canvas, in logical pixels."""

    position: QPointF
    button: Qt.MouseButton = Qt.MouseButton.NoButton
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    pressure: float = 1.0
    """0..1; a mouse always presses fully."""
    is_eraser: bool = False
    """Whether it is the far end of a pen."""

    @classmethod
    def of(cls, event: QSinglePointEvent) -> Pointer:
        """Take what a mouse or tablet event says."""
        if not isinstance(event, QTabletEvent):
            return cls(event.position(), event.button(), event.modifiers())
        is_eraser = event.pointerType() is QPointingDevice.PointerType.Eraser
        return cls(event.position(), event.button(), event.modifiers(), event.pressure(), is_eraser)


@dataclass(frozen=True)
class Contact:
    """Where a tool touches the photo."""

    at: Position
    """In image pixels; pixel centres at whole numbers."""
    pressure: float = 1.0
    logical_px: float = 1.0
    """Image pixels that one logical pixel of the screen covers."""
    screen_x: float = 0.0
    screen_y: float = 0.0
    """The pointer's distances from the canvas's left and top in logical pixels."""
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    is_opposite: bool = False
    """Whether the tool is to do the opposite: the right button, or a pen's eraser."""

    def holds(self, modifier: Qt.KeyboardModifier) -> bool:
        """Tell whether a modifier key is held."""
        return bool(self.modifiers & modifier)
