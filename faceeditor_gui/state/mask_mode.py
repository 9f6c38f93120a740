"""What a new shape or region does to the mask that is there, and how modifier keys say so."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt


class Combine(StrEnum):
    """What a new shape or region does to the mask that is there."""

    ADD = "add"
    SUBTRACT = "subtract"
    REPLACE = "replace"


def wish_in(modifiers: Qt.KeyboardModifier, *, is_opposite: bool = False) -> Combine | None:
    """Tell what the modifiers say about the mask that is there, if they do.

    Args:
        modifiers: the keys that are held.
        is_opposite: whether it is done with the right button or a pen's eraser.
    """
    if is_opposite or modifiers & Qt.KeyboardModifier.AltModifier:
        return Combine.SUBTRACT
    return Combine.ADD if modifiers & Qt.KeyboardModifier.ShiftModifier else None
