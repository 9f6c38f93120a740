"""How a new shape or region combines with the mask, and the modifier keys for it."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt


class MaskMode(StrEnum):
    """How a new shape or region combines with the mask."""

    ADD = "add"
    SUBTRACT = "subtract"
    REPLACE = "replace"


def mask_mode_of(modifiers: Qt.KeyboardModifier, *, is_opposite: bool = False) -> MaskMode | None:
    """Return the mask mode that the modifier keys ask for, if any.

    Args:
        modifiers: the held keys.
        is_opposite: whether the right button or a pen's eraser is used.
    """
    if is_opposite or modifiers & Qt.KeyboardModifier.AltModifier:
        return MaskMode.SUBTRACT
    return MaskMode.ADD if modifiers & Qt.KeyboardModifier.ShiftModifier else None
