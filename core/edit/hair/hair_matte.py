"""The alpha matte of a face's hair: parsed, corrected by colours, fine at its edges."""

from __future__ import annotations

from typing import NamedTuple, cast

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks
from core.anatomy.regions import LabelMap, Region
from core.edit.compositing.frame_resampling import cut_8_bit
from core.edit.hair.guided_matting import LinearMatte, guided_matte
from core.edit.hair.hair_labels import FEATURE_REGIONS, hair_mask, inside_image, region_mask
from core.edit.networks import Networks
from core.face.align import Frame, canonical_frame
from core.face.parse import parsing_frame
from core.imaging.arrays import Floats, Image, Image8, Mask, Pixels, Selection
from core.imaging.masks import dilate
from core.models.face_parser import SIZE

HAIR_FRAME_SIZE = 512
"""Side S, in pixels, of the frame in which hair is matted: the parsing frame, twice as fine."""

_MOST_GROWN_PX = 4  # of the parser's frame: hair that it does not see
_EDGE_PX = 10  # of the fine frame: how far the parser may be wrong
_SOFT_PX = 2.0
_SURE_PX, _SURE_NEAR_PX = 4, 30
"""Of the parser's frame: how deep in hair, and how near to skin above the eyes, a pixel is a sample
of the colours of hair."""
_LEAST_SAMPLES = 50
_THREAD_KERNEL = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
_LEAST_PIECE = 0.1
"""Of the sure hair, in a component of hair that is not connected to the rest."""
_AT_FACE_PX, _LEAST_AT_FACE, _SHARE_AT_FACE = 8, 40, 0.8
"""How near to the face cropped hair lies, which may be as thin as a thread; of how many pixels a
piece of it is at least, and how much of the piece lies there."""
_FOREIGN = 1.0
"""Logarithm of how much likelier a colour is behind hair than in it, in patches that are no hair
however deep in it the parser sees them."""
_BINS, _LEAST_COUNT = 32, 0.2
"""Of the histograms of colours, per axis of Lab, and what a bin holds at least."""
_MOST_COLOUR_EVIDENCE, _MOST_DEPTH_EVIDENCE = 6.0, 4.0
"""Logarithms of how much likelier hair is, at most, by a pixel's colour and by its depth."""
_DOUBTFUL_PX = 2.0  # per unit of the latter
_LEAST_CUT_PX, _LOWER_PX = 60, 40
"""Of the fine frame: how much of hair is cut off where it is rounded off, and how far below the cut
its outline is measured."""
_LEAST_RISE, _MOST_RISE = 0.15, 0.5  # of half the width that is cut off
_CAP_KERNEL = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (25, 25))
_HEM_PX = 80  # how far hair goes on below its picture
_MISSED_PX, _ABOVE = 28, 0.3
"""Between hair and the picture's edge, in the upper part of the fine frame: hair that the parser
misses."""
_LEAST_HAT = 0.01  # of the frame
FACE_REGIONS = (Region.SKIN, Region.EARS, Region.GLASSES, Region.EARRING, *FEATURE_REGIONS)
TRACE_COVERAGE, OCCLUDING_COVERAGE = 0.03, 0.2
"""Coverage of hair from which on a pixel may show it, and from which on it hides what is below."""


