"""Draws an exemplar's hair for a network that follows sketches: its outline and longer strands."""

from __future__ import annotations

import cv2
import numpy as np

from core.edit.blend import to_8_bit
from core.face.align import Frame, Pixels
from core.face.parse import FRAME_SIDE
from core.masks import Image, Mask, dilate

_SIDE_PX = 128
"""Of the canonical frame, in which edges are looked for: what the network was shown."""
_BLUR_PX, _STRONG = 1.2, 60.0
_NEAR_PX = 2.0
"""How far beside the hair edges count."""
_LEAST_PX = 8
"""Pixels of the shortest line."""


def hair_lines(portrait: Image, hair: Mask, parsing: Frame, frame: Frame) -> Mask:
    """Draw the longer edges of an exemplar's hair into the frame of a face.

    Args:
        portrait: (256, 256, 3) the exemplar's parsing frame.
        hair: (256, 256) 255 where its hair is, else 0.
        parsing: the parsing frame of the face.
        frame: where to draw, in the same pixels as `parsing`.

    Returns:
        (S, S) 255 on lines of one pixel, else 0.
    """
    side = round(_SIDE_PX * FRAME_SIDE)
    small = cv2.resize(np.asarray(to_8_bit(portrait)), (side, side), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    near = dilate(np.asarray(cv2.resize(hair, (side, side))), _NEAR_PX)
    edges = long_edges(np.asarray(grey, np.uint8), _BLUR_PX, _STRONG) & near
    rows, columns = np.nonzero(edges)
    places = parsing.resized(side).to_photo(np.column_stack([columns, rows]).astype(float))
    x, y = np.rint(frame.to_frame(places)).astype(int).T
    inside = (x >= 0) & (x < frame.size) & (y >= 0) & (y < frame.size)
    drawn = np.zeros((frame.size, frame.size), np.uint8)
    drawn[y[inside], x[inside]] = 255
    return drawn


def long_edges(grey: Pixels, blur_px: float, strong: float) -> Mask:
    """Draw the long edges of a picture.

    Args:
        grey: (H, W) uint8.
        blur_px: standard deviation of the blur before.
        strong: steps, of 255 and summed over a 3 x 3 Sobel window, above which an edge begins.

    Returns:
        (H, W) 255 on a line of one pixel, 0 elsewhere.
    """
    smooth = cv2.GaussianBlur(grey, (0, 0), blur_px)
    edges = cv2.Canny(smooth, 0.5 * strong, strong)
    _, labels, found, _ = cv2.connectedComponentsWithStats(edges)
    is_long = found[:, cv2.CC_STAT_AREA] >= _LEAST_PX
    is_long[0] = False  # what is not a line
    return np.where(is_long[labels], 255, 0).astype(np.uint8)
