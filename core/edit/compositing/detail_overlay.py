"""Brings what was painted in a frame to full size, with the detail of the exemplar itself."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.edit.compositing import blend
from core.edit.compositing.smooth_base import Surface, enlarged
from core.face.align import Frame
from core.imaging.arrays import Floats, Image, Pixels, Window
from core.imaging.depth import to_8_bit
from core.imaging.parallel import on_tiles
from core.imaging.resampling import four, three
from core.runtime.membrane import membrane

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
    low: Floats
    """(S, S, 3) what the network's frame shows of it, in the photo's units."""
    gain: Floats
    """(S, S) by what the rest is multiplied."""
    frame: Frame
    """Of both, in pixels of the window."""


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
    values = membrane(*surface.view(finer, _LEAST_CELLS)) + enlarged(residual, _FINER)
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
        cv2.GaussianBlur(_grey(to_8_bit(one)), (0, 0), _SMOOTH_PX) for one in (painted, shown)
    )
    gain = np.clip((ours + _DARK) / (theirs + _DARK), *_GAINS).astype(np.float32)
    finer = frame.resized(_FINER * frame.size)
    low = enlarged(shown.astype(np.float32), _FINER)
    return Detail(image, low, enlarged(gain, _FINER), finer)


def compose(base: Smooth, over: Detail | None, like: Image) -> Image:
    """Bring a base, and detail if there is any, to full size.

    Args:
        base: what lies below.
        over: what is added.
        like: (h, w, 3) of the size and depth that are wanted.
    """
    made, below = np.empty_like(like), four(base.values)
    smooth = None if over is None else cv2.merge([*cv2.split(over.low), over.gain])

    def one(tile: Window, _: Window) -> None:
        values = three(blend.into_window(below, base.frame, tile, cv2.INTER_LINEAR))
        fine = np.zeros_like(values)
        if over is not None and smooth is not None:
            here = blend.into_window(smooth, over.frame, tile, cv2.INTER_LINEAR)
            fine = over.image[tile] - three(here)
            gain = three(np.asarray(cv2.extractChannel(here, 3)))
            fine *= np.where(fine > 0, np.minimum(gain, 1), gain)
        made[tile] = blend.added(values, fine, like.dtype)

    on_tiles((slice(0, like.shape[0]), slice(0, like.shape[1])), one)
    return made


def _grey(image: Pixels) -> Floats:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32)
