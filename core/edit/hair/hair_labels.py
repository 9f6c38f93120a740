"""Labels of a head: where its hair lies, and what detail is not transferred from.

Labels are of the parsing frame, whose 256 pixels are the unit of all constants.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks
from core.anatomy.regions import LabelMap, Region
from core.edit.compositing.frame_resampling import cut_8_bit, resample_mask
from core.edit.networks import Networks
from core.edit.requests import StyleRequest
from core.errors import CheckpointError
from core.face.align import MOUTH_AT, Frame, canonical_frame
from core.face.parse import FRAME_SIDE, parsing_frame
from core.imaging.arrays import Image, Mask, Window
from core.imaging.masks import dilate, fill_polygon
from core.models.face_parser import SIZE

FEATURE_REGIONS = tuple(region for region in Region if Region.SKIN < region < Region.HAIR)
"""Brows, eyes, nose and mouth."""

_MOUTH_ROW = round(SIZE * (0.5 + (MOUTH_AT[1] - 0.5) / FRAME_SIDE))
_CORE_COVERAGE = 200  # of 255: what is surely inside a region, not its edge
_LASH_PX = 5  # around features: lashes, nostrils


def label_face(image: Image, landmarks: Landmarks, networks: Networks) -> LabelMap:
    """Label every pixel of a face's parsing frame.

    Args:
        image: (H, W, 3) uint8 or uint16.
        landmarks: (68, 2) of the face, in pixels.
        networks: the loaded networks.

    Returns:
        (256, 256) uint8, a `Region` each.

    Raises:
        CheckpointError: the weights of the parser are missing or damaged.
    """
    return networks.parse_face(cut_8_bit(image, parsing_frame(canonical_frame(landmarks))))


def region_mask(labels: LabelMap, *regions: Region) -> Mask:
    """Cover some regions of an (H, W) label map; (H, W) uint8, 255 there, else 0."""
    return np.where(np.isin(labels, regions), 255, 0).astype(np.uint8)


def hair_mask(labels: LabelMap) -> Mask:
    """Cover the hair of a parsing frame, without what begins below the mouth.

    That is clothes, which look like hair to the parser.

    Args:
        labels: (256, 256).

    Returns:
        (256, 256) uint8, 255 on hair, else 0.
    """
    hair = region_mask(labels, Region.HAIR)
    _, components = cv2.connectedComponents(hair)
    kept_numbers = np.unique(np.asarray(components)[:_MOUTH_ROW])
    return np.where(np.isin(components, kept_numbers), hair, 0).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class LabelledHead:
    """The head that an edit changes, parsed once."""

    request: StyleRequest
    networks: Networks

    @cached_property
    def labels(self) -> LabelMap:
        """(256, 256) uint8 of the face's parsing frame.

        Raises:
            CheckpointError: the weights of the parser are missing or damaged.
        """
        return label_face(self.request.image, self.request.landmarks, self.networks)


def exclude_from_detail(head: LabelledHead, window: Window, hole: Mask) -> Mask:
    """Cover what in a window is no source for the detail of what is painted.

    Hair and skin that are painted over are still a source of strands and pores. Eyes and mouths
    are none for hair.

    Args:
        head: without weights of a parser all of the hole is excluded.
        window: of the photo.
        hole: (h, w) uint8, 255 where that window is painted.

    Returns:
        (h, w) uint8, above 0 where nothing is transferred from.
    """
    request = head.request
    frame = parsing_frame(canonical_frame(request.landmarks))
    try:
        labels = head.labels
    except CheckpointError:
        return hole
    source = hair_mask(labels)
    if request.mask is None:  # below a painted mask may be glasses that look like skin
        source |= region_mask(labels, Region.SKIN)
    excluded = hole & ~_enlarge_core(source, frame, window)
    if not request.hair:
        return excluded
    features = dilate(region_mask(labels, *FEATURE_REGIONS), _LASH_PX)
    return excluded | _enlarge_core(features, frame, window)


def _enlarge_core(mask: Mask, frame: Frame, window: Window) -> Mask:
    coverage = resample_mask(mask, frame, window)
    return np.asarray(cv2.threshold(coverage, _CORE_COVERAGE, 255, cv2.THRESH_BINARY)[1], np.uint8)


def inside_image(frame: Frame, shape: tuple[int, ...]) -> Mask:
    """Cover what of a frame lies inside an image of that shape; (S, S) uint8, 0 or 255."""
    height, width = shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) - 0.5
    return fill_polygon((frame.size, frame.size), frame.to_frame(corners))
