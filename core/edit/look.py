"""Edits of a face and its hair: the face first, then the hair around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.edit import blend
from core.edit.exemplar import take_parts
from core.edit.painters import Painters
from core.edit.request import EditResult, Exemplar, ExemplarRequest, StyleRequest
from core.edit.style import restyle
from core.edit.under_mask import take_under_mask
from core.edit.wig import take_hair
from core.face.parts import FacePart
from core.masks import Image, bounding_window
from core.progress import Report, part_of
from core.regions import Landmarks

_FACE_SHARE = 0.6  # of the progress

_MakeHair = Callable[[Image, Landmarks, Report], EditResult]


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

    parts = take_parts(replace(request, hair=False), painters, part_of(report, 0.0, _FACE_SHARE))
    return _around(request, parts, hair, report)


def take_style(request: StyleRequest, painters: Painters, report: Report) -> EditResult:
    """Paint what is asked for in another style; of a whole look only the hair.

    The inner face of an exemplar suits a face better as pixels.
    """
    if not request.is_whole_look or request.exemplar is None:
        return restyle(request, painters, report)

    def hair(image: Image, landmarks: Landmarks, report: Report) -> EditResult:
        alone = replace(request, image=image, landmarks=landmarks, parts=())
        return restyle(alone, painters, report)

    pixels = _inner_face(request, request.exemplar)
    face = take_parts(pixels, painters, part_of(report, 0.0, _FACE_SHARE))
    return _around(request, face, hair, report)


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


def _around(
    request: ExemplarRequest | StyleRequest, face: EditResult, make_hair: _MakeHair, report: Report
) -> EditResult:
    """Lay a face into the photo, then make hair around it; what both changed is one result."""
    image = request.image.copy()
    _lay(image, face)
    landmarks = request.landmarks if face.landmarks is None else face.landmarks
    hair = make_hair(image, landmarks, part_of(report, _FACE_SHARE, 1.0))
    _lay(image, hair)
    changed = (image != request.image).any(axis=2)
    if not changed.any():
        return EditResult.unchanged(request)
    coverage = np.where(changed, 255, 0).astype(np.uint8)
    rows, columns = bounding_window(coverage)
    return EditResult(
        image[rows, columns].copy(),
        columns.start,
        rows.start,
        coverage[rows, columns].copy(),
        request,
        tuple(dict.fromkeys((*face.notices, *hair.notices))),
        landmarks=face.landmarks,
    )


def _lay(image: Image, result: EditResult) -> None:
    """Lay a result into a picture, in place."""
    height, width = result.coverage.shape
    window = (
        slice(result.top, result.top + height),
        slice(result.left, result.left + width),
    )
    image[window] = blend.mix(image[window], result.patch, result.coverage)
