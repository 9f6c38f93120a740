"""What a JPEG file gives up for its size; importable without an encoder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class JpegOptions:
    """Quality and subsampling of the colours."""

    quality: int = 95
    """1..100."""
    subsampling: int = 0
    """0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0."""


BEST_JPEG = JpegOptions()
