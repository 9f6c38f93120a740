"""The parts that an exemplar can be applied to: face parts, and those no landmarks outline."""

from __future__ import annotations

from enum import StrEnum

from core.anatomy.parts import FacePart


class WholePart(StrEnum):
    """Parts beyond those of the face."""

    HAIR = "hair"
    GLASSES = "glasses"  # as pixels only
    MASK = "mask"  # what the user has painted
    LOOK = "look"  # inner face and hair


ExemplarPart = FacePart | WholePart
ExemplarParts = tuple[ExemplarPart, ...]
"""At least one; each `WholePart` stands alone."""


def face_parts_of(parts: ExemplarParts) -> tuple[FacePart, ...]:
    """List the face parts among exemplar parts."""
    if WholePart.LOOK in parts:
        return (FacePart.FACE,)
    return tuple(one for one in parts if isinstance(one, FacePart))


def has_glasses(parts: ExemplarParts) -> bool:
    """Tell whether exemplar parts are the glasses."""
    return WholePart.GLASSES in parts


def has_hair(parts: ExemplarParts) -> bool:
    """Tell whether exemplar parts include the hair."""
    return WholePart.HAIR in parts or WholePart.LOOK in parts
