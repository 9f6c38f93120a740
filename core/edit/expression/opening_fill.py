"""Paints what a move of the face has opened, of which the photo has no pixels: a mouth, an eye."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from core.anatomy.landmarks import Landmarks, line_map, mouth_width
from core.edit.compositing import frame_resampling
from core.edit.compositing.grain import add_grain
from core.edit.compositing.membrane_fill import fill_with_residual
from core.edit.expression.mouth_cavity import darken_cavity
from core.edit.networks import DRAFT_SIZES, FRAME_SIZES, REFINED_FROM, Networks
from core.edit.requests import ExpressionRequest, ReshapeRequest, SmileRequest
from core.edit.warping.warp import WarpedWindow
from core.face.align import Frame
from core.imaging.alpha import composite
from core.imaging.arrays import Floats, Image, Mask
from core.imaging.depth import to_8_bit
from core.imaging.masks import dilate, feather, fill_polygon
from core.imaging.windows import bounding_window
from core.progress import Report
from core.runtime.membrane import fill_membrane

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
    """Makes the mask of what is painted in a frame of the photo, (S, S) uint8."""
    share: float
    """0..1: how much of it is painted; the rest is the moved photo."""
    has_cavity: bool = False
    """A mouth that may be open wider than teeth are high."""

    def shaded(self, painted: Image, landmarks: Landmarks) -> Image:
        """Darken a mouth below its teeth, in a frame of `painted`'s size."""
        if not self.has_cavity:
            return painted
        frame = self.frame.resized(len(painted))
        return darken_cavity(painted, frame.to_frame(landmarks))


def outline_mask(frame: Frame, landmarks: Landmarks, outlines: tuple[tuple[int, ...], ...]) -> Mask:
    """Cover the inside of closed outlines through landmarks, dilated a little.

    Args:
        landmarks: (68, 2) in pixels of the frame.
        outlines: indices of the landmarks, in order.

    Returns:
        (S, S) uint8 coverage.
    """
    shape = (frame.size, frame.size)
    mask = np.zeros(shape, np.uint8)
    for group in outlines:
        np.maximum(mask, fill_polygon(shape, landmarks[list(group)]), out=mask)
    return dilate(mask, max(1.0, _DILATION * mouth_width(landmarks)))


def paint_opening(
    networks: Networks,
    request: SmileRequest | ExpressionRequest | ReshapeRequest,
    moved: WarpedWindow,
    opening: Opening,
    landmarks: Landmarks,
    report: Report,
) -> tuple[str, ...]:
    """Paint an opening of a moved window in place.

    Args:
        request: names the network; a draft does without the refiner.
        moved: holds all of the photo that the opening's frame shows.
        landmarks: (68, 2) after the move, in pixels of the photo.

    Returns:
        Notices for the user.

    Raises:
        InvalidRequestError: there is no such model.
        CheckpointError: its weights are missing or damaged.
    """

    def inputs(size: int) -> tuple[Frame, Mask, Mask]:
        frame = opening.frame.within(moved.window).resized(size)
        cut = to_8_bit(frame.crop(moved.image))
        return frame, cut, opening.cover(opening.frame.resized(size))

    def paint(device: torch.device, size: int) -> tuple[Floats, Mask, Frame]:
        frame, cut, hole = inputs(size)
        lines = line_map(opening.frame.resized(size).to_frame(landmarks), size)
        painted = networks.paint(request.model, device, cut, hole, lines, report)
        painted = opening.shaded(painted, landmarks)
        residual = painted - fill_membrane(cut, hole)
        if request.draft or frame.scale * REFINED_FROM > 1:
            return residual, hole, frame
        frame, cut, hole = inputs(2 * size)
        painted = networks.refine(device, cut, hole, residual)
        painted = opening.shaded(painted, landmarks)
        return painted - fill_membrane(cut, hole), hole, frame

    sizes = DRAFT_SIZES if request.draft else FRAME_SIZES
    (residual, hole, frame), notices = networks.run(paint, sizes)
    _composite_opening(moved, residual, hole, frame, opening.share, with_grain=not request.draft)
    return notices


def _composite_opening(
    moved: WarpedWindow,
    residual: Floats,
    hole: Mask,
    frame: Frame,
    share: float,
    *,
    with_grain: bool,
) -> None:
    window = frame.window(moved.coverage.shape, margin=frame_resampling.CONTEXT_PX)
    image, coverage, frame = moved.image[window], moved.coverage[window], frame.within(window)
    whole = slice(0, coverage.shape[0]), slice(0, coverage.shape[1])
    soft = frame_resampling.resample_mask(feather(hole, _FEATHER * frame.size), frame, whole)
    soft = np.asarray(cv2.convertScaleAbs(soft, alpha=share), np.uint8)
    if soft.any():
        part = bounding_window(soft)
        unknown = frame_resampling.resample_mask(hole, frame, whole)
        filled = fill_with_residual(image, unknown, residual, frame, part)
        composite(image[part], filled, soft[part])
        if with_grain and frame.scale * _GRAINED_FROM < 1:
            add_grain(image, soft, unknown)
        np.maximum(coverage, soft, out=coverage)