class HairMatte(NamedTuple):
    """A face and its hair in the fine parsing frame."""

    frame: Frame
    image: Floats
    """(S, S, 3) float32 in 0..1; beyond the picture it is mirrored."""
    visible: Floats
    """(S, S) 0..1, how much of each pixel is in the picture."""
    labels: LabelMap
    """(256, 256) uint8 of the parsing frame."""
    matte: LinearMatte
    allowed: Floats
    """(S, S) 0..1, factor of the matte's coverage: 0 far from hair."""
    coverage: Floats
    """(S, S) of hair, 0..1."""

    def labelled(self, *regions: Region) -> Selection:
        """Select what the parser labels as one of these; (S, S) bool."""
        selected = np.isin(self.labels, regions).astype(np.uint8)
        size = (HAIR_FRAME_SIZE, HAIR_FRAME_SIZE)
        return np.asarray(cv2.resize(selected, size, interpolation=cv2.INTER_NEAREST)) > 0

    @property
    def possible_hair(self) -> Mask:
        """Cover whatever may show hair; (S, S) uint8, 0 or 255.

        Where a picture ends a little above hair, the parser often misses the rest of it.
        """
        hair = np.where(hair_mask(self.labels) > 0, 255, 0).astype(np.uint8)
        large = cv2.resize(
            hair, (HAIR_FRAME_SIZE, HAIR_FRAME_SIZE), interpolation=cv2.INTER_NEAREST
        )
        found = np.where(self.coverage > TRACE_COVERAGE, 255, large).astype(np.uint8)
        beyond = np.where(self.visible <= 0, 255, 0).astype(np.uint8)
        missed = dilate(found, _MISSED_PX) & dilate(beyond, _MISSED_PX)
        missed[round(_ABOVE * HAIR_FRAME_SIZE) :] = 0
        return found | missed

    @property
    def face(self) -> Selection:
        """Select the face and its ears where no hair lies over them; (S, S) bool."""
        return self.labelled(*FACE_REGIONS) & (self.coverage < OCCLUDING_COVERAGE)

    @property
    def clear_skin(self) -> Selection:
        """Select skin that surely is nothing else; (S, S) bool."""
        inner = cv2.erode(self.labelled(Region.SKIN).astype(np.uint8), np.ones((5, 5), np.uint8))
        return (np.asarray(inner) > 0) & (self.coverage < TRACE_COVERAGE) & (self.visible >= 1)


def hair_matte_of(image: Image, landmarks: Landmarks, networks: Networks) -> HairMatte:
    """Matte the hair of a face, or return the cached matte.

    Args:
        image: (H, W, 3) uint8 or uint16.
        landmarks: (68, 2) of the face, in pixels.
        networks: the loaded networks.

    Raises:
        CheckpointError: the weights of the parser are missing or damaged.
    """
    coarse = parsing_frame(canonical_frame(landmarks))
    frame = coarse.resized(HAIR_FRAME_SIZE)
    coarse_crop, fine_crop = cut_8_bit(image, coarse), cut_8_bit(image, frame)
    labels = _labels_of(coarse_crop, networks)
    inside = inside_image(frame, image.shape)
    inside[[0, -1]] = inside[:, [0, -1]] = 0

    def estimate() -> HairMatte:
        return _estimate(frame, coarse_crop, labels, fine_crop, inside)

    found = networks.hair_mattes.get_or_compute(
        "hair matte", estimate, coarse_crop, labels, fine_crop, inside
    )
    return cast(HairMatte, found)._replace(frame=frame)


