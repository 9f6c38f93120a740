"""Takes a whole look: the exemplar's inner face as its own pixels, its hair as a style."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.edit import blend
from core.edit.exemplar import take_parts
from core.edit.painters import Painters
from core.edit.request import EditResult, Exemplar, ExemplarRequest, StyleRequest
from core.edit.style import restyle
from core.face.parts import FacePart
from core.masks import Image, bounding_window
from core.progress import Report, part_of


def take_style(request: StyleRequest, painters: Painters, report: Report) -> EditResult:
    """Paint what is asked for in another style; of a whole look only the hair."""
    if request.is_whole_look and request.exemplar is not None:
        return _take_look(request, request.exemplar, painters, report)
    return restyle(request, painters, report)


def _take_look(
    request: StyleRequest, exemplar: Exemplar, painters: Painters, report: Report
) -> EditResult:
    """Put an exemplar's inner face on the photo's, then paint hair around it."""
    face = take_parts(
        ExemplarRequest(
            request.image,
            request.landmarks,
            exemplar.image,
            exemplar.landmarks,
            (FacePart.FACE,),
            strength=request.strength,
            draft=request.draft,
        ),
        painters,
        part_of(report, 0.0, 0.6),
    )
    image = request.image.copy()
    _lay(image, face)
    landmarks = request.landmarks if face.landmarks is None else face.landmarks
    hair = restyle(
        replace(request, image=image, landmarks=landmarks, parts=()),
        painters,
        part_of(report, 0.6, 1.0),
    )
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
