"""Hair: where it lies in a photo and in an exemplar, and where painted hair takes strands from.

It is found in the parsing frame, whose 256 pixels are the unit of all constants.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.edit.blend import cut_8_bit, enlarge_mask
from core.edit.counterpart import as_deep
from core.edit.painters import Painters
from core.edit.request import Exemplar, StyleRequest
from core.errors import CheckpointError
from core.face.align import MOUTH_AT, Frame, canonical_frame, chained, inverse
from core.face.parse import FRAME_SIDE, parsing_frame
from core.face.pose import yaw
from core.labels import LabelMap, Region
from core.masks import Image, Mask, Window, dilate, fill_polygon
from core.models.face_parser import SIZE
from core.regions import Landmarks

FEATURES = tuple(region for region in Region if Region.SKIN < region < Region.HAIR)
"""Brows, eyes, nose and mouth."""

_MOUTH_ROW = round(SIZE * (0.5 + (MOUTH_AT[1] - 0.5) / FRAME_SIDE))
_TURNED_APART = 20.0
"""Degrees beyond which the exemplar's hair does not lie as it would on the photo's face."""
_SURE = 200  # of 255: what is surely hair, not its edge
_COARSE = 1.5
"""Photo pixels per exemplar pixel from which on the exemplar shows no strands."""
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


def borrowed_hair(exemplar: Exemplar, landmarks: Landmarks, painters: Painters) -> Mask:
    """Cover where an exemplar's hair would lie on a face that looks the same way; (256, 256)."""
    labels = face_labels(exemplar.image, exemplar.landmarks, painters)
    if abs(yaw(landmarks) - yaw(exemplar.landmarks)) > _TURNED_APART:
        return np.zeros_like(labels)
    frame = parsing_frame(canonical_frame(exemplar.landmarks))
    return own_hair(labels) & pictured(frame, exemplar.image.shape)


def strands(
    request: StyleRequest, window: Window, hole: Mask, painters: Painters
) -> tuple[Image, Mask]:
    """Show where what is painted in a window takes its detail from.

    Hair and skin that are painted over still lend their strands and pores, an exemplar's hair
    lends its own where it is as sharp. Eyes and mouths lend nothing to hair.

    Args:
        request: what is asked for.
        window: of the photo.
        hole: (h, w) 255 where that window is painted.
        painters: the loaded networks, the parser perhaps among them.

    Returns:
        (h, w, 3) in the photo's depth, and (h, w) above 0 where nothing may be taken.
    """
    source, landmarks = request.image[window], request.landmarks
    frame = parsing_frame(canonical_frame(landmarks))
    try:
        labels = face_labels(request.image, landmarks, painters)
    except CheckpointError:
        return source, hole
    lending = own_hair(labels)
    if request.mask is None:  # below a painted mask may be glasses that look like skin
        lending |= chosen(labels, Region.SKIN)
    unknown = hole & ~_surely(lending, frame, window)
    if not request.hair:
        return source, unknown
    features = dilate(chosen(labels, *FEATURES), _LASH_PX)
    unknown |= _surely(features, frame, window)
    if request.exemplar is None or _coarseness(request.exemplar, landmarks) > _COARSE:
        return source, unknown
    theirs = _surely(borrowed_hair(request.exemplar, landmarks, painters), frame, window)
    brought = _brought(request.exemplar, request, window)
    return np.where(theirs[..., None] > 0, brought, source), unknown & ~theirs


def _surely(mask: Mask, frame: Frame, window: Window) -> Mask:
    return np.where(enlarge_mask(mask, frame, window) > _SURE, 255, 0).astype(np.uint8)


def _coarseness(exemplar: Exemplar, landmarks: Landmarks) -> float:
    return canonical_frame(exemplar.landmarks).scale / canonical_frame(landmarks).scale


def _brought(exemplar: Exemplar, request: StyleRequest, window: Window) -> Image:
    """Bring the exemplar's picture to a window of the photo, face upon face."""
    there = canonical_frame(exemplar.landmarks).matrix
    here = canonical_frame(request.landmarks).within(window).matrix
    height, width = request.image[window].shape[:2]
    brought = Frame(chained(there, inverse(here)), max(height, width)).cut(
        as_deep(exemplar.image, request.image)
    )
    return brought[:height, :width]


def pictured(frame: Frame, shape: tuple[int, ...]) -> Mask:
    """Cover what of a frame lies in its picture, of that shape; (S, S) 0 or 255."""
    height, width = shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) - 0.5
    return fill_polygon((frame.size, frame.size), frame.to_frame(corners))
