"""The paper's way to an expression: a network repaints the face in a small frame.

Only what changes is taken from it, enlarged; the photo keeps its own detail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import cv2
import numpy as np
import torch

from core.anatomy.landmarks import Landmarks
from core.edit.compositing.frame_resampling import cut_8_bit, frame_to_window, resample_mask
from core.edit.networks import FRAME_SIZES, Networks
from core.face.align import Frame, canonical_frame
from core.face.expression_frame import expression_frame
from core.imaging.arrays import Floats, Image, Image8, Mask, Pixels, Window
from core.imaging.masks import dilate, feather, fill_hull
from core.imaging.resampling import resize
from core.imaging.windows import is_empty
from core.progress import Report

_GROWN = 0.05  # of the frame's side: jaws drop, brows rise
_FEATHER = 0.03
_BORDER = 0.02
_OWN_DETAIL = 40.0
"""8-bit levels of change at which the photo's own detail is down to a third: what was there is
no more."""


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
    model: str,
    image: Image,
    landmarks: Landmarks,
    weights: Mapping[str, float],
    strength: float,
    report: Report,
) -> PaintedExpression | None:
    """Let a network repaint a face with another expression.

    Args:
        model: name of the network.
        image: (H, W, 3) uint8 or uint16.
        landmarks: (68, 2) of the face.
        weights: 0..1 by names of `core.models.sa_stargan.model.CLASSES`.
        strength: 0..1, how much of the change is taken.

    Returns:
        None where the frame lies outside the photo.

    Raises:
        InvalidRequestError: there is no such model, or it knows other classes.
        CheckpointError: its weights are missing or damaged.
        DeviceError: even the smallest frame does not fit into memory.
    """
    whole = expression_frame(canonical_frame(landmarks), FRAME_SIZES[0])
    window = whole.window(image.shape)
    if is_empty(window):
        return None

    def paint(device: torch.device, size: int) -> tuple[Image8, Image8, Frame]:
        report(0.2, "Loading model")
        frame = whole.resized(size)
        cut = cut_8_bit(image, frame)
        report(0.4, "Generating")
        return cut, networks.express(model, device, cut, weights), frame

    (cut, answer, frame), notices = networks.run(paint)
    report(0.9, "Compositing")
    change = (answer.astype(np.float32) - cut) * np.float32(strength)
    painted = _add_change(image[window], cut, change, frame.within(window))
    cover = face_cover(frame, landmarks)
    return PaintedExpression(painted, resample_mask(cover, frame, window), window, notices)


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


def _add_change(photo: Image, cut: Image8, change: Floats, frame: Frame) -> Image:
    """Add a frame's change to a window of the photo, whose own detail gives way where it is large.

    Args:
        photo: (h, w, 3) uint8 or uint16.
        cut: (S, S, 3) what the network saw.
        change: (S, S, 3) in 8-bit units.
        frame: in pixels of the window.
    """
    low = cut.astype(np.float32)
    if frame.scale > 1:  # the photo is smaller: no pixel of the frame is skipped
        size = max(round(frame.size / frame.scale), 1)
        low, change = (resize(one, (size, size), cv2.INTER_AREA) for one in (low, change))
        frame = frame.resized(size)
    levels = np.float32(np.iinfo(photo.dtype).max / 255)
    whole = slice(0, photo.shape[0]), slice(0, photo.shape[1])
    amount = cv2.GaussianBlur(np.abs(change).max(axis=2), (0, 0), 1.0)
    kept = np.exp(-amount / _OWN_DETAIL)

    def enlarged(values: Pixels) -> Floats:
        return np.asarray(frame_to_window(values, frame, whole, cv2.INTER_CUBIC), np.float32)

    base = enlarged(low) * levels
    share = enlarged(np.repeat(kept[..., None], 3, axis=2)).clip(0, 1)
    values = base + enlarged(change) * levels + (photo - base) * share
    return np.asarray(np.rint(values).clip(0, np.iinfo(photo.dtype).max), photo.dtype)
