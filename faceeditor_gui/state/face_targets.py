"""What of a person can be made like an exemplar: face parts, and what no landmarks outline."""

from __future__ import annotations

from enum import StrEnum

from core.anatomy.parts import FacePart


class StyleTarget(StrEnum):
    """What lies beyond the parts of a face."""

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
