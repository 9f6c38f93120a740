"""The hair colours that one click gives: natural ones, and three that are not. No Qt."""

from __future__ import annotations

from typing import NamedTuple


class HairSwatch(NamedTuple):
    """A hair colour and its name."""

    name: str
    colour: tuple[int, int, int]
    """RGB, 0..255 each."""


HAIR_SWATCHES = (
    HairSwatch("Black", (28, 24, 24)),
    HairSwatch("Dark brown", (59, 40, 28)),
    HairSwatch("Chestnut", (90, 58, 34)),
    HairSwatch("Copper", (152, 72, 34)),
    HairSwatch("Golden blonde", (190, 150, 92)),
    HairSwatch("Platinum", (222, 208, 180)),
    HairSwatch("Silver", (166, 168, 172)),
    HairSwatch("Rose", (212, 106, 138)),
    HairSwatch("Violet", (108, 62, 150)),
    HairSwatch("Blue", (48, 84, 164)),
)
