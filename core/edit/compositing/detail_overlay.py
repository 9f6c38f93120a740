"""Composites what was painted in a frame, at full size, with the detail of the exemplar itself."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.edit.compositing import frame_resampling
from core.edit.compositing.membrane_fill import MembraneFill, upsample
from core.face.align import Frame
from core.imaging.arrays import Floats, Image, Pixels, Window
from core.imaging.depth import to_8_bit
from core.imaging.parallel import on_tiles
from core.imaging.resampling import to_four_channels, to_three_channels
from core.runtime.membrane import fill_membrane

_UPSAMPLING = 3
"""How much finer than the network's the frame is in which the smooth layer is made."""
_LEAST_CELLS = 0.5
"""Of the reduced picture, per pixel of that frame, of which its membrane may be made."""
_SMOOTH_PX = 2.0  # of the network's frame: blur under which two brightnesses are compared
_DARK = 24.0
"""Added to brightnesses of 0..255 before they are divided: ratios of blacks mean nothing."""
_GAINS = (0.5, 1.8)
"""Limits of the detail's gain; what is brighter than its surroundings is a reflection, which no
skin makes stronger."""


class SmoothLayer(NamedTuple):
    """Low frequencies, in a frame that is larger than the network's."""

    values: Floats
    """(S, S, 3) float32 in the photo's units."""
    frame: Frame
    """In pixels of the window that is filled."""


class DetailLayer(NamedTuple):
    """High frequencies of a picture that fills the window."""

    image: Image
    """(h, w, 3) uint8 or uint16."""
    low: Floats
    """(S, S, 3) float32 what the network's frame shows of it, in the photo's units."""
    gain: Floats
    """(S, S) float32 by what the rest is multiplied."""
    frame: Frame
    """Of both, in pixels of the window."""


def smooth_layer(
    hole_fill: MembraneFill, residual: Floats, frame: Frame, near: Window
) -> SmoothLayer:
    """Fill a hole by its membrane and the residual that was painted in the frame.

    The membrane of a large hole is made in a finer frame, not of all the photo's pixels: it is
    smooth, and its edge is feathered.

    Args:
        hole_fill: of a window of the photo.
        residual: (S, S, 3) float32, what was added to the membrane of the frame, in 8-bit units.
        frame: in pixels of the window.
        near: the part of the window that is filled.
    """
    finer_frame = frame.resized(_UPSAMPLING * frame.size)
    if finer_frame.scale >= 1:
        whole = hole_fill.with_residual(residual, frame, near)
        return SmoothLayer(whole.astype(np.float32), Frame(np.eye(2, 3), max(whole.shape)))
    values = fill_membrane(*hole_fill.network_view(finer_frame, _LEAST_CELLS)) + upsample(
        residual, _UPSAMPLING
    )
    return SmoothLayer(
        values * np.float32(np.iinfo(hole_fill.image.dtype).max / 255), finer_frame.within(near)
    )


def detail_layer(image: Image, shown: Pixels, painted: Image, frame: Frame) -> DetailLayer:
    """Take what an exemplar shows and the frame does not, in the light of the photo.

    Args:
        image: (h, w, 3) uint8 or uint16, the exemplar in a window.
        shown: (S, S, 3) what the frame shows of it, in its dtype.
        painted: (S, S, 3) uint8 what was painted there.
        frame: in pixels of the window.
    """
    painted_grey, shown_grey = (
        cv2.GaussianBlur(_grey(to_8_bit(one)), (0, 0), _SMOOTH_PX) for one in (painted, shown)
    )
    gain = np.clip((painted_grey + _DARK) / (shown_grey + _DARK), *_GAINS).astype(np.float32)
    finer_frame = frame.resized(_UPSAMPLING * frame.size)
    low = upsample(shown.astype(np.float32), _UPSAMPLING)
    return DetailLayer(image, low, upsample(gain, _UPSAMPLING), finer_frame)


def composite_layers(smooth: SmoothLayer, detail: DetailLayer | None, like: Image) -> Image:
    """Composite a smooth layer, and detail if there is any, at full size.

    Args:
        smooth: the low frequencies.
        detail: what is added.
        like: (h, w, 3) uint8 or uint16, of the size and dtype that are wanted.

    Returns:
        (h, w, 3) in that dtype.
    """
    result, below = np.empty_like(like), to_four_channels(smooth.values)
    low_and_gain = None if detail is None else cv2.merge([*cv2.split(detail.low), detail.gain])

    def composite_tile(tile: Window, _: Window) -> None:
        values = to_three_channels(
            frame_resampling.frame_to_window(below, smooth.frame, tile, cv2.INTER_LINEAR)
        )
        fine = np.zeros_like(values)
        if detail is not None and low_and_gain is not None:
            here = frame_resampling.frame_to_window(
                low_and_gain, detail.frame, tile, cv2.INTER_LINEAR
            )
            fine = detail.image[tile] - to_three_channels(here)
            gain = to_three_channels(np.asarray(cv2.extractChannel(here, 3)))
            fine *= np.where(fine > 0, np.minimum(gain, 1), gain)
        result[tile] = frame_resampling.add_saturated(values, fine, like.dtype)

    on_tiles((slice(0, like.shape[0]), slice(0, like.shape[1])), composite_tile)
    return result


def _grey(image: Pixels) -> Floats:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32)
