"""What of a person can be made like an exemplar: face parts, and what only a style reaches."""

from __future__ import annotations

from enum import StrEnum

from core.face.parts import FacePart


class StyleTarget(StrEnum):
    """What has no pixels of its own to take, so it is painted in a style."""

    HAIR = "hair"
    MASK = "mask"  # what the user has painted
    LOOK = "look"  # inner face and hair


Target = FacePart | StyleTarget
Targets = tuple[Target, ...]
"""At least one; each `StyleTarget` stands alone."""


def parts_of(targets: Targets) -> tuple[FacePart, ...]:
    """List the parts of the face among what is to change."""
    if StyleTarget.LOOK in targets:
        return (FacePart.FACE,)
    return tuple(one for one in targets if isinstance(one, FacePart))


def has_hair(targets: Targets) -> bool:
    """Tell whether the hair is to change."""
    return StyleTarget.HAIR in targets or StyleTarget.LOOK in targets
