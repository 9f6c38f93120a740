"""Hair: where it lies in a photo, and what lends its detail to what is painted.

It is found in the parsing frame, whose 256 pixels are the unit of all constants.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks
from core.anatomy.regions import LabelMap, Region
from core.edit.compositing.blend import cut_8_bit, enlarge_mask
from core.edit.networks import Painters
from core.edit.requests import StyleRequest
from core.errors import CheckpointError
from core.face.align import MOUTH_AT, Frame, canonical_frame
from core.face.parse import FRAME_SIDE, parsing_frame
from core.imaging.arrays import Image, Mask, Window
from core.imaging.masks import dilate, fill_polygon
from core.models.face_parser import SIZE

FEATURES = tuple(region for region in Region if Region.SKIN < region < Region.HAIR)
"""Brows, eyes, nose and mouth."""

_MOUTH_ROW = round(SIZE * (0.5 + (MOUTH_AT[1] - 0.5) / FRAME_SIDE))
_SURE = 200  # of 255: what is surely hair, not its edge
_LASH_PX = 5  # around features: lashes, nostrils


def face_labels(image: Image, landmarks: Landmarks, painters: Painters) -> LabelMap:
    """Label every pixel of a face's parsing frame; (256, 256).

    Raises:
        CheckpointError: the weights of the parser are missing or damaged.
    """
    return painters.labels(cut_8_bit(image, parsing_frame(canonical_frame(landmarks))))


def chosen(labels: LabelMap, *regions: Region) -> Mask:
    """Cover some regions, 255 there, else 0."""
    return np.where(np.isin(labels, regions), 255, 0).astype(np.uint8)


def own_hair(labels: LabelMap) -> Mask:
    """Cover hair; what begins below the mouth is clothes that look like hair to the parser."""
    hair = chosen(labels, Region.HAIR)
    _, numbers = cv2.connectedComponents(hair)
    above = np.unique(np.asarray(numbers)[:_MOUTH_ROW])
    return np.where(np.isin(numbers, above), hair, 0).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Head:
    """The head that an edit changes, looked at once."""

    request: StyleRequest
    painters: Painters

    @cached_property
    def labels(self) -> LabelMap:
        """(256, 256) of the face's parsing frame.

        Raises:
            CheckpointError: the weights of the parser are missing or damaged.
        """
        return face_labels(self.request.image, self.request.landmarks, self.painters)


def not_lending(head: Head, window: Window, hole: Mask) -> Mask:
    """Tell where in a window nothing may be taken for the detail of what is painted.

    Hair and skin that are painted over still lend their strands and pores. Eyes and mouths lend
    nothing to hair.

    Args:
        head: of which the parser perhaps can tell nothing.
        window: of the photo.
        hole: (h, w) 255 where that window is painted.

    Returns:
        (h, w) above 0 there.
    """
    request = head.request
    frame = parsing_frame(canonical_frame(request.landmarks))
    try:
        labels = head.labels
    except CheckpointError:
        return hole
    lending = own_hair(labels)
    if request.mask is None:  # below a painted mask may be glasses that look like skin
        lending |= chosen(labels, Region.SKIN)
    unknown = hole & ~_surely(lending, frame, window)
    if not request.hair:
        return unknown
    features = dilate(chosen(labels, *FEATURES), _LASH_PX)
    return unknown | _surely(features, frame, window)


def _surely(mask: Mask, frame: Frame, window: Window) -> Mask:
    covered = enlarge_mask(mask, frame, window)
    return np.asarray(cv2.threshold(covered, _SURE, 255, cv2.THRESH_BINARY)[1], np.uint8)


def pictured(frame: Frame, shape: tuple[int, ...]) -> Mask:
    """Cover what of a frame lies in its picture, of that shape; (S, S) 0 or 255."""
    height, width = shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) - 0.5
    return fill_polygon((frame.size, frame.size), frame.to_frame(corners))
