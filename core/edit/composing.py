"""Brings what was painted in a frame to full size, with the detail of the exemplar itself."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.edit import blend
from core.edit.cores import on_all_cores
from core.edit.surface import Surface, enlarged
from core.edit.warp import Floats
from core.face.align import Frame, Pixels
from core.masks import Image, Window

_FINER = 3
"""How much finer than the network's the frame is in which smooth things are made."""
_LEAST_CELLS = 0.5
"""Of the reduced picture, per pixel of that frame, of which its membrane may be made."""
_SMOOTH_PX = 2.0  # of the network's frame: blur under which two brightnesses are compared
_DARK = 24.0
"""Added to brightnesses of 0..255 before they are divided: ratios of blacks mean nothing."""
_GAINS = (0.5, 1.8)
"""Between what detail is scaled; what is brighter than around it is a reflection, which no skin
makes stronger."""
_BAND_PX = 128
"""Rows that one core composes at a time, so that they stay in its cache."""


class Smooth(NamedTuple):
    """What changes slowly, in a frame that is larger than the network's."""

    values: Floats
    """(S, S, 3) in the photo's units."""
    frame: Frame
    """In pixels of the window that is filled."""


class Detail(NamedTuple):
    """What is added of a picture that fills the window."""

    image: Image
    """(h, w, 3)"""
    low: Smooth
    """What the network's frame shows of it."""
    gain: Smooth
    """(S, S, 1) by what the rest is multiplied."""


def ground(surface: Surface, residual: Floats, frame: Frame, near: Window) -> Smooth:
    """Fill a hole by its membrane and what was painted on the frame's one.

    The membrane of a large hole is made in a finer frame, not of all the photo's pixels: it is
    smooth, and its edge is feathered.

    Args:
        surface: a window of the photo, and its hole.
        residual: (S, S, 3) what was added to the membrane of the frame, in 8-bit units.
        frame: in pixels of the window.
        near: the part of the window that is filled.
    """
    finer = frame.resized(_FINER * frame.size)
    if finer.scale >= 1:
        whole = surface.lay(residual, frame, near)
        return Smooth(whole.astype(np.float32), Frame(np.eye(2, 3), max(whole.shape)))
    values = blend.membrane(*surface.view(finer, _LEAST_CELLS)) + enlarged(residual, _FINER)
    return Smooth(values * np.float32(np.iinfo(surface.image.dtype).max / 255), finer.within(near))


def detail(image: Image, shown: Pixels, painted: Image, frame: Frame) -> Detail:
    """Find what an exemplar shows and the frame does not, in the light of the photo.

    Args:
        image: (h, w, 3) the exemplar in a window.
        shown: (S, S, 3) what the frame shows of it, in its depth.
        painted: (S, S, 3) uint8 what was painted there.
        frame: in pixels of the window.
    """
    ours, theirs = (
        cv2.GaussianBlur(_grey(np.asarray(blend.to_8_bit(one), np.uint8)), (0, 0), _SMOOTH_PX)
        for one in (painted, shown)
    )
    gain = np.clip((ours + _DARK) / (theirs + _DARK), *_GAINS).astype(np.float32)
    finer = frame.resized(_FINER * frame.size)
    return Detail(
        image,
        Smooth(enlarged(shown.astype(np.float32), _FINER), finer),
        Smooth(enlarged(gain, _FINER)[..., None], finer),
    )


def compose(base: Smooth, over: Detail | None, like: Image) -> Image:
    """Bring a base, and detail if there is any, to full size.

    Args:
        base: what lies below.
        over: what is added.
        like: (h, w, 3) of the size and depth that are wanted.
    """
    made = np.empty_like(like)
    height, width = like.shape[:2]
    most = np.iinfo(like.dtype).max

    def one(top: int) -> None:
        band = slice(top, min(top + _BAND_PX, height)), slice(0, width)
        values = _in_band(base, band)
        if over is not None:
            values += _scaled(over, band)
        made[band] = np.rint(values, out=values).clip(0, most, out=values)

    on_all_cores(one, range(0, height, _BAND_PX))
    return made


def _scaled(over: Detail, band: Window) -> Floats:
    fine = over.image[band].astype(np.float32)
    fine -= _in_band(over.low, band)
    gain = _in_band(over.gain, band)
    bright = np.maximum(fine, 0)
    bright *= np.maximum(gain - 1, 0)
    fine *= gain
    fine -= bright
    return fine


def _in_band(smooth: Smooth, band: Window) -> Floats:
    values = blend.into_window(smooth.values, smooth.frame, band, cv2.INTER_LINEAR)
    return np.asarray(values.reshape(*values.shape[:2], -1), np.float32)


def _grey(image: Pixels) -> Floats:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32)
