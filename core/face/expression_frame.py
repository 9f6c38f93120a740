"""Where the expression network sees a face: brows to chin, closer than the canonical frame."""

from __future__ import annotations

from core.face.align import Frame, sub_frame

FRAME_CENTRE = (0.5, 0.635)
FRAME_SIDE = 0.7
"""In sides of the canonical frame."""


def expression_frame(canonical: Frame, size: int) -> Frame:
    """Zoom into a face's canonical frame; the side is of `size` pixels."""
    return sub_frame(canonical, FRAME_CENTRE, FRAME_SIDE, size)
