"""Lets a face follow a repainted map with the photo's own pixels.

Outlines that moved move the photo. What is still called something else is filled: background by
what surrounds the head, bare skin by the usual network, parts of the face by the one that follows
maps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np

from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import HEAD_COUNT, LEGEND, LabelMap, Region
from core.edit.compositing.frame_resampling import resample_mask
from core.edit.compositing.grain import add_grain
from core.edit.compositing.membrane_fill import MembraneFill
from core.edit.inpainting.inpaint import fill
from core.edit.layered_result import LayeredResult
from core.edit.networks import Networks
from core.edit.portrait.map_difference import MapDifference, differing
from core.edit.portrait.outline_warp import moved_labels, outline_warp
from core.edit.requests import EditResult, InpaintRequest, TransferRequest
from core.imaging.arrays import Image, Mask
from core.imaging.masks import dilate, feather
from core.imaging.windows import whole_window
from core.progress import Report, part_of

_GROWN_PX, _FEATHER_PX = 3.0, 1.5
"""Of the 256 frame: how far a fill reaches beyond what changed, and how softly it ends."""
_PLAIN_MODEL, _REGIONS_MODEL = "residual_unet", "region_norm"
_PLAIN = (Region.BACKGROUND, Region.SKIN, Region.NECK, Region.EARS)
"""Labels whose look follows from what surrounds them."""
_PARTS = tuple(region for region in range(Region.LEFT_BROW, Region.HAIR) if region != Region.NOSE)
_NOT_MADE = "The map adds {0}, which no fill can make; take it from another picture."


class _Fill(NamedTuple):
    """How some of what changed is filled."""

    model: str
    labels: LabelMap | None = None
    """(H, W) what the network is told of regions."""
    sees_lines: bool = True
    """Whether it is told where the landmarks are, whose lines would bring a brow back."""


def move_outlines(
    request: TransferRequest, difference: MapDifference, image: Image
) -> tuple[EditResult, LabelMap] | None:
    """Move the photo as the outlines in its map have moved.

    Args:
        request: for the result.
        difference: of the maps.
        image: (H, W, 3) the photo.

    Returns:
        The result, with where the landmarks are now, and what (S, S) of the frame shows then;
        None where no outline has moved.
    """
    found = outline_warp(difference)
    if found is None:
        return None
    _, warp = found
    window = warp.window(image.shape)
    warped = warp.warp_photo(image, window)
    result = EditResult.trimmed(
        warped.image,
        warped.coverage,
        warped.window,
        request,
        is_painted=False,
        landmarks=warp.move_points(request.landmarks),
    )
    return result, moved_labels(warp, difference.found, difference.frame)


def fill_changes(
    layers: LayeredResult,
    difference: MapDifference,
    shown: LabelMap,
    networks: Networks,
    report: Report,
) -> None:
    """Fill what a map still calls something else, over what some layers show.

    Args:
        layers: the photo, moved; what is filled is added.
        difference: of the maps.
        shown: (S, S) what the difference's frame shows now.
        networks: the loaded networks.
        report: of the progress.
    """
    wanted, changed = difference.wanted, differing(shown, difference.wanted) > 0
    changed &= wanted < HEAD_COUNT
    is_behind, is_plain = wanted == Region.BACKGROUND, np.isin(wanted, _PLAIN)
    behind = _photo_mask(changed & is_behind, difference, layers.image.shape)
    if behind.any():
        layers.add(_uncover_background(layers, difference, behind))
    was_part, is_plain = np.isin(shown, _PARTS), is_plain & ~is_behind
    fills = (
        (is_plain & was_part, _Fill(_PLAIN_MODEL, sees_lines=False)),
        (is_plain & ~was_part, _Fill(_PLAIN_MODEL)),
        (~is_plain & ~is_behind, _Fill(_REGIONS_MODEL, difference.whole[1])),
    )
    for number, (group, how) in enumerate(fills):
        mask = _photo_mask(changed & group, difference, layers.image.shape)
        if mask.any():
            faces = (layers.landmarks,) if how.sees_lines else ()
            part = InpaintRequest(layers.image, mask, faces, model=how.model, labels=how.labels)
            layers.add(fill(part, networks, part_of(report, number / 3, (number + 1) / 3)))


def _uncover_background(
    layers: LayeredResult, difference: MapDifference, behind: Mask
) -> EditResult:
    """Let what surrounds the head go on behind it, as smooth as a wall, with the photo's grain."""
    window = difference.frame.window(layers.image.shape)
    image, coverage = layers.image[window], behind[window]
    head = difference.wanted != Region.BACKGROUND
    hole = _photo_mask(head, difference, layers.image.shape)[window] | coverage
    hole = np.where(hole > 0, 255, 0).astype(np.uint8)
    whole = whole_window(*coverage.shape)
    smooth = MembraneFill.of(image, hole).filled(whole)
    filled = cast(Image, np.rint(smooth).clip(0, np.iinfo(image.dtype).max).astype(image.dtype))
    add_grain(filled, coverage, hole)
    return EditResult.trimmed(filled, coverage, window, layers.request, is_painted=False)


def unmade_notices(difference: MapDifference) -> Sequence[str]:
    """Say what is worn that a map adds, which cannot be made."""
    changed = difference.changed > 0
    added = np.unique(difference.wanted[changed & (difference.wanted >= HEAD_COUNT)])
    names = [LEGEND[Region(label)].title.lower() for label in added if label != UNKNOWN]
    return (_NOT_MADE.format(", ".join(names)),) if names else ()


def _photo_mask(area: Mask, difference: MapDifference, shape: tuple[int, ...]) -> Mask:
    """Cover an area (S, S) of a frame, and a little around it, in the photo; (H, W)."""
    unit = difference.frame.size / 256
    grown = dilate(np.where(area, 255, 0).astype(np.uint8), _GROWN_PX * unit)
    soft = feather(grown, _FEATHER_PX * unit)
    return resample_mask(soft, difference.frame, whole_window(shape[0], shape[1]))
