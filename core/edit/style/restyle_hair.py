"""Hair in another person's style: laid as pixels first, then painted anew where it lies.

The pixels say where the hair ends, what is behind it and how its strands run; the style, its
mixes and variations, says how it looks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks
from core.edit.compositing.blend import enlarge_mask
from core.edit.hair.hair_transfer import Wig, put_on
from core.edit.inpainting.hole_lines import DRAWN
from core.edit.layered_result import Stack
from core.edit.networks import Painters
from core.edit.requests import EditResult, ExemplarRequest, StyleRequest
from core.edit.style.restyle import restyle
from core.face.align import canonical_frame
from core.imaging.arrays import Image, Mask, Points
from core.imaging.masks import dilate, fill_hull
from core.progress import Report, part_of

_LAYING = 0.5  # of the progress
_LOOKED_AT = 0.2  # around the canonical frame, of its side
_SOLID, _WHOLE = 0.8, 0.98
"""Coverage of hair from which on it is painted anew, and where all of it is: what shines through at
its edges stays as it was laid."""
_RIM_PX, _SOFT_PX = 6, 2.5
"""Of the wig's frame: how wide the rim is that stays, and how softly it ends."""
_NEAR = 0.04
"""How far from the hair what is sketched may lie, of the frame's side."""


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

    def lay() -> Wig:
        wig = put_on(request, painters, report)
        return wig._replace(result=replace(wig.result, request=_without_pictures(request)))

    wig = painters.laid.answer(
        f"hair {request.image.shape} {request.draft}",
        lay,
        _around(request.image, request.landmarks),
        request.landmarks,
        _around(request.exemplar, request.exemplar_landmarks),
        request.exemplar_landmarks,
    )
    return cast(Wig, wig)


def _without_pictures(request: ExemplarRequest) -> ExemplarRequest:
    """Return a request that whoever remembers it can keep: a photo takes a hundred megabytes."""
    image, exemplar = (one[:1, :1].copy() for one in (request.image, request.exemplar))
    return replace(request, image=image, exemplar=exemplar)


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
    table = np.rint(shares.clip(0, 1) * 255).astype(np.uint8)
    hair = _within(np.asarray(cv2.LUT(wig.hair, table), np.uint8))
    if request.lines is not None:
        points = wig.frame.to_frame(request.landmarks)
        hair = np.maximum(hair, _sketched(request.lines, wig, points))
    height, width = request.image.shape[:2]
    return enlarge_mask(hair, wig.frame, (slice(0, height), slice(0, width)))


def _within(hair: Mask) -> Mask:
    """Stay a little away from the outline: the network must see hair around what it paints."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _RIM_PX + 1,) * 2)
    return np.asarray(cv2.GaussianBlur(cv2.erode(hair, disc), (0, 0), _SOFT_PX), np.uint8)


def _sketched(lines: Mask, wig: Wig, points: Points) -> Mask:
    """Cover what lines at the hair go around, but not the inner face; (S, S) as the hair.

    Lines elsewhere are there for other edits.

    Args:
        lines: (H, W) of the photo.
        wig: the hair that was laid.
        points: (68, 2) of the face, in the wig's frame.
    """
    near = dilate(wig.hair, _NEAR * wig.frame.size) > 0
    covered = np.zeros_like(wig.hair)
    for outline in _outlines(lines):
        inside = fill_hull(covered.shape, wig.frame.to_frame(outline))
        if near[inside > 0].any():
            covered |= inside
    return covered & ~dilate(fill_hull(covered.shape, points), 1)


def _outlines(lines: Mask) -> list[Points]:
    """List (K, 2) points around each of the lines."""
    drawn = np.asarray(cv2.inRange(lines, DRAWN + 1, 255), np.uint8)
    found, _ = cv2.findContours(drawn, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [np.asarray(one[:, 0], np.float64) for one in found]
