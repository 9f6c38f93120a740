"""Where the expression network sees a face: brows to chin, closer than the canonical frame."""

from __future__ import annotations

FRAME_CENTRE = (0.5, 0.635)
FRAME_SIDE = 0.7
"""In sides of the canonical frame."""
