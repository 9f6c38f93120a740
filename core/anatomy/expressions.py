"""The words for expressions: the blend shapes by their ARKit names, face shapes, the classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

HIDDEN_SLIDERS: Mapping[str, str] = {
    "cheekPuff": "seen from the front it hardly shows",
    "jawForward": "seen from the front it hardly shows",
    "jawLeft": "teeth that show lean over",
    "jawRight": "teeth that show lean over",
    "mouthClose": "it tears the lips of a mouth that is not wide open",
    "mouthFunnel": "the teeth behind the lips are painted, and the same for everybody",
    "mouthUpperUp": "lips of heads turned to the side tear",
}
"""Sliders that the window does not show, and what was seen on their contact sheets, which
`python -m core.training expressions` draws."""


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


def hidden_sliders(names: Iterable[str]) -> dict[str, str]:
    """Return which of the names belong to `HIDDEN_SLIDERS`, with or without a side, and why."""
    return {
        hidden: reason
        for hidden, reason in HIDDEN_SLIDERS.items()
        if not {hidden, *both_sides(hidden)}.isdisjoint(names)
    }


def unknown_shapes(names: Iterable[str]) -> list[str]:
    """Return the names that are neither a blend shape's nor a face shape's."""
    return [name for name in names if name not in BLEND_SHAPES and name not in FACE_SHAPES]
