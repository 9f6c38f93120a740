"""The words for expressions: the blend shapes by their ARKit names, face shapes, the classes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

_PAIRED = (
    "browDown",
    "browInnerUp",
    "browOuterUp",
    "cheekPuff",
    "cheekSquint",
    "eyeBlink",
    "eyeLookDown",
    "eyeLookIn",
    "eyeLookOut",
    "eyeLookUp",
    "eyeSquint",
    "eyeWide",
    "mouthDimple",
    "mouthFrown",
    "mouthLowerDown",
    "mouthPress",
    "mouthSmile",
    "mouthStretch",
    "mouthUpperUp",
    "noseSneer",
)
_UNPAIRED = (
    "jawForward",
    "jawLeft",
    "jawOpen",
    "jawRight",
    "mouthClose",
    "mouthFunnel",
    "mouthLeft",
    "mouthPucker",
    "mouthRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
)
BLEND_SHAPES = (*(f"{name}{side}" for name in _PAIRED for side in ("Left", "Right")), *_UNPAIRED)
"""53 names; Left and Right are the person's own."""
FACE_SHAPES = (
    "faceWidth",
    "jawWidth",
    "chinLength",
    "cheekbones",
    "foreheadHeight",
    "browHeight",
    "eyeSize",
    "eyeDistance",
    "eyeTilt",
    "noseLength",
    "noseWidth",
    "noseTip",
    "lipFullness",
    "mouthWidth",
)
"""Sliders of the face's shape: 1 is about as much more as a tenth of people have, -1 less."""


class Expression(StrEnum):
    """What a face can be asked to express."""

    HAPPY = "happy"
    SAD = "sad"
    ANGRY = "angry"
    SURPRISED = "surprised"
    FEARFUL = "fearful"
    DISGUSTED = "disgusted"
    CONTEMPTUOUS = "contemptuous"
    NEUTRAL = "neutral"  # takes away what the face expresses


def both_sides(name: str) -> tuple[str, ...]:
    """Return the shapes that a name stands for: browDown is browDownLeft and browDownRight."""
    return (f"{name}Left", f"{name}Right") if name in _PAIRED else (name,)


def slider_names() -> tuple[str, ...]:
    """Return the names of all shapes; those that have a left and a right only once."""
    return (*_PAIRED, *_UNPAIRED, *FACE_SHAPES)


def unknown_shapes(names: Iterable[str]) -> list[str]:
    """Return the names that are neither a blend shape's nor a face shape's."""
    return [name for name in names if name not in BLEND_SHAPES and name not in FACE_SHAPES]
