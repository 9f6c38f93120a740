"""What the pointer looks like over the photo while a brush is in hand. No Qt."""

from __future__ import annotations

from enum import StrEnum


class BrushCursor(StrEnum):
    """The three that painting programs offer."""

    OUTLINE = "outline"
    CROSSHAIR = "crosshair"
    PRECISE = "precise"
    """The outline with a small cross in its middle."""
