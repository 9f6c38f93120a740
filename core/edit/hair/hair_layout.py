"""Lays out a hair transfer in a small frame, as layers; colours in 0..1.

Arrays are float32 in the fine parsing frame, S = 512, if nothing else is said.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.regions import Region
from core.edit.hair.guided_matting import LinearMatte, MatteLayers, estimate_layers
from core.edit.hair.hair_labels import FEATURE_REGIONS
from core.edit.hair.hair_matte import FACE_REGIONS, HAIR_FRAME_SIZE, OCCLUDING_COVERAGE, HairMatte
from core.edit.hair.head_alignment import EDGE_SIGMA_PX, HeadAlignment, blur
from core.edit.hair.patch_completion import complete_by_patches
from core.edit.hair.uncovered_skin import UncoveredSkin, uncover_skin
from core.imaging.arrays import Floats, Mask, Selection
from core.imaging.masks import dilate
from core.runtime.membrane import fill_membrane

_GROWN_PX = 10  # around the own hair: strands that the parser misses
_HEAD_GROWN_PX = 14  # around the head, beyond which the background is the photo's own
_COMPLETED_SIZES = (128, 256)
"""Side of the frame in which patches continue the background, and of a finer one, of smaller
patches, where the first finds none."""
_OPAQUE = 0.98
_COVERED_KERNEL = np.ones((13, 13), np.uint8)
"""Coverage of new hair, and how deep in it, from which on nothing behind it shows."""
_LASH_PX = 4  # around features
_SPECK_KERNEL = np.ones((9, 9), np.uint8)
_GAP_PX = 31  # between a cheek and an ear
_TYPICAL = (0.6, 1.6)
"""Times the median brightness of skin."""
_FADED_PX = 16.0  # at the frame's edge
_TIPS_PX, _STRAND_PX, _LOCKS_PX, _UNEVEN = 90, 31, (15, 61), 0.25
"""Where the lower edge of its picture cuts hair off: how far above it strands end, of what length
and widths they are, and by how much of that they are of different lengths."""
_LAYER_SIGMA_PX = 12.0
"""Of the neighbourhood in which the colours of hair, and of what is behind it, are estimated."""


class BackdropTexture(NamedTuple):
    """Where the fine detail of the background comes from that hair hid."""

    origin: Floats
    """(S, S, 2) float32 x and y, in pixels: how far away lies what each pixel shows."""
    coverage: Floats
    """(S, S) 0..1, how much of that is shown."""
    coarse: Floats
    """(S, S, 3) the frame's picture without its fine detail."""


class HairLayout(NamedTuple):
    """The layers of a hair transfer, bottom up."""

    background: Floats
    """(S, S, 3) what is seen where the face's own hair hides it no more; smooth."""
    texture: BackdropTexture
    """What that shows of the photo's background."""
    freed: Floats
    """(S, S) 0..1, the coverage of that."""
    skin: UncoveredSkin
    """The exemplar's, below its hair."""
    matte: LinearMatte
    """Of the exemplar's hair."""
    allowed: Floats
    """(S, S) 0..1, factor of the matte's coverage."""
    layers: MatteLayers
    """Of the exemplar: its hair, and what is behind it."""
    head: Mask
    """(S, S) uint8, above 0 where the photo shows no background."""


def lay_out_hair(alignment: HeadAlignment) -> HairLayout:
    """Lay out an exemplar's hair on a face."""
    own, exemplar = alignment.own, alignment.exemplar
    fade = _frame_fade() * alignment.below_hat
    freed, head = _freed_coverage(alignment) * fade, _head_mask(alignment)
    backdrop, texture = _complete_backdrop(alignment, freed, head)
    inner_skin = _fill_by_membrane(own.image, ~_typical_skin(own), backdrop)
    skin = uncover_skin(alignment, freed, inner_skin)
    foreground, background = estimate_layers(exemplar.image, exemplar.coverage, _LAYER_SIGMA_PX)
    share = blur(_closed(_with_cheeks(own)), EDGE_SIGMA_PX)
    return HairLayout(
        np.asarray(backdrop + (inner_skin - backdrop) * share[..., None], np.float32),
        texture._replace(coverage=texture.coverage * (1 - share)),
        freed,
        skin._replace(coverage=skin.coverage * fade),
        LinearMatte(
            alignment.resample(exemplar.matte.slope), alignment.resample(exemplar.matte.offset)
        ),
        alignment.resample(exemplar.allowed * _strand_tips(exemplar)) * fade,
        MatteLayers(alignment.resample(foreground), alignment.resample(background)),
        head,
    )


def _freed_coverage(alignment: HeadAlignment) -> Floats:
    """Cover what the face's own hair hides; brows below it are not worth keeping."""
    own, hidden = alignment.own, [side.label for side in alignment.hidden_sides]
    kept = [region for region in FEATURE_REGIONS if region not in hidden]
    clear = own.labelled(Region.SKIN, Region.EARS, *kept) & (own.coverage < OCCLUDING_COVERAGE)
    visible = own.labelled(*kept) & ~alignment.stray_locks
    features = dilate(visible * np.uint8(255), _LASH_PX) > 0
    return blur(
        (dilate(alignment.possible_hair, _GROWN_PX) > 0) & ~clear & ~features, EDGE_SIGMA_PX
    )


def _head_mask(alignment: HeadAlignment) -> Mask:
    """Cover the face, its hair and its hat, generously."""
    return dilate(
        alignment.possible_hair
        | alignment.hat * np.uint8(255)
        | alignment.own.labelled(*FACE_REGIONS) * np.uint8(255),
        _HEAD_GROWN_PX,
    )


