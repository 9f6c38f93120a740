"""Edits of a face and its hair: the face first, then the hair around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.anatomy.landmarks import Landmarks
from core.anatomy.parts import FacePart
from core.edit.hair.hair_transfer import take_hair
from core.edit.layered_result import Stack
from core.edit.networks import Painters
from core.edit.requests import EditResult, Exemplar, ExemplarRequest, StyleRequest
from core.edit.style.restyle import restyle
from core.edit.style.restyle_hair import restyle_hair
from core.edit.transfer.masked_transfer import take_under_mask
from core.edit.transfer.part_transfer import take_parts
from core.imaging.arrays import Image
from core.progress import Report, part_of

_FIRST_SHARE = 0.6  # of the progress

_Make = Callable[[Image, Landmarks, Report], EditResult]


def take_pixels(request: ExemplarRequest, painters: Painters, report: Report) -> EditResult:
    """Put parts of the exemplar's face, its hair, or what a mask covers on the photo's face."""
    if request.mask is not None:
        return take_under_mask(request, painters, report)
    if not request.hair:
        return take_parts(request, painters, report)
    if not request.parts:
        return take_hair(request, painters, report)

    def hair(image: Image, landmarks: Landmarks, report: Report) -> EditResult:
        alone = replace(request, image=image, landmarks=landmarks, parts=())
        return take_hair(alone, painters, report)

    parts = take_parts(replace(request, hair=False), painters, part_of(report, 0.0, _FIRST_SHARE))
    return _upon(request, parts, hair, report)


def take_style(request: StyleRequest, painters: Painters, report: Report) -> EditResult:
    """Paint what is asked for in another style; of a whole look only the hair.

    The inner face of an exemplar suits a face better as pixels.
    """
    if not request.hair or request.exemplar is None:
        return restyle(request, painters, report)
    if not request.parts:
        return restyle_hair(request, painters, report)
    first = part_of(report, 0.0, _FIRST_SHARE)
    if request.is_whole_look:

        def hair(image: Image, landmarks: Landmarks, report: Report) -> EditResult:
            alone = replace(request, image=image, landmarks=landmarks, parts=())
            return restyle_hair(alone, painters, report)

        face = take_parts(_inner_face(request, request.exemplar), painters, first)
        return _upon(request, face, hair, report)

    def parts(image: Image, landmarks: Landmarks, report: Report) -> EditResult:
        alone = replace(request, image=image, landmarks=landmarks, hair=False)
        return restyle(alone, painters, report)

    return _upon(request, restyle_hair(request, painters, first), parts, report)


def _inner_face(request: StyleRequest, exemplar: Exemplar) -> ExemplarRequest:
    return ExemplarRequest(
        request.image,
        request.landmarks,
        exemplar.image,
        exemplar.landmarks,
        (FacePart.FACE,),
        strength=request.strength,
        draft=request.draft,
    )


def _upon(
    request: ExemplarRequest | StyleRequest, first: EditResult, make: _Make, report: Report
) -> EditResult:
    """Lay a first result into the photo, and make another upon it; both are one result."""
    stack = Stack(request)
    stack.lay(first)
    stack.lay(make(stack.image, stack.landmarks, part_of(report, _FIRST_SHARE, 1.0)))
    return stack.result()
