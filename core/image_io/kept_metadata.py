"""What of a photo's metadata a file that is written says, by the user's wish."""

from __future__ import annotations

from enum import StrEnum


class KeptMetadata(StrEnum):
    """How much is carried over."""

    KEEP = "keep"
    NO_LOCATION = "no-location"  # nor maker notes, which can tell it
    NONE = "none"  # colours, resolution and the mark of an AI edit all the same
