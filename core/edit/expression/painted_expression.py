"""The paper's way to an expression: a network repaints the face in a small frame.

Only what changes is taken from it, enlarged: how the photo's own pixels move, and what is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import cv2
import numpy as np
import torch

from core.anatomy.landmarks import Landmarks
from core.edit.compositing.frame_resampling import cut_8_bit, frame_to_window, resample_mask
from core.edit.networks import FRAME_SIZES, Networks, PaintedChange
from core.face.align import Frame, canonical_frame
from core.face.expression_frame import expression_frame
from core.imaging.arrays import Floats, Image, Image8, Mask, Pixels, Window
from core.imaging.masks import dilate, feather, fill_hull
from core.imaging.resampling import Interpolation, resample, resize
from core.imaging.windows import is_empty
from core.progress import Report

_GROWN = 0.05  # of the frame's side: jaws drop, brows rise
_FEATHER = 0.03
_BORDER = 0.02
_OWN_DETAIL = 40.0
"""8-bit levels of change at which the photo's own detail is down to a third: what was there is
no more."""


MODEL = "sa_stargan"


class PaintedExpression(NamedTuple):
    """A repainted window of the photo."""

    image: Image
    """(h, w, 3) in the photo's depth."""
    coverage: Mask
    """(h, w) uint8, 0 where nothing changes."""
    window: Window
    notices: tuple[str, ...]
    """Sentences for the user."""


def paint_expression(
    networks: Networks,
    image: Image,
    landmarks: Landmarks,
    weights: Mapping[str, float],
    strength: float,
    report: Report,
) -> PaintedExpression | None:
    """Let a network repaint a face with another expression.

    Args:
        image: (H, W, 3) uint8 or uint16.
        landmarks: (68, 2) of the face.
        weights: 0..1 by names of `core.models.sa_stargan.model.CLASSES`.
        strength: 0..1, how much of the change is taken.

    Returns:
        None where the frame lies outside the photo.

    Raises:
        InvalidRequestError: the network knows other classes.
        CheckpointError: its weights are missing or damaged.
        DeviceError: even the smallest frame does not fit into memory.
    """
    whole = expression_frame(canonical_frame(landmarks), FRAME_SIZES[0])
    window = whole.window(image.shape)
    if is_empty(window):
        return None

    def paint(device: torch.device, size: int) -> tuple[Image8, PaintedChange, Frame]:
        report(0.2, "Loading model")
        frame = whole.resized(size)
        cut = cut_8_bit(image, frame)
        report(0.4, "Generating")
        return cut, networks.express(MODEL, device, cut, weights), frame

    (cut, change, frame), notices = networks.run(paint)
    report(0.9, "Compositing")
    part = frame.within(window)
    moved = _move(image[window], change.move * np.float32(strength), part)
    painted = _add(moved, change.added * np.float32(strength), cut, part)
    cover = resample_mask(face_cover(frame, landmarks), frame, window)
    return PaintedExpression(painted, cover, window, notices)


def face_cover(frame: Frame, landmarks: Landmarks) -> Mask:
    """Cover the face in its frame, fading at its outline and within the frame's border.

    Args:
        frame: of `expression_frame`.
        landmarks: (68, 2) in the photo.

    Returns:
        (S, S) uint8.
    """
    side = frame.size
    cover = dilate(fill_hull((side, side), frame.to_frame(landmarks)), _GROWN * side)
    border = max(round((_BORDER + 3 * _FEATHER) * side), 1)
    inner = np.zeros_like(cover)
    inner[border:-border, border:-border] = cover[border:-border, border:-border]
    soft = feather(inner, _FEATHER * side)
    edge = max(round(_BORDER * side), 1)
    soft[:edge], soft[-edge:], soft[:, :edge], soft[:, -edge:] = 0, 0, 0, 0
    return soft


def _move(photo: Image, move: Floats, frame: Frame) -> Pixels:
    """Move the pixels of a window of the photo, (h, w, 3) uint8 or uint16, as a frame's move says.

    Args:
        photo: the window.
        move: (S, S, 2) in pixels of the frame.
        frame: in pixels of the window.
    """
    if not move.any():
        return photo
    height, width = photo.shape[:2]
    offsets = (move @ np.linalg.inv(frame.matrix[:, :2]).T).astype(np.float32)
    whole = slice(0, height), slice(0, width)
    enlarged = [
        frame_to_window(np.ascontiguousarray(offsets[..., axis]), frame, whole, cv2.INTER_CUBIC)
        for axis in (0, 1)
    ]
    down, across = np.mgrid[:height, :width].astype(np.float32)
    return resample(photo, across + enlarged[0], down + enlarged[1], Interpolation.LANCZOS)


def _add(photo: Pixels, added: Floats, cut: Image8, frame: Frame) -> Image:
    """Add what was painted to a window of the photo, whose own detail gives way where it is much.

    Args:
        photo: (h, w, 3) uint8 or uint16.
        added: (S, S, 3) in 8-bit units.
        cut: (S, S, 3) what the network saw.
        frame: in pixels of the window.
    """
    low = cut.astype(np.float32)
    if frame.scale > 1:  # the photo is smaller: no pixel of the frame is skipped
        size = max(round(frame.size / frame.scale), 1)
        low, added = (resize(one, (size, size), cv2.INTER_AREA) for one in (low, added))
        frame = frame.resized(size)
    levels = np.float32(np.iinfo(photo.dtype).max / 255)
    whole = slice(0, photo.shape[0]), slice(0, photo.shape[1])
    amount = cv2.GaussianBlur(np.abs(added).max(axis=2), (0, 0), 1.0)
    kept = np.exp(-amount / _OWN_DETAIL)

    def enlarged(values: Pixels) -> Floats:
        return np.asarray(frame_to_window(values, frame, whole, cv2.INTER_CUBIC), np.float32)

    base = enlarged(low) * levels
    share = enlarged(np.repeat(kept[..., None], 3, axis=2)).clip(0, 1)
    values = base + enlarged(added) * levels + (photo - base) * share
    rounded: Pixels = np.rint(values).clip(0, np.iinfo(photo.dtype).max)
    result: Image = rounded.astype(photo.dtype)
    return result
