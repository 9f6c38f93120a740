"""Fills what lies beside a face, hair, clothes and background, with patches of what is around."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import Region
from core.edit.inpainting.label_maps import coarse_label_maps, labels_in_photo, refined_label_maps
from core.edit.inpainting.patch_fill import fill_by_patches
from core.edit.networks import Networks
from core.edit.requests import EditResult, InpaintRequest
from core.imaging.alpha import composite
from core.imaging.arrays import Image, Mask, Window
from core.imaging.masks import feather
from core.progress import Report

_REACH = 1.0
"""How far from a hole patches are looked for, of its longer side."""
_LEAST_REACH_PX = 48
_SOFT_PX = 2.0
"""Blur of the border between what patches fill and the face, which they leave to the network."""
_LEAST_BESIDE = 0.05
"""Share of a hole beside the face below which all of it is left to the network."""
_BACKGROUND, _CLOTH, _HAIR, _FACE = range(4)
_CLASSES = np.full(256, _FACE, np.uint8)
"""What each label is to a patch."""
_CLASSES[[Region.BACKGROUND, UNKNOWN]] = _BACKGROUND
_CLASSES[[Region.CLOTH, Region.HAT, Region.NECKLACE]] = _CLOTH
_CLASSES[Region.HAIR] = _HAIR


def take_surroundings(result: EditResult, networks: Networks, report: Report) -> EditResult:
    """Replace what a network painted beside faces by patches of the photo, hole by hole.

    Args:
        result: the network's fill of an `InpaintRequest`.
        networks: the loaded networks; the parser, if it is there, tells skin from cloth and hair.
        report: of the progress.

    Returns:
        The same with another patch, and with one more notice that says what filled the holes.
    """
    request = result.request
    assert isinstance(request, InpaintRequest)
    filled = request.image.copy()
    np.copyto(filled[result.window], result.patch, where=(result.coverage > 0)[..., None])
    classes = _classes(request, filled, networks)
    holes, taken = list(_hole_windows(request.mask)), 0
    for number, (window, hole) in enumerate(holes):
        report(number / len(holes), "Looking around")
        taken += _fill_hole(request, filled, classes, window, hole)
    notices = (*result.notices, _tell(len(holes), taken))
    return replace(result, patch=filled[result.window].copy(), notices=notices)


def _fill_hole(
    request: InpaintRequest, filled: Image, classes: Mask, window: Window, hole: Mask
) -> bool:
    """Fill one hole of a window, (h, w) uint8, in place; tells whether patches did."""
    beside = hole.copy()
    beside[classes[window] == _FACE] = 0
    if np.count_nonzero(beside) < _LEAST_BESIDE * np.count_nonzero(hole):
        return False
    around = _grown(window, request.mask.shape)
    target = np.zeros(classes[around].shape, np.uint8)
    rows, columns = (
        slice(inner.start - outer.start, inner.stop - outer.start)
        for inner, outer in zip(window, around, strict=True)
    )
    target[rows, columns] = beside
    sources = (request.mask[around] == 0) & (classes[around] != _FACE)
    if not sources.any():
        return False
    part = filled[around]
    patched = fill_by_patches(part, target, sources, part.copy(), classes[around])
    weight = np.zeros_like(target)
    weight[rows, columns] = np.minimum(feather(beside, _SOFT_PX), beside)
    beside_face = cv2.dilate((classes[around] == _FACE).astype(np.uint8), np.ones((9, 9), np.uint8))
    composite(part, patched, np.where(beside_face > 0, weight, target).astype(np.uint8))
    return True


def _classes(request: InpaintRequest, filled: Image, networks: Networks) -> Mask:
    """Tell what every pixel of the filled photo is; (H, W) uint8, background where not known."""
    hole = np.where(request.mask > 0, 255, 0).astype(np.uint8)
    maps = coarse_label_maps(request, hole, networks)
    maps = refined_label_maps(maps, filled, networks)
    return np.asarray(_CLASSES[labels_in_photo(request.mask.shape, maps)], np.uint8)


def _hole_windows(mask: Mask) -> Iterator[tuple[Window, Mask]]:
    """Yield every connected hole of an (H, W) mask: its window, and 255 where it is in that."""
    count, numbers, stats, _ = cv2.connectedComponentsWithStats((mask > 0).astype(np.uint8))
    for number in range(1, count):
        left, top, width, height, _ = (int(value) for value in stats[number])
        window = slice(top, top + height), slice(left, left + width)
        yield window, np.where(numbers[window] == number, 255, 0).astype(np.uint8)


def _grown(window: Window, shape: Sequence[int]) -> Window:
    longest = max(side.stop - side.start for side in window)
    reach = max(round(_REACH * longest), _LEAST_REACH_PX)
    rows, columns = (
        slice(max(side.start - reach, 0), min(side.stop + reach, length))
        for side, length in zip(window, shape, strict=False)
    )
    return rows, columns


def _tell(count: int, taken: int) -> str:
    """Say in one sentence what filled the holes."""
    if count == 1:
        return (
            "The hole was filled from its surroundings; where it lies on a face, by the network."
            if taken
            else "The network filled the hole, because it lies on a face."
        )
    return (
        f"Of {count} holes, {taken} from their surroundings, {count - taken} by the network, where"
        " they lie on a face."
    )
