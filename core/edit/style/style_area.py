"""What of a photo is painted in another style: below a mask, or parts of a face and hair.

Parts and hair are found in the parsing frame, whose 256 pixels are the unit of all constants.
"""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks
from core.anatomy.parts import FacePart, part_outlines
from core.anatomy.regions import HEAD_COUNT, LabelMap, Region
from core.edit.compositing.frame_resampling import resample_mask
from core.edit.hair.hair_labels import FEATURE_REGIONS, LabelledHead, hair_mask, region_mask
from core.edit.transfer.occlusion import occlusion_mask
from core.errors import CheckpointError, InvalidRequestError
from core.face.align import Frame, canonical_frame
from core.face.parse import FRAME_SIDE, parsing_frame
from core.imaging.arrays import Mask, Window
from core.imaging.masks import dilate, feather, fill_hull
from core.imaging.windows import bounding_window, is_empty
from core.models.face_parser import SIZE

_GROWN_PX = 6  # around hair: strands that the parser does not see
_FEATHER_PX = 2.0
_GAP_PX = 5  # between face and hair, which the whole look includes
_HAIR_SIDE = 1.2
"""Side of the square in which hair is painted, in sides of the canonical frame."""
_FADE_PX = 10.0  # over which hair that leaves that square goes back to the photo's
_KEPT = (Region.SKIN, Region.EARS, *(region for region in Region if region >= HEAD_COUNT))


def find_style_area(head: LabelledHead) -> tuple[Window, Mask]:
    """Find the area to paint.

    Returns:
        A window of the photo and its (h, w) uint8 coverage, which is 0 outside.

    Raises:
        InvalidRequestError: nothing of it is in the picture.
        CheckpointError: hair is asked for, and the weights of the parser are missing.
    """
    request = head.request
    if request.mask is not None:
        window = bounding_window(request.mask)
        return window, request.mask[window]
    frame = parsing_frame(canonical_frame(request.landmarks))
    window = frame.window(request.image.shape)
    if is_empty(window):
        raise InvalidRequestError("The face lies outside the picture; choose another face.")
    covered = resample_mask(_soften(_area_in_frame(head, frame)), frame, window)
    if not covered.any():
        raise InvalidRequestError("Nothing of that is seen in this face; paint a mask over it.")
    rows, columns = bounding_window(covered)
    top, left = window[0].start, window[1].start
    within = (
        slice(rows.start + top, rows.stop + top),
        slice(columns.start + left, columns.stop + left),
    )
    return within, covered[rows, columns]


def _area_in_frame(head: LabelledHead, frame: Frame) -> Mask:
    """Cover parts of a face, and its hair, in the parsing frame; (256, 256) uint8, 0 or 255."""
    request = head.request
    area = _part_area(request.parts, request.landmarks, frame)
    if not request.hair:
        return area & ~_occlusion(head)
    area |= _hair_area(head.labels)
    return _close_gap(area) if FacePart.FACE in request.parts else area


def _part_area(parts: Collection[FacePart], landmarks: Landmarks, frame: Frame) -> Mask:
    area = np.zeros((SIZE, SIZE), np.uint8)
    for part in parts:
        for outline in part_outlines(part, landmarks):
            area |= fill_hull(area.shape, frame.to_frame(outline))
    return area


def _occlusion(head: LabelledHead) -> Mask:
    """Cover what lies over the face; nothing where the program has no weights of a parser."""
    try:
        return occlusion_mask(head.labels)
    except CheckpointError:
        return np.zeros((SIZE, SIZE), np.uint8)


def _hair_area(labels: LabelMap) -> Mask:
    """Cover hair and what is close around it, but not the face."""
    wide = dilate(hair_mask(labels), _GROWN_PX)
    return wide & ~region_mask(labels, *_KEPT, *FEATURE_REGIONS)


def _close_gap(area: Mask) -> Mask:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _GAP_PX + 1, 2 * _GAP_PX + 1))
    return np.asarray(cv2.morphologyEx(area, cv2.MORPH_CLOSE, disc), np.uint8)


def _soften(area: Mask) -> Mask:
    """Feather an area, and let it fade out far from the face."""
    centre_distance = np.abs(np.arange(SIZE) - (SIZE - 1) / 2)
    left = SIZE / 2 * _HAIR_SIDE / FRAME_SIDE - np.maximum.outer(centre_distance, centre_distance)
    share = np.clip(left / _FADE_PX, 0.0, 1.0)
    soft: Mask = np.rint(feather(area, _FEATHER_PX) * share).astype(np.uint8)
    return soft
