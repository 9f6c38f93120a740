"""The hair of one face, cut out: what the parser says, corrected by colours, fine at its edges."""

from __future__ import annotations

from typing import NamedTuple, cast

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks
from core.anatomy.regions import LabelMap, Region
from core.edit.compositing.blend import cut_8_bit
from core.edit.hair.guided_matting import Matte, guided
from core.edit.hair.hair_labels import FEATURES, chosen, own_hair, pictured
from core.edit.networks import Painters
from core.face.align import Frame, canonical_frame
from core.face.parse import parsing_frame
from core.imaging.arrays import Floats, Image, Mask, Pixels, Selection
from core.imaging.masks import dilate
from core.models.face_parser import SIZE

FINE = 512
"""Side of the frame in which hair is cut out: the parsing frame, twice as fine."""

_GREW_BY_PX = 4  # of the parser's frame: hair that it does not see
_EDGE_PX = 10  # of the fine frame: how far the parser may be wrong
_SOFT_PX = 2.0
_SURE_PX, _SURE_NEAR_PX = 4, 30
"""Of the parser's frame: how deep in hair, and how near to skin above the eyes, a pixel teaches the
colours of hair."""
_LEAST_TAUGHT_PX = 50
_THREAD = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
_LEAST_PIECE = 0.1
"""Of the sure hair, in a piece of hair that does not hang together with the rest."""
_FOREIGN = 1.0
"""Logarithm of how much likelier a colour is behind hair than in it, in patches that are no hair
however deep in it the parser sees them."""
_BINS, _LEAST_COUNT = 32, 0.2
"""Of the histograms of colours, per axis of Lab, and what a bin holds at least."""
_MOST_TOLD, _MOST_PLACE = 6.0, 4.0
"""Logarithms of how much likelier hair is, at most, by a pixel's colour and by its place."""
_DOUBTFUL_PX = 2.0  # per unit of the latter
_LEAST_CUT_PX, _LOWER_PX = 60, 40
"""Of the fine frame: how much of hair is cut off where it is rounded off, and how far below the cut
its outline is looked at."""
_LEAST_RISE, _MOST_RISE = 0.15, 0.5  # of half the width that is cut off
_MISSED_PX, _ABOVE = 28, 0.3
"""Between hair and the picture's edge, in the upper part of the fine frame: hair that the parser
misses."""
FACE = (Region.SKIN, Region.EARS, *FEATURES)
HAIRY, COVERED = 0.03, 0.2
"""Coverage from which on a pixel may show hair, and below which it is taken for what is below."""


class Haircut(NamedTuple):
    """A face and its hair in the fine parsing frame."""

    frame: Frame
    image: Floats
    """(S, S, 3) in 0..1; beyond the picture it is mirrored."""
    seen: Floats
    """(S, S) 0..1, how much of each pixel is in the picture."""
    labels: LabelMap
    """(256, 256)"""
    matte: Matte
    allowed: Floats
    """(S, S) by what the matte's coverage is multiplied: 0 far from hair."""
    coverage: Floats
    """(S, S) of hair, 0..1."""

    def labelled(self, *regions: Region) -> Selection:
        """Select what the parser calls one of these; (S, S)."""
        chosen_here = np.isin(self.labels, regions).astype(np.uint8)
        size = (FINE, FINE)
        return np.asarray(cv2.resize(chosen_here, size, interpolation=cv2.INTER_NEAREST)) > 0

    @property
    def hairy(self) -> Mask:
        """Cover whatever may show hair; (S, S) 0 or 255.

        Where a picture ends a little above hair, the parser often misses the rest of it.
        """
        hair = np.where(own_hair(self.labels) > 0, 255, 0).astype(np.uint8)
        large = cv2.resize(hair, (FINE, FINE), interpolation=cv2.INTER_NEAREST)
        found = np.where(self.coverage > HAIRY, 255, large).astype(np.uint8)
        beyond = np.where(self.seen <= 0, 255, 0).astype(np.uint8)
        missed = dilate(found, _MISSED_PX) & dilate(beyond, _MISSED_PX)
        missed[round(_ABOVE * FINE) :] = 0
        return found | missed

    @property
    def face(self) -> Selection:
        """Select the face and its ears where no hair lies over them; (S, S)."""
        return self.labelled(*FACE) & (self.coverage < COVERED)

    @property
    def clear_skin(self) -> Selection:
        """Select skin that surely is nothing else; (S, S)."""
        inner = cv2.erode(self.labelled(Region.SKIN).astype(np.uint8), np.ones((5, 5), np.uint8))
        return (np.asarray(inner) > 0) & (self.coverage < HAIRY) & (self.seen >= 1)