def _labels_of(coarse_crop: Image8, networks: Networks) -> LabelMap:
    """Label a parsing frame; what looks like a hat for its colour alone is dyed hair."""
    labels = networks.parse_face(coarse_crop)
    hat = labels == Region.HAT
    if hat.mean() < _LEAST_HAT:
        return labels
    grey = cv2.cvtColor(cv2.cvtColor(coarse_crop, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    is_hair = networks.parse_face(np.asarray(grey, np.uint8)) == Region.HAIR
    return np.where(hat & is_hair, np.uint8(Region.HAIR), labels)


def _estimate(
    frame: Frame, coarse_crop: Mask, labels: LabelMap, fine_crop: Mask, inside: Mask
) -> HairMatte:
    """Matte the hair of what two frames show of an image.

    Args:
        frame: the fine one.
        coarse_crop, fine_crop: (256, 256, 3) and (S, S, 3) uint8.
        labels: (256, 256) of the coarse crop.
        inside: (S, S) 255 where the fine frame shows something, else 0.
    """
    hair = _correct_by_colour(
        coarse_crop, labels, cv2.resize(_edge_fade(inside), (SIZE, SIZE)) > 0.99
    )
    found, parsed = (
        cv2.resize(one.astype(np.uint8), (HAIR_FRAME_SIZE, HAIR_FRAME_SIZE)) > 0
        for one in (hair, hair_mask(labels) > 0)
    )
    cap = _crown_cap(found, parsed, inside) | _hem(found, parsed, inside)
    visible = _edge_fade(inside | cap)
    hair |= cv2.resize(cap, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST) > 0
    image = np.asarray(fine_crop, np.float32) / np.float32(255)
    coarse_mask = cv2.resize(
        hair.astype(np.float32), (HAIR_FRAME_SIZE, HAIR_FRAME_SIZE), interpolation=cv2.INTER_LINEAR
    )
    matte = guided_matte(image, np.asarray(coarse_mask, np.float32), _EDGE_PX)
    near = dilate(np.where(coarse_mask > 0, 255, 0).astype(np.uint8), _EDGE_PX) > 0
    allowed = cv2.GaussianBlur(near.astype(np.float32), (0, 0), _SOFT_PX) * visible
    return HairMatte(frame, image, visible, labels, matte, allowed, matte.coverage(image) * allowed)


def _correct_by_colour(coarse_crop: Mask, labels: LabelMap, visible: Selection) -> Selection:
    """Drop by their colours clothes and trees that the parser labels as hair; (256, 256) bool."""
    hair, face = hair_mask(labels) > 0, region_mask(labels, *FACE_REGIONS, Region.NECK)
    face_distance = np.asarray(cv2.distanceTransform(~face, cv2.DIST_L2, cv2.DIST_MASK_5))
    above = np.arange(SIZE)[:, None] < SIZE / 2
    depth = _depth(hair)
    sure = (depth > _SURE_PX) & (face_distance < _SURE_NEAR_PX) & above & visible
    colours = cv2.cvtColor(coarse_crop, cv2.COLOR_RGB2LAB)
    foreign = _log_likelihood_ratio(colours, ~hair & (face == 0) & visible, sure) > _FOREIGN
    sure &= ~_opened(foreign)
    background = ~sure & (face == 0) & visible
    if min(sure.sum(), background.sum()) < _LEAST_SAMPLES:
        return hair & visible
    ratio = _log_likelihood_ratio(colours, sure, background)
    colour_evidence = np.asarray(
        cv2.blur(ratio.clip(-_MOST_COLOUR_EVIDENCE, _MOST_COLOUR_EVIDENCE), (3, 3))
    )
    depth_evidence = (np.where(hair, depth, -_depth(~hair)) / _DOUBTFUL_PX).clip(
        -_MOST_DEPTH_EVIDENCE, _MOST_DEPTH_EVIDENCE
    )
    found = (
        (colour_evidence + depth_evidence > 0)
        & (_depth(~hair) <= _MOST_GROWN_PX)
        & (face == 0)
        & visible
    )
    connected = _connected_to(found, sure)
    return connected | _cropped_pieces(found & ~connected, face_distance < _AT_FACE_PX)


def _connected_to(found: Selection, sure: Selection) -> Selection:
    """Keep the components that are connected to sure hair by more than a thread."""
    inner = cv2.erode(found.astype(np.uint8), _THREAD_KERNEL)
    _, components = cv2.connectedComponents(inner)
    counts = np.bincount(np.asarray(components)[sure & (inner > 0)])
    kept_components = np.flatnonzero(counts >= max(_LEAST_PIECE * counts.sum(), 1))
    kept = np.where(np.isin(components, kept_components), inner, 0).astype(np.uint8)
    return found & (cv2.dilate(kept, _THREAD_KERNEL) > 0)


def _cropped_pieces(mask: Selection, at_face: Selection) -> Selection:
    """Keep the components of a mask that lie along the face and are no specks."""
    count, components = cv2.connectedComponents(mask.astype(np.uint8))
    sizes, sizes_at_face = (
        np.bincount(np.asarray(components)[selected], minlength=count)
        for selected in (mask, mask & at_face)
    )
    is_kept = (sizes_at_face >= _LEAST_AT_FACE) & (sizes_at_face > _SHARE_AT_FACE * sizes)
    return np.asarray(is_kept[components])


def _opened(mask: Selection) -> Selection:
    """Open a mask: leave out what is no wider than a thread."""
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, _THREAD_KERNEL)
    return np.asarray(opened) > 0


def _depth(mask: Selection) -> Floats:
    """Measure how deep in a mask each pixel lies, in pixels; 0 outside."""
    return np.asarray(
        cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5), np.float32
    )


def _log_likelihood_ratio(colours: Pixels, first: Selection, second: Selection) -> Floats:
    """Return the log ratio of each pixel's colour likelihoods in two selections; (H, W)."""
    return _log_likelihood(colours, first) - _log_likelihood(colours, second)


