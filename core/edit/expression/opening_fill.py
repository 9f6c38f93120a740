"""Paints what a move of the face has opened and the photo has no pixels of: a mouth, an eye."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from core.anatomy.landmarks import Landmarks, line_map, mouth_width
from core.edit.compositing import blend
from core.edit.compositing.grain import add_grain
from core.edit.compositing.smooth_base import lay_residual
from core.edit.networks import DRAFT_SIZES, FRAME_SIZES, REFINED_FROM, Painters
from core.edit.requests import ReshapeRequest, SmileRequest
from core.edit.warping.warp import Warped
from core.face.align import Frame
from core.imaging.alpha import composite
from core.imaging.arrays import Floats, Mask
from core.imaging.depth import to_8_bit
from core.imaging.masks import dilate, feather, fill_polygon
from core.imaging.windows import bounding_window
from core.progress import Report
from core.runtime.membrane import membrane

_FEATHER = 1.5 / 128  # of the side of the opening's frame
_DILATION = 0.045  # of the mouth's width
_GRAINED_FROM = 1.5
"""Photo pixels per pixel of a frame from which on what is painted has no grain of its own."""


@dataclass(frozen=True, eq=False)
class Opening:
    """A part of a moved face that is to be painted."""

    frame: Frame
    """What the network sees, in the photo."""
    cover: Callable[[Frame], Mask]
    """Covers what is painted in a frame of the photo, (S, S)."""
    share: float
    """0..1: how much of it is painted; the rest is the moved photo."""


def outline_mask(frame: Frame, landmarks: Landmarks, outlines: tuple[tuple[int, ...], ...]) -> Mask:
    """Cover the inside of some closed lines through landmarks, and a little of the skin around.

    Args:
        landmarks: (68, 2) in pixels of the frame.
        outlines: indices of the landmarks, in order.
    """
    shape = (frame.size, frame.size)
    mask = np.zeros(shape, np.uint8)
    for group in outlines:
        np.maximum(mask, fill_polygon(shape, landmarks[list(group)]), out=mask)
    return dilate(mask, max(1.0, _DILATION * mouth_width(landmarks)))


def paint_opening(
    painters: Painters,
    request: SmileRequest | ReshapeRequest,
    moved: Warped,
    opening: Opening,
    landmarks: Landmarks,
    report: Report,
) -> tuple[str, ...]:
    """Paint an opening of a moved window in place; returns notices for the user.

    Args:
        request: names the network; a draft does without the refiner.
        moved: holds all of the photo that the opening's frame shows.
        landmarks: (68, 2) after the move, in the photo.
    """

    def seen(size: int) -> tuple[Frame, Mask, Mask]:
        frame = opening.frame.within(moved.window).resized(size)
        cut = to_8_bit(frame.cut(moved.image))
        return frame, cut, opening.cover(opening.frame.resized(size))

    def paint(device: torch.device, size: int) -> tuple[Floats, Mask, Frame]:
        frame, cut, hole = seen(size)
        lines = line_map(opening.frame.resized(size).to_frame(landmarks), size)
        painted = painters.paint(request.model, device, cut, hole, lines, report)
        residual = painted - membrane(cut, hole)
        if request.draft or frame.scale * REFINED_FROM > 1:
            return residual, hole, frame
        frame, cut, hole = seen(2 * size)
        painted = painters.refine(device, cut, hole, residual)
        return painted - membrane(cut, hole), hole, frame

    sizes = DRAFT_SIZES if request.draft else FRAME_SIZES
    (residual, hole, frame), notices = painters.run(paint, sizes)
    _lay(moved, residual, hole, frame, opening.share, with_grain=not request.draft)
    return notices


def _lay(
    moved: Warped, residual: Floats, hole: Mask, frame: Frame, share: float, *, with_grain: bool
) -> None:
    window = frame.window(moved.coverage.shape, margin=blend.CONTEXT_PX)
    image, coverage, frame = moved.image[window], moved.coverage[window], frame.within(window)
    whole = slice(0, coverage.shape[0]), slice(0, coverage.shape[1])
    soft = blend.enlarge_mask(feather(hole, _FEATHER * frame.size), frame, whole)
    soft = np.asarray(cv2.convertScaleAbs(soft, alpha=share), np.uint8)
    if soft.any():
        part = bounding_window(soft)
        unknown = blend.enlarge_mask(hole, frame, whole)
        answer = lay_residual(image, unknown, residual, frame, part)
        composite(image[part], answer, soft[part])
        if with_grain and frame.scale * _GRAINED_FROM < 1:
            add_grain(image, soft, unknown)
        np.maximum(coverage, soft, out=coverage)