def cut_out(image: Image, landmarks: Landmarks, painters: Painters) -> Haircut:
    """Cut the hair of a face out of its picture.

    Args:
        image: (H, W, 3) uint8 or uint16.
        landmarks: (68, 2) of the face.
        painters: the loaded networks.

    Raises:
        CheckpointError: the weights of the parser are missing or damaged.
    """
    coarse = parsing_frame(canonical_frame(landmarks))
    frame = coarse.resized(FINE)
    picture, fine = cut_8_bit(image, coarse), cut_8_bit(image, frame)
    labels = painters.labels(picture)
    inside = pictured(frame, image.shape)
    inside[[0, -1]] = inside[:, [0, -1]] = 0

    def cut() -> Haircut:
        return _cut(frame, picture, labels, fine, inside)

    found = painters.haircuts.answer("haircut", cut, picture, labels, fine, inside)
    return cast(Haircut, found)._replace(frame=frame)


def _cut(frame: Frame, picture: Mask, labels: LabelMap, fine: Mask, inside: Mask) -> Haircut:
    """Cut hair out of what two frames show of a picture.

    Args:
        frame: the fine one.
        picture, fine: (256, 256, 3) and (S, S, 3) uint8.
        labels: (256, 256) of `picture`.
        inside: (S, S) 255 where the fine frame shows something, else 0.
    """
    hair = _corrected(picture, labels, cv2.resize(_faded(inside), (SIZE, SIZE)) > 0.99)
    crown = _crown(cv2.resize(hair.astype(np.uint8), (FINE, FINE)) > 0, inside)
    seen = _faded(inside | crown)
    hair |= cv2.resize(crown, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST) > 0
    image = np.asarray(fine, np.float32) / np.float32(255)
    rough = cv2.resize(hair.astype(np.float32), (FINE, FINE), interpolation=cv2.INTER_LINEAR)
    matte = guided(image, np.asarray(rough, np.float32), _EDGE_PX)
    near = dilate(np.where(rough > 0, 255, 0).astype(np.uint8), _EDGE_PX) > 0
    allowed = cv2.GaussianBlur(near.astype(np.float32), (0, 0), _SOFT_PX) * seen
    return Haircut(frame, image, seen, labels, matte, allowed, matte.coverage(image) * allowed)


def _corrected(picture: Mask, labels: LabelMap, seen: Selection) -> Selection:
    """Let colours tell hair from clothes and trees that the parser takes for hair."""
    hair, face = own_hair(labels) > 0, chosen(labels, *FACE, Region.NECK)
    beside = np.asarray(cv2.distanceTransform(~face, cv2.DIST_L2, cv2.DIST_MASK_5))
    above = np.arange(SIZE)[:, None] < SIZE / 2
    depth = _depth(hair)
    sure = (depth > _SURE_PX) & (beside < _SURE_NEAR_PX) & above & seen
    colours = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    foreign = _likelier(colours, ~hair & (face == 0) & seen, sure) > _FOREIGN
    sure &= ~_opened(foreign)
    others = ~sure & (face == 0) & seen
    if min(sure.sum(), others.sum()) < _LEAST_TAUGHT_PX:
        return hair & seen
    ratio = _likelier(colours, sure, others)
    told = np.asarray(cv2.blur(ratio.clip(-_MOST_TOLD, _MOST_TOLD), (3, 3)))
    place = (np.where(hair, depth, -_depth(~hair)) / _DOUBTFUL_PX).clip(-_MOST_PLACE, _MOST_PLACE)
    found = (told + place > 0) & (_depth(~hair) <= _GREW_BY_PX) & (face == 0) & seen
    return _joined(found, sure)


