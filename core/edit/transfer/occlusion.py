"""What lies over a face and is not part of it: hair, hands, things."""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np

from core.anatomy.landmarks import LEFT_EYE, NOSE_BASE, OUTER_LIPS, RIGHT_EYE, Landmarks
from core.anatomy.parts import FacePart
from core.anatomy.regions import LabelMap, Region
from core.edit.compositing.blend import cut_8_bit, enlarge_mask
from core.edit.networks import Painters
from core.edit.transfer.part_geometry import exchanged
from core.errors import CheckpointError, InvalidRequestError
from core.face.align import canonical_frame
from core.face.parse import parsing_frame
from core.imaging.arrays import Image, Mask
from core.imaging.windows import is_empty

_OVER = (Region.HAIR, Region.BACKGROUND)
_FEATURES = {"left eye": LEFT_EYE, "right eye": RIGHT_EYE, "nose": NOSE_BASE, "mouth": OUTER_LIPS}
_MOST_COVERED = 0.3
"""Share of a feature's points that may be hidden: the network paints what is missing, but not
from nothing."""
_LEAST_PX = 5  # of the parser's frame: what is thinner is taken for an error of the parser


def find_occlusion(image: Image, landmarks: Landmarks, painters: Painters) -> Mask:
    """Find what is not face around a face.

    Args:
        image: (H, W, 3) uint8 or uint16.
        landmarks: (68, 2) of the face.

    Returns:
        (H, W) 255 on hair and on whatever else is no skin, soft at its edges; empty beyond the
        face's surroundings, or where the program has no weights of a parser.
    """

    frame = parsing_frame(canonical_frame(landmarks))
    found = np.zeros(image.shape[:2], np.uint8)
    window = frame.window(image.shape)
    if is_empty(window):
        return found
    try:
        over = lying_over(painters.labels(cut_8_bit(image, frame)))
    except CheckpointError:
        return found
    found[window] = enlarge_mask(over, frame, window)
    return found


def lying_over(labels: LabelMap) -> Mask:
    """Cover what is not face in a parsing frame; (256, 256) 0 or 255."""
    over = np.where(np.isin(labels, _OVER), 255, 0).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_LEAST_PX, _LEAST_PX))
    return np.asarray(cv2.morphologyEx(over, cv2.MORPH_OPEN, disc), np.uint8)


def check_uncovered(over: Mask, landmarks: Landmarks, parts: Collection[FacePart]) -> None:
    """Refuse an exemplar of which something hides what shall be taken.

    Args:
        over: (H, W) what lies over its face.
        landmarks: (68, 2) in the same pixels.
        parts: what is taken.

    Raises:
        InvalidRequestError: hair or something else lies over an eye, the nose or the mouth.
    """
    taken = {index for piece in exchanged(parts) for index in piece.moved}
    height, width = over.shape
    columns, rows = np.rint(landmarks).astype(int).T
    hidden = over[rows.clip(0, height - 1), columns.clip(0, width - 1)] > 0
    for name, group in _FEATURES.items():
        if taken.issuperset(group) and hidden[list(group)].mean() > _MOST_COVERED:
            raise InvalidRequestError(
                f"Hair or something else covers the exemplar's {name}; take another picture."
            )
