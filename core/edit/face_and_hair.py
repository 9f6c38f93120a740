"""Edits of a face, its hair and its glasses: the face first, hair around it, glasses over both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.anatomy.landmarks import Landmarks
from core.anatomy.parts import FacePart
from core.edit.glasses.glasses_transfer import transfer_glasses
from core.edit.hair.hair_transfer import transfer_hair
from core.edit.layered_result import LayeredResult
from core.edit.networks import Networks
from core.edit.requests import EditResult, Exemplar, ExemplarRequest, StyleRequest
from core.edit.style.restyle import restyle
from core.edit.style.restyle_hair import restyle_hair
from core.edit.transfer.masked_transfer import transfer_under_mask
from core.edit.transfer.part_transfer import transfer_parts
from core.imaging.arrays import Image
from core.progress import Report, part_of

_FIRST_PROGRESS = 0.6  # of the progress

_MakeResult = Callable[[Image, Landmarks, Report], EditResult]


def transfer_pixels(request: ExemplarRequest, networks: Networks, report: Report) -> EditResult:
    """Transfer parts of the exemplar's face, hair, glasses, or what a mask covers, as pixels.

    Raises:
        InvalidRequestError: the exemplar does not suit.
        CheckpointError: the weights of a network are missing or damaged.
    """
    if request.mask is not None:
        return transfer_under_mask(request, networks, report)
    if request.glasses:
        return _with_glasses(request, networks, report)
    if not request.hair:
        return transfer_parts(request, networks, report)
    if not request.parts:
        return transfer_hair(request, networks, report)

    def hair(image: Image, landmarks: Landmarks, report: Report) -> EditResult:
        single = replace(request, image=image, landmarks=landmarks, parts=())
        return transfer_hair(single, networks, report)

    parts = transfer_parts(
        replace(request, hair=False), networks, part_of(report, 0.0, _FIRST_PROGRESS)
    )
    return _make_both(request, parts, hair, report)


def _with_glasses(request: ExemplarRequest, networks: Networks, report: Report) -> EditResult:
    """Put the exemplar's glasses over whatever else is transferred."""
    if not request.parts and not request.hair:
        return transfer_glasses(request, networks, report)

    def glasses(image: Image, landmarks: Landmarks, report: Report) -> EditResult:
        single = replace(request, image=image, landmarks=landmarks, parts=(), hair=False)
        return transfer_glasses(single, networks, report)

    first = part_of(report, 0.0, _FIRST_PROGRESS)
    rest = transfer_pixels(replace(request, glasses=False), networks, first)
    return _make_both(request, rest, glasses, report)


def transfer_style(request: StyleRequest, networks: Networks, report: Report) -> EditResult:
    """Paint what is asked for in another style; of a whole look only the hair.

    The inner face of an exemplar suits a face better as pixels.

    Raises:
        InvalidRequestError: the exemplar does not suit, or the area leaves the face.
        CheckpointError: the weights of a network are missing or damaged.
    """
    if not request.hair or request.exemplar is None:
        return restyle(request, networks, report)
    if not request.parts:
        return restyle_hair(request, networks, report)
    first = part_of(report, 0.0, _FIRST_PROGRESS)
    if request.is_whole_look:

        def hair(image: Image, landmarks: Landmarks, report: Report) -> EditResult:
            single = replace(request, image=image, landmarks=landmarks, parts=())
            return restyle_hair(single, networks, report)

        face = transfer_parts(_inner_face(request, request.exemplar), networks, first)
        return _make_both(request, face, hair, report)

    def parts(image: Image, landmarks: Landmarks, report: Report) -> EditResult:
        single = replace(request, image=image, landmarks=landmarks, hair=False)
        return restyle(single, networks, report)

    return _make_both(request, restyle_hair(request, networks, first), parts, report)


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


def _make_both(
    request: ExemplarRequest | StyleRequest,
    first: EditResult,
    make_second: _MakeResult,
    report: Report,
) -> EditResult:
    """Composite a first result, and make another of that; both are one result."""
    layers = LayeredResult(request)
    layers.add(first)
    layers.add(make_second(layers.image, layers.landmarks, part_of(report, _FIRST_PROGRESS, 1.0)))
    return layers.flatten()
