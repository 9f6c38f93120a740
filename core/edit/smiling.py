"""Makes a face smile: the photo's own pixels move, a network paints the inside of the mouth."""

from __future__ import annotations

import cv2
import numpy as np
import torch

from core.edit import blend, smile
from core.edit.painters import FRAME_SIZES, REFINED_FROM, Painters
from core.edit.request import EditResult, SmileMethod, SmileRequest
from core.edit.shading import shade
from core.edit.warp import Warp, Warped
from core.errors import InvalidRequestError
from core.face.align import Frame
from core.masks import Image, Mask, bounding_window, feather, is_empty
from core.progress import Report
from core.regions import Landmarks, line_map

_PAINT_FEATHER = 1.5 / 128  # of the side of the mouth's frame


def make_smile(request: SmileRequest, painters: Painters, report: Report) -> EditResult:
    """Make one face smile, or stop smiling."""
    report(0.0, "Moving the face")
    if request.strength == 0:
        return EditResult.unchanged(request)
    canonical, own, target = smile.frames(request)
    if is_empty(canonical.window(request.image.shape)):
        raise InvalidRequestError("The face lies outside the picture; choose another face.")
    goal = target if request.method is SmileMethod.WARP else own
    share = smile.painted_share(own, target, request.method)
    mouth = smile.mouth_frame(canonical, target, request.method, FRAME_SIZES[0])
    warp = Warp(canonical, own, goal)
    shown = [mouth.corners()] if share else []
    window = warp.window(request.image.shape, np.concatenate([canonical.to_photo(own), *shown]))
    if is_empty(window):
        return EditResult.unchanged(request)
    moved = warp.move(request.image, window, draft=request.draft)
    if request.method is SmileMethod.WARP:
        shade(moved, canonical, own, target)
    notices: tuple[str, ...] = ()
    if share:
        points = canonical.to_photo(own), canonical.to_photo(target)
        moved, notices = _paint_mouth(painters, request, moved, mouth, points, share, report)
    if not moved.coverage.any():
        return EditResult.unchanged(request)
    report(0.95, "Blending")
    inner = bounding_window(moved.coverage)
    top, left = window[0].start + inner[0].start, window[1].start + inner[1].start
    patch, coverage = moved.image[inner], moved.coverage[inner]
    landmarks = canonical.to_photo(target)
    return EditResult(patch, left, top, coverage, request, notices, share > 0, landmarks)


def _paint_mouth(
    painters: Painters,
    request: SmileRequest,
    moved: Warped,
    mouth: Frame,
    points: tuple[Landmarks, Landmarks],
    share: float,
    report: Report,
) -> tuple[Warped, tuple[str, ...]]:
    """Paint the mouth of a moved window.

    Args:
        mouth: the frame around it, in the photo.
        points: the landmarks before and after the move, in the photo.
        share: how much of it is painted, 0..1; the rest is the moved photo.
    """
    inside = mouth.within(moved.window)

    def paint(device: torch.device, size: int) -> tuple[Image, Mask, Frame]:
        frame, whole = inside.resized(size), mouth.resized(size)
        before, after = (whole.to_frame(one) for one in points)
        hole = smile.paint_mask(frame, after, before, request.method)
        cut, lines = blend.to_8_bit(frame.cut(moved.image)), line_map(after, size)
        painted = painters.paint(request.model, device, cut, hole, lines, report)
        if request.draft or frame.scale * REFINED_FROM > 1:
            return painted, hole, frame
        residual = painted - blend.membrane(cut, hole)
        frame, whole = inside.resized(2 * size), mouth.resized(2 * size)
        before, after = (whole.to_frame(one) for one in points)
        hole = smile.paint_mask(frame, after, before, request.method)
        cut = blend.to_8_bit(frame.cut(moved.image))
        return painters.refine(device, cut, hole, residual), hole, frame

    (painted, hole, frame), notices = painters.run(paint)
    part = frame.window(moved.image.shape)
    if not is_empty(part):
        soft = blend.enlarge_mask(feather(hole, _PAINT_FEATHER * frame.size), frame, part)
        soft = np.asarray(cv2.convertScaleAbs(soft, alpha=share), np.uint8)
        answer = blend.enlarge(painted, frame, part, moved.image.dtype)
        moved.image[part] = blend.mix(moved.image[part], answer, soft)
        np.maximum(moved.coverage[part], soft, out=moved.coverage[part])
    return moved, notices
