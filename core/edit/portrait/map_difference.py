"""What a repainted label map asks for: where it differs from what the face shows."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import Landmarks
from core.anatomy.region_outlines import UNKNOWN
from core.anatomy.regions import (
    HEAD_COUNT,
    PUBLISHED_COUNT,
    LabelMap,
    Region,
    to_head,
    to_published,
)
from core.face.align import Frame, canonical_frame
from core.face.parse import parsing_frame
from core.imaging.arrays import Mask

_WAVERING_PX = 1.0
"""Of the 256 frame: where a face has been moved, what differs more thinly than twice that is an
outline that wavers."""
_LEAST_AREA_PX = 10
"""Of the 256 frame: smaller differences are specks."""


class MapDifference(NamedTuple):
    """Two maps of a face, in one frame."""

    frame: Frame
    """The face's parsing frame, in photo pixels."""
    found: LabelMap
    """(S, S) what the face shows, in the words that the wanted map uses."""
    wanted: LabelMap
    """(S, S)."""
    changed: Mask
    """(S, S) uint8, 255 where they differ, specks left out."""
    whole: tuple[LabelMap, LabelMap]
    """(H, W) each, both in pixels of the photo."""


def compare_maps(
    found: LabelMap, wanted: LabelMap, landmarks: Landmarks, size: int
) -> MapDifference:
    """Compare two maps of a photo in the frame of a face.

    Args:
        found: (H, W) of the parser, all that it knows.
        wanted: (H, W), 255 where it shall stay as it is.
        landmarks: (68, 2) of the face.
        size: side of the frame in pixels.
    """
    known = in_words_of(wanted, found)
    filled = np.where(wanted == UNKNOWN, known, wanted).astype(np.uint8)
    frame = parsing_frame(canonical_frame(landmarks)).resized(size)
    before, after = crop_labels(known, frame), crop_labels(filled, frame)
    return MapDifference(frame, before, after, _without_specks(before != after), (known, filled))


def differing(first: LabelMap, second: LabelMap) -> Mask:
    """Cover where two maps (S, S) differ but for specks and wavering outlines.

    Args:
        first, second: of what has moved, and of what is wanted.

    Returns:
        (S, S) uint8, 255 there.
    """
    raw = np.where(first != second, 255, 0).astype(np.uint8)
    size = 2 * round(_WAVERING_PX * raw.shape[0] / 256) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return _without_specks(np.asarray(cv2.morphologyEx(raw, cv2.MORPH_OPEN, disc)) > 0)


def _without_specks(area: npt.NDArray[np.bool_]) -> Mask:
    """Cover an area (S, S) but for small pieces; (S, S) uint8, 255 there."""
    covered = np.where(area, 255, 0).astype(np.uint8)
    count, pieces, facts, _ = cv2.connectedComponentsWithStats(covered)
    small = facts[:count, cv2.CC_STAT_AREA] < _LEAST_AREA_PX * (area.shape[0] / 256) ** 2
    return np.where(small[pieces], np.uint8(0), covered).astype(np.uint8)


def in_words_of(map_: LabelMap, found: LabelMap) -> LabelMap:
    """Reduce what the parser found to the labels that a map knows; both (H, W).

    A map with holes is painted over what was found, and knows it all.
    """
    most = int(map_.max(initial=0))
    if most == UNKNOWN or most >= HEAD_COUNT:
        return found
    return to_head(found) if most >= PUBLISHED_COUNT else to_published(found)


def share_changed(difference: MapDifference) -> float:
    """Return how much of the face, 0..1, is called something else."""
    is_face = (difference.found != Region.BACKGROUND) | (difference.wanted != Region.BACKGROUND)
    return float((difference.changed[is_face] > 0).mean()) if is_face.any() else 0.0


def crop_labels(labels: LabelMap, frame: Frame) -> LabelMap:
    """Crop a frame (S, S) out of a map (H, W)."""
    return np.asarray(frame.crop(labels, cv2.INTER_NEAREST), np.uint8)