def _complete_backdrop(
    alignment: HeadAlignment, freed: Floats, head: Mask
) -> tuple[Floats, BackdropTexture]:
    """Continue the photo's background behind the head: by patches of it, else smoothly."""
    own = alignment.own
    smooth = _fill_by_membrane(own.image, (head > 0) | (own.visible <= 0), own.image)
    covered = cv2.erode((alignment.new_hair > _OPAQUE).astype(np.uint8), _COVERED_KERNEL) > 0
    hole = (freed > 0) & (own.visible > 0) & ~_closed(_with_cheeks(own)) & ~covered
    neck = dilate(own.labelled(Region.NECK) * np.uint8(255), _GROWN_PX)
    source = (head == 0) & (neck == 0) & (own.visible >= 1)
    for size in _COMPLETED_SIZES:
        small, small_hole, small_source = (
            _resized(values.astype(np.float32), size) for values in (own.image, hole, source)
        )
        is_hole = small_hole > 0
        completion = complete_by_patches(small, is_hole, small_source > 1 - 1e-3)
        if completion is not None:
            break
    else:
        nothing = np.zeros_like(freed)
        return smooth, BackdropTexture(np.zeros((*freed.shape, 2), np.float32), nothing, own.image)
    filled = _resized(is_hole.astype(np.float32), HAIR_FRAME_SIZE)
    backdrop = smooth + (_resized(completion.image, HAIR_FRAME_SIZE) - smooth) * filled[..., None]
    frame_size = (HAIR_FRAME_SIZE, HAIR_FRAME_SIZE)
    enlarged = cv2.resize(completion.origin, frame_size, interpolation=cv2.INTER_NEAREST)
    origin = (enlarged * (HAIR_FRAME_SIZE / size)).astype(np.float32)
    return backdrop, BackdropTexture(origin, filled, _resized(small, HAIR_FRAME_SIZE))


def _resized(values: Floats, size: int) -> Floats:
    """Reduce or enlarge a map."""
    is_smaller = size < len(values)
    interpolation = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(values, (size, size), interpolation=interpolation), np.float32)


def _typical_skin(own: HairMatte) -> Selection:
    """Select clear skin without highlights, shadows and strands of hair; (S, S)."""
    skin = own.clear_skin
    if not skin.any():
        return skin
    grey = cv2.cvtColor(own.image, cv2.COLOR_RGB2GRAY)
    low, high = np.median(grey[skin]) * np.array(_TYPICAL)
    return np.asarray(skin & (grey > low) & (grey < high))


def _fill_by_membrane(image: Floats, hole: Selection, fallback: Floats) -> Floats:
    """Fill a hole by its membrane, made at half the size; `fallback` if all is hole."""
    if hole.all():
        return fallback
    half = (HAIR_FRAME_SIZE // 2, HAIR_FRAME_SIZE // 2)
    small = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), np.float32)
    hidden = cv2.resize(hole.astype(np.float32), half, interpolation=cv2.INTER_AREA)
    filled = fill_membrane(small, np.where(hidden > 0, 255, 0).astype(np.uint8))
    return np.asarray(cv2.resize(filled, (HAIR_FRAME_SIZE, HAIR_FRAME_SIZE)), np.float32)


def _with_cheeks(own: HairMatte) -> Selection:
    """Select the face, its ears, and what lies between them: a cheek below hair, no background."""
    head = own.labelled(Region.SKIN, Region.EARS, Region.GLASSES, *FEATURE_REGIONS)
    clear = (head & (own.coverage < OCCLUDING_COVERAGE)).astype(np.uint8)
    face = np.asarray(cv2.morphologyEx(clear, cv2.MORPH_OPEN, _SPECK_KERNEL)) > 0
    ear_rows = own.labelled(Region.EARS).any(axis=1, keepdims=True)
    from_left = np.logical_or.accumulate(face, axis=1)
    from_right = np.logical_or.accumulate(face[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(face | (from_left & from_right & ear_rows))


def _closed(mask: Selection) -> Selection:
    """Close small gaps in a mask."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_GAP_PX, _GAP_PX))
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc)) > 0


def _strand_tips(exemplar: HairMatte) -> Floats:
    """Let strands end one by one above the lower edge of what is visible; (S, S) 0..1."""
    grey = cv2.cvtColor(exemplar.image, cv2.COLOR_RGB2GRAY)
    along = np.asarray(cv2.blur(grey, (1, _STRAND_PX)), np.float32)
    fairness = np.zeros_like(along)
    for width in _LOCKS_PX:
        fairer = along - cv2.blur(along, (width, 1))
        fairness += fairer / (
            fairer[exemplar.coverage > OCCLUDING_COVERAGE].std() + np.float32(1e-6)
        )
    short = _UNEVEN * (0.5 + fairness / 4).clip(0, 1)
    edge = HAIR_FRAME_SIZE - 1 - (exemplar.visible[::-1] > 0).argmax(axis=0)
    share = ((edge - np.arange(HAIR_FRAME_SIZE)[:, None]) / _TIPS_PX - short) / (1 - _UNEVEN)
    share = share.clip(0, 1)
    return np.asarray(share**2 * (3 - 2 * share), np.float32)


def _frame_fade() -> Floats:
    """Return (S, S) 1, fading to 0 at the frame's edge."""
    edge_distance = (
        np.minimum(np.arange(HAIR_FRAME_SIZE), np.arange(HAIR_FRAME_SIZE)[::-1]) / _FADED_PX
    ).clip(0, 1)
    return np.asarray(np.minimum.outer(edge_distance, edge_distance), np.float32)
