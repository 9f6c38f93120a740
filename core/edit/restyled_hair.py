"""Hair in another person's style: laid as pixels first, then painted anew where it lies.

The pixels say where the hair ends, what is behind it and how its strands run; the style, its
mixes and variations, says how it looks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import cv2
import numpy as np

from core.edit.blend import enlarge_mask
from core.edit.painters import Painters
from core.edit.request import EditResult, ExemplarRequest, StyleRequest
from core.edit.stack import Stack
from core.edit.style import restyle
from core.edit.wig import Wig, put_on
from core.face.align import canonical_frame
from core.masks import Image, Mask, fill_hull
from core.progress import Report, part_of
from core.regions import Landmarks

_LAYING = 0.5  # of the progress
_LOOKED_AT = 0.2  # around the canonical frame, of its side
_SOLID, _WHOLE = 0.8, 0.98
"""Coverage of hair from which on it is painted anew, and where all of it is: what shines through at
its edges stays as it was laid."""
_DRAWN = 127  # of 255


def restyle_hair(request: StyleRequest, painters: Painters, report: Report) -> EditResult:
    """Give a face hair in the style of the exemplar.

    Args:
        request: has an exemplar; of what is asked for only the hair is looked at.
        painters: the loaded networks.
        report: of the progress.

    Raises:
        InvalidRequestError: the exemplar's hair cannot be laid.
        CheckpointError: the weights of the parser are missing or damaged.
    """
    if request.strength == 0:
        return EditResult.unchanged(request)
    alone = replace(request, parts=())
    wig = _laid(_as_pixels(alone), painters, part_of(report, 0.0, _LAYING))
    stack = Stack(request)
    stack.lay(wig.result)
    hair = _painted_hair(wig, alone)
    if hair.any():
        below = replace(alone, image=stack.image, hair=False, mask=hair, strength=1.0)
        over = part_of(report, _LAYING, 1.0)
        stack.lay(restyle(below, painters, over, keeps_strands=True))
    return stack.result(request.strength)


def _laid(request: ExemplarRequest, painters: Painters, report: Report) -> Wig:
    """Lay the hair, or remember it: mixes and variations paint over the same."""
    wig = painters.laid.answer(
        f"hair {request.image.shape} {request.draft}",
        lambda: put_on(request, painters, report),
        _around(request.image, request.landmarks),
        request.landmarks,
        _around(request.exemplar, request.exemplar_landmarks),
        request.exemplar_landmarks,
    )
    return cast(Wig, wig)


def _around(image: Image, landmarks: Landmarks) -> Image:
    """Cut out all that hair is looked for in."""
    frame = canonical_frame(landmarks)
    return image[frame.window(image.shape, _LOOKED_AT * frame.size / frame.scale)]


def _as_pixels(request: StyleRequest) -> ExemplarRequest:
    assert request.exemplar is not None
    return ExemplarRequest(
        request.image,
        request.landmarks,
        request.exemplar.image,
        request.exemplar.landmarks,
        hair=True,
        draft=request.draft,
    )


def _painted_hair(wig: Wig, request: StyleRequest) -> Mask:
    """Cover what is painted anew: the hair that was laid, and what the user sketched of it."""
    shares = (np.arange(256) / 255 - _SOLID) / (_WHOLE - _SOLID)
    inner = cv2.LUT(wig.hair, np.rint(shares.clip(0, 1) * 255).astype(np.uint8))
    height, width = request.image.shape[:2]
    hair = enlarge_mask(np.asarray(inner, np.uint8), wig.frame, (slice(0, height), slice(0, width)))
    if request.lines is None:
        return hair
    return np.maximum(hair, _sketched(request.lines, request.landmarks))


def _sketched(lines: Mask, landmarks: Landmarks) -> Mask:
    """Cover what the lines of a sketch go around, but not the inner face."""
    covered = np.zeros_like(lines)
    outlines, _ = cv2.findContours(
        np.where(lines > _DRAWN, 255, 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    for outline in outlines:
        covered |= fill_hull(covered.shape, np.asarray(outline, float)[:, 0])
    return covered & ~fill_hull(covered.shape, landmarks)
