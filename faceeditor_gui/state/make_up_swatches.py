"""The make-up that one click gives, layer by layer. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class MakeUpLayer(StrEnum):
    """What is coloured; each is a field of `MakeUpRequest`."""

    LIPS = "lips"
    SHADOW = "shadow"
    LINER = "liner"
    BLUSH = "blush"


class MakeUpSwatch(NamedTuple):
    """A colour of make-up and its name."""

    name: str
    colour: tuple[int, int, int]
    """RGB, 0..255 each."""


MAKE_UP_SWATCHES: Mapping[MakeUpLayer, tuple[MakeUpSwatch, ...]] = {
    MakeUpLayer.LIPS: (
        MakeUpSwatch("Nude", (176, 112, 100)),
        MakeUpSwatch("Rosewood", (160, 76, 82)),
        MakeUpSwatch("Red", (170, 32, 44)),
        MakeUpSwatch("Berry", (118, 28, 66)),
    ),
    MakeUpLayer.SHADOW: (
        MakeUpSwatch("Taupe", (126, 98, 84)),
        MakeUpSwatch("Smoke", (72, 66, 70)),
        MakeUpSwatch("Plum", (104, 64, 96)),
        MakeUpSwatch("Petrol", (48, 88, 108)),
    ),
    MakeUpLayer.LINER: (
        MakeUpSwatch("Black", (24, 20, 22)),
        MakeUpSwatch("Brown", (66, 44, 34)),
        MakeUpSwatch("Navy", (30, 38, 84)),
        MakeUpSwatch("Moss", (58, 70, 44)),
    ),
    MakeUpLayer.BLUSH: (
        MakeUpSwatch("Peach", (222, 138, 112)),
        MakeUpSwatch("Rose", (208, 104, 116)),
        MakeUpSwatch("Mauve", (178, 96, 124)),
        MakeUpSwatch("Terracotta", (176, 96, 72)),
    ),
}
