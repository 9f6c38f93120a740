"""What lies over a face and is not part of it: hair, hands, things."""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np

from core.anatomy.landmarks import LEFT_EYE, NOSE_BASE, OUTER_LIPS, RIGHT_EYE, Landmarks
from core.anatomy.parts import FacePart
from core.anatomy.regions import LabelMap, Region
from core.edit.compositing.frame_resampling import cut_8_bit, resample_mask
from core.edit.networks import Networks
from core.edit.transfer.part_geometry import pieces_of
from core.errors import CheckpointError, InvalidRequestError
from core.face.align import canonical_frame
from core.face.parse import parsing_frame
from core.imaging.arrays import Image, Mask
from core.imaging.windows import is_empty

_OCCLUDERS = (Region.HAIR, Region.BACKGROUND, Region.HAT, Region.CLOTH)
"""Glasses are none: whether they may stay is told elsewhere."""
_FEATURES = {"left eye": LEFT_EYE, "right eye": RIGHT_EYE, "nose": NOSE_BASE, "mouth": OUTER_LIPS}
_MOST_COVERED = 0.3
"""Share of a feature's landmarks that may be hidden: the network paints what is missing, but not
from nothing."""
_LEAST_PX = 5  # of the parser's frame: what is thinner counts as an error of the parser


def find_occlusion(image: Image, landmarks: Landmarks, networks: Networks) -> Mask:
    """Find what is not face around a face.

    Args:
        image: (H, W, 3) uint8 or uint16.
        landmarks: (68, 2) of the face, in pixels.
        networks: the loaded networks.

    Returns:
        (H, W) uint8, 255 on hair and on whatever else is no skin, soft at its edges; 0 beyond the
        parsing frame, and everywhere if the program has no weights of a parser.
    """
    frame = parsing_frame(canonical_frame(landmarks))
    result = np.zeros(image.shape[:2], np.uint8)
    window = frame.window(image.shape)
    if is_empty(window):
        return result
    try:
        occlusion = occlusion_mask(networks.parse_face(cut_8_bit(image, frame)))
    except CheckpointError:
        return result
    result[window] = resample_mask(occlusion, frame, window)
    return result


def occlusion_mask(labels: LabelMap) -> Mask:
    """Cover what is not face in a parsing frame.

    Args:
        labels: (256, 256).

    Returns:
        (256, 256) uint8, 0 or 255.
    """
    occlusion = np.where(np.isin(labels, _OCCLUDERS), 255, 0).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_LEAST_PX, _LEAST_PX))
    return np.asarray(cv2.morphologyEx(occlusion, cv2.MORPH_OPEN, disc), np.uint8)


def check_unoccluded(occlusion: Mask, landmarks: Landmarks, parts: Collection[FacePart]) -> None:
    """Refuse an exemplar of which something hides the parts to transfer.

    Args:
        occlusion: (H, W) uint8, above 0 where something lies over its face.
        landmarks: (68, 2) in the same pixels.
        parts: to transfer.

    Raises:
        InvalidRequestError: hair or something else lies over an eye, the nose or the mouth.
    """
    transferred = {index for piece in pieces_of(parts) for index in piece.moved}
    height, width = occlusion.shape
    columns, rows = np.rint(landmarks).astype(int).T
    hidden = occlusion[rows.clip(0, height - 1), columns.clip(0, width - 1)] > 0
    for name, group in _FEATURES.items():
        if transferred.issuperset(group) and hidden[list(group)].mean() > _MOST_COVERED:
            raise InvalidRequestError(
                f"Hair or something else covers the exemplar's {name}; take another picture."
            )
