"""What a network is shown of a photo with a hole: nothing hidden shines through."""

from __future__ import annotations

import cv2
import numpy as np

from core.face.align import Frame
from core.imaging.arrays import Floats, Mask, Pixels
from core.imaging.depth import to_8_bit
from core.imaging.masks import dilate

_RESAMPLING_REACH_PX = 2  # of cubic interpolation
_CUT_REACH_PX = 8  # pixels of the frame, or of the photo where those are larger
_KNOWN_SHARE = 0.5
"""A pixel of the frame counts as known from this share of known pixels of the photo under it."""
_LEAST_SHARE = 1e-3


def network_view(frame: Frame, image: Pixels, mask: Mask) -> tuple[Pixels, Mask]:
    """Cut what a network sees of a hole; nothing hidden shines through.

    Near the hole every pixel of the frame is the mean of the known pixels only, so that the
    hole in the frame is hardly larger than it is in the photo.

    Args:
        frame: in pixels of the image.
        image: (H, W, 3) uint8 or uint16.
        mask: (H, W) uint8, 255 in the hole, else 0.

    Returns:
        (S, S, 3) uint8, and (S, S) uint8, 255 in the hole, else 0.
    """
    window = frame.window(mask.shape, margin=_CUT_REACH_PX / min(frame.scale, 1.0))
    known = (mask[window] == 0).astype(np.float32)
    return weighted_network_view(frame.within(window), to_8_bit(image[window]), known)


def weighted_network_view(frame: Frame, image: Pixels, known: Floats) -> tuple[Pixels, Mask]:
    """Cut the same of a picture whose pixels may be known in part.

    Args:
        frame: in pixels of the image.
        image: (H, W, 3) in 8-bit units, the mean of what is known under each pixel.
        known: (H, W) float32 0..1, how much that is.

    Returns:
        (S, S, 3) uint8, and (S, S) uint8, 255 in the hole, else 0.
    """
    share = frame.crop(known, cv2.INTER_LINEAR)
    weighted = frame.crop(image * known[..., None], cv2.INTER_LINEAR)
    values = weighted / np.maximum(share, _LEAST_SHARE)[..., None]
    near = dilate(np.where(share < 1 - _LEAST_SHARE, 255, 0).astype(np.uint8), _RESAMPLING_REACH_PX)
    picture = np.where(near[..., None] > 0, values, frame.crop(image))
    hole = np.where(share < _KNOWN_SHARE, 255, 0).astype(np.uint8)
    return np.rint(picture).clip(0, 255).astype(np.uint8), hole