def _log_likelihood(colours: Pixels, samples: Selection) -> Floats:
    """Return the log likelihood of each pixel's colour by the histogram of a selection; (H, W)."""
    axes, sizes, ranges = [0, 1, 2], [_BINS] * 3, [0, 256] * 3
    sample_mask = np.where(samples, 255, 0).astype(np.uint8)
    counts = np.asarray(cv2.calcHist([colours], axes, sample_mask, sizes, ranges), np.float32)
    steps = np.arange(_BINS)
    below, above = np.maximum(steps - 1, 0), np.minimum(steps + 1, _BINS - 1)
    for axis in range(3):
        neighbours = counts.take(below, axis) + counts.take(above, axis)
        counts = np.asarray(counts / 2 + neighbours / 4, np.float32)
    bins = colours // (256 // _BINS)
    found = counts[bins[..., 0], bins[..., 1], bins[..., 2]]
    likelihood: Floats = np.log((found + _LEAST_COUNT) / (samples.sum() + _LEAST_COUNT))
    return likelihood.astype(np.float32)


def _edge_fade(inside: Mask) -> Floats:
    """Return (S, S) 1 inside, fading to 0 at the edge."""
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray((np.asarray(distance) / _EDGE_PX).clip(0, 1), np.float32)


def _crown_cap(hair: Selection, parsed: Selection, inside: Mask) -> Mask:
    """Round off hair that the upper edge of its picture cuts off; what it shows is mirrored.

    Args:
        hair: (S, S), none of it at the edge.
        parsed: (S, S) hair as the parser sees it, up to the edge.
        inside: (S, S) above 0 in the picture.

    Returns:
        (S, S) 255 in the cap above the picture, and a little below its edge.
    """
    columns, edge = np.arange(HAIR_FRAME_SIZE), inside.argmax(axis=0)
    below = np.minimum(edge + _EDGE_PX + 2, HAIR_FRAME_SIZE - 1)
    cut_columns = np.flatnonzero(hair[below, columns] & (edge > 1))
    cut_columns = max(
        np.split(cut_columns, np.flatnonzero(np.diff(cut_columns) > _EDGE_PX) + 1), key=len
    )
    cap = np.zeros_like(inside)
    if len(cut_columns) < _LEAST_CUT_PX:
        return cap
    half_width, middle = (np.ptp(cut_columns) + 1) / 2, (cut_columns[0] + cut_columns[-1]) / 2
    height_at_middle = _cap_height(hair, int(below[round(middle)]), half_width)
    height = height_at_middle * np.sqrt((1 - ((columns - middle) / half_width) ** 2).clip(0))
    rows = np.arange(HAIR_FRAME_SIZE)[:, None]
    within = (columns >= cut_columns[0]) & (columns <= cut_columns[-1])
    mirrored = parsed[np.abs(edge - rows).clip(0, HAIR_FRAME_SIZE - 1 - edge) + edge, columns]
    cap[(rows <= below) & (rows >= edge - height) & within & mirrored] = 255
    return np.asarray(cv2.morphologyEx(cap, cv2.MORPH_OPEN, _CAP_KERNEL), np.uint8)


def _hem(hair: Selection, parsed: Selection, inside: Mask) -> Mask:
    """Let hair that the lower edge of its picture cuts off go on below; what it shows is mirrored.

    Args:
        hair: (S, S), none of it at the edge.
        parsed: (S, S) hair as the parser sees it, up to the edge.
        inside: (S, S) above 0 in the picture.

    Returns:
        (S, S) 255 in the hem below the picture, and a little above its edge.
    """
    rows, columns = np.arange(HAIR_FRAME_SIZE)[:, None], np.arange(HAIR_FRAME_SIZE)
    edge = HAIR_FRAME_SIZE - 1 - (inside[::-1] > 0).argmax(axis=0)
    above = np.maximum(edge - _EDGE_PX - 2, 0)
    mirrored = parsed[(edge - np.abs(edge - rows)).clip(0), columns]
    is_hem = mirrored & hair[above, columns] & (rows > above) & (rows < edge + _HEM_PX)
    return np.where(is_hem & inside.any(axis=0), 255, 0).astype(np.uint8)


def _cap_height(hair: Selection, row: int, half_width: float) -> float:
    """Return how high the circle rises above a row, through its ends and those of a lower row."""
    below = np.flatnonzero(hair[min(row + _LOWER_PX, HAIR_FRAME_SIZE - 1)])
    lower_half_width = np.ptp(below) / 2 if len(below) else half_width
    distance = (lower_half_width**2 - half_width**2 + _LOWER_PX**2) / (2 * _LOWER_PX)
    return float(
        (np.hypot(half_width, distance) - distance).clip(
            _LEAST_RISE * half_width, _MOST_RISE * half_width
        )
    )
