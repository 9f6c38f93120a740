"""Mask operations besides painting: polygons, morphology, feathering, enclosed holes. No Qt."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.imaging import masks
from core.imaging.arrays import Mask, Points, Window
from core.imaging.masks import add_stroke
from core.imaging.windows import (
    bounding_window,
    intersection,
    is_empty,
    union,
    whole_window,
    window_at,
)
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.state.mask_mode import MaskMode

_SUPERSAMPLING = 4
"""Subdivision of a pixel, for smooth edges."""
_STRIP_ROWS = 256  # so that the finer mask takes little memory
_DISC_PX = 8  # a large disc costs much more than many small ones
_FEATHER_REACH = 3
"""How far a Gaussian reaches, in standard deviations."""
_FINE_FEATHER_PX = 6
_HALF_COVERAGE = 128

MaskPiece = tuple[Window, Mask]
"""A window of the mask and its new (h, w) uint8 coverage."""


def polygon_patch(shape: tuple[int, int], corners: Points, feather: float = 0.0) -> Patch | None:
    """Rasterize a polygon with an antialiased edge; a box of whole pixels is covered exactly.

    Args:
        shape: height and width of the photo.
        corners: (K, 2) in order, in image pixels with pixel centres at whole numbers.
        feather: standard deviation of the soft edge in pixels.

    Returns:
        The part within the photo; None if there is none.
    """
    reach = int(np.ceil(_FEATHER_REACH * feather)) + 1
    first = np.floor(corners.min(axis=0)).astype(int) - reach
    last = np.ceil(corners.max(axis=0)).astype(int) + reach + 1
    everywhere = window_at(int(first[0]), int(first[1]), *(int(side) for side in last - first))
    window = intersection(everywhere, whole_window(*shape))
    if is_empty(window):
        return None
    inside = _rasterize_polygon(window, corners)
    return Patch(window[1].start, window[0].start, _feather(inside, feather))


def combine_patch(mask: Mask, patch: Patch, mask_mode: MaskMode) -> MaskPiece:
    """Add a patch to an (H, W) uint8 mask, subtract it, or replace the mask by it."""
    if mask_mode is not MaskMode.REPLACE:
        erase = mask_mode is MaskMode.SUBTRACT
        return patch.window, add_stroke(mask[patch.window], patch.pixels, erase=erase)
    window = union(patch.window, bounding_window(mask)) if mask.any() else patch.window
    after = np.zeros(mask.shape, np.uint8)
    after[patch.window] = patch.pixels
    return window, after[window]


def grow_mask(mask: Mask, pixels: int) -> MaskPiece:
    """Dilate an (H, W) uint8 mask by some pixels."""
    window = bounding_window(mask, pixels)
    return window, _dilate(mask[window], pixels)


def shrink_mask(mask: Mask, pixels: int) -> MaskPiece:
    """Erode an (H, W) uint8 mask by some pixels, but not from the photo's edges."""
    window = bounding_window(mask, 1)
    return window, ~_dilate(~mask[window], pixels)


def feather_mask(mask: Mask, pixels: int) -> MaskPiece:
    """Feather an (H, W) uint8 mask; `pixels` is the standard deviation."""
    window = bounding_window(mask, _FEATHER_REACH * pixels)
    return window, _feather(mask[window], pixels)


def fill_enclosed(mask: Mask) -> MaskPiece:
    """Fill the holes that an (H, W) uint8 mask encloses."""
    window = bounding_window(mask, 1)
    after = mask[window].copy()
    for level in (_HALF_COVERAGE, 255):
        after[_find_enclosed(mask[window] < level)] = 255
    return window, after


def _rasterize_polygon(window: Window, corners: Points) -> Mask:
    rows, columns = window
    inside = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
    local = corners - (columns.start, rows.start)
    if _is_pixel_aligned_box(corners):
        (left, top), (right, bottom) = np.ceil(local.min(axis=0)), np.ceil(local.max(axis=0))
        inside[max(int(top), 0) : int(bottom), max(int(left), 0) : int(right)] = 255
        return inside
    for top in range(0, inside.shape[0], _STRIP_ROWS):
        strip = inside[top : top + _STRIP_ROWS]
        height, width = strip.shape
        finer = (local - (0, top) + 0.5) * _SUPERSAMPLING - 0.5
        drawn = masks.fill_polygon((height * _SUPERSAMPLING, width * _SUPERSAMPLING), finer)
        strip[:] = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
    return inside


def _is_pixel_aligned_box(corners: Points) -> bool:
    if len(corners) != 4 or (corners % 1 != 0.5).any():
        return False
    sides = np.roll(corners, -1, axis=0) - corners
    return bool((np.count_nonzero(sides, axis=1) <= 1).all())


def _dilate(mask: Mask, pixels: int) -> Mask:
    for _ in range(pixels // _DISC_PX):
        mask = masks.dilate(mask, _DISC_PX)
    return masks.dilate(mask, pixels % _DISC_PX)


def _find_enclosed(is_free: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Find the free components, (H, W) bool, that do not touch the border."""
    padded = cv2.copyMakeBorder(is_free.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    cv2.floodFill(padded, None, (0, 0), 2)
    return np.asarray(padded[1:-1, 1:-1] == 1, np.bool_)


def _feather(mask: Mask, width: float) -> Mask:
    """Feather as `masks.feather`; a wide edge is blurred on a downscaled copy."""
    factor = int(width // _FINE_FEATHER_PX)
    if factor < 2:
        return masks.feather(mask, width)
    height, across = mask.shape
    reduced = (max(across // factor, 1), max(height // factor, 1))
    coarse = cv2.resize(mask, reduced, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(coarse, (0, 0), width / factor, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, (across, height), interpolation=cv2.INTER_LINEAR), np.uint8)