def _joined(found: Selection, sure: Selection) -> Selection:
    """Keep what hangs together with hair that is sure by more than a thread."""
    inner = cv2.erode(found.astype(np.uint8), _THREAD)
    _, numbers = cv2.connectedComponents(inner)
    counts = np.bincount(np.asarray(numbers)[sure & (inner > 0)])
    wanted = np.flatnonzero(counts >= max(_LEAST_PIECE * counts.sum(), 1))
    kept = np.where(np.isin(numbers, wanted), inner, 0).astype(np.uint8)
    return found & (cv2.dilate(kept, _THREAD) > 0)


def _opened(mask: Selection) -> Selection:
    """Leave out what is no wider than a thread."""
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, _THREAD)
    return np.asarray(opened) > 0


def _depth(mask: Selection) -> Floats:
    """Measure how deep in a mask each pixel lies; 0 outside."""
    return np.asarray(
        cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5), np.float32
    )


def _likelier(colours: Pixels, one: Selection, other: Selection) -> Floats:
    """Tell by the logarithm how much likelier each pixel's colour is in one part; (H, W)."""
    return _likelihood(colours, one) - _likelihood(colours, other)


def _likelihood(colours: Pixels, taught: Selection) -> Floats:
    """Tell for each pixel of (H, W, 3) how usual its colour is among some; (H, W), a logarithm."""
    axes, sizes, ranges = [0, 1, 2], [_BINS] * 3, [0, 256] * 3
    chosen_ones = np.where(taught, 255, 0).astype(np.uint8)
    counts = np.asarray(cv2.calcHist([colours], axes, chosen_ones, sizes, ranges), np.float32)
    steps = np.arange(_BINS)
    below, above = np.maximum(steps - 1, 0), np.minimum(steps + 1, _BINS - 1)
    for axis in range(3):
        beside = counts.take(below, axis) + counts.take(above, axis)
        counts = np.asarray(counts / 2 + beside / 4, np.float32)
    bins = colours // (256 // _BINS)
    found = counts[bins[..., 0], bins[..., 1], bins[..., 2]]
    usual: Floats = np.log((found + _LEAST_COUNT) / (taught.sum() + _LEAST_COUNT))
    return usual.astype(np.float32)


def _faded(inside: Mask) -> Floats:
    """Return (S, S) 1 inside, fading out towards the edge."""
    away = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray((np.asarray(away) / _EDGE_PX).clip(0, 1), np.float32)


def _crown(hair: Selection, inside: Mask) -> Mask:
    """Round off hair that the upper edge of its picture cuts off; what it shows is mirrored.

    Args:
        hair: (S, S).
        inside: (S, S) above 0 in the picture.

    Returns:
        (S, S) 255 in the cap above the picture, and a little below its edge.
    """
    columns, edge = np.arange(FINE), inside.argmax(axis=0)
    below = np.minimum(edge + _EDGE_PX + 2, FINE - 1)
    cut = np.flatnonzero(hair[below, columns] & (edge > 1))
    cut = max(np.split(cut, np.flatnonzero(np.diff(cut) > _EDGE_PX) + 1), key=len)
    crown = np.zeros_like(inside)
    if len(cut) < _LEAST_CUT_PX:
        return crown
    half, middle = (np.ptp(cut) + 1) / 2, (cut[0] + cut[-1]) / 2
    rise = _rise(hair, int(below[round(middle)]), half)
    height = rise * np.sqrt((1 - ((columns - middle) / half) ** 2).clip(0))
    rows = np.arange(FINE)[:, None]
    within = (columns >= cut[0]) & (columns <= cut[-1])
    crown[(rows <= below) & (rows >= edge - height) & within] = 255
    return crown


def _rise(hair: Selection, row: int, half: float) -> float:
    """Tell how high the circle rises above a row, through its ends and those of a lower row."""
    below = np.flatnonzero(hair[min(row + _LOWER_PX, FINE - 1)])
    wider = np.ptp(below) / 2 if len(below) else half
    away = (wider**2 - half**2 + _LOWER_PX**2) / (2 * _LOWER_PX)
    return float((np.hypot(half, away) - away).clip(_LEAST_RISE * half, _MOST_RISE * half))
