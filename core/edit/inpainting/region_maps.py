"""Where the regions of faces lie while a hole in them is filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.region_outlines import UNKNOWN, landmark_labels
from core.anatomy.regions import LabelMap
from core.edit.compositing import blend
from core.edit.compositing.network_view import view
from core.edit.networks import Painters
from core.edit.requests import InpaintRequest
from core.face.align import Frame, canonical_frame
from core.face.parse import parsing_frame
from core.imaging.arrays import Image, Mask, Matrix
from core.models import face_parser
from core.runtime.membrane import membrane

_SIZE = face_parser.SIZE


class FaceMap(NamedTuple):
    """The regions of one face."""

    frame: Frame
    """The frame in which it is parsed."""
    labels: LabelMap
    """(256, 256), a `core.labels.Region` or `UNKNOWN` in each pixel of that frame."""


def coarse_maps(request: InpaintRequest, hole: Mask, painters: Painters) -> list[FaceMap]:
    """Map the faces that a hole lies on: parsed around it, drawn from their landmarks within it.

    Args:
        request: whose faces may be covered.
        hole: (H, W) 255 in the hole, else 0.
        painters: the loaded networks, the parser perhaps among them.
    """
    maps = []
    for landmarks in request.faces:
        frame = parsing_frame(canonical_frame(landmarks))
        picture, seen = view(frame, request.image, hole)
        if seen.any():
            labels = landmark_labels((_SIZE, _SIZE), frame.to_frame(landmarks))
            if painters.has(face_parser.NAME):
                coarse = membrane(picture, seen).clip(0, 255).astype(np.uint8)
                parsed = painters.labels(coarse)
                is_drawn = (seen > 0) & (labels != UNKNOWN)
                labels = np.where(is_drawn, labels, parsed).astype(np.uint8)
            maps.append(FaceMap(frame, labels))
    return maps


def refined_maps(maps: Sequence[FaceMap], filled: Image, painters: Painters) -> list[FaceMap]:
    """Map the same faces anew in what was filled; without a parser the maps stay as they are."""
    if not painters.has(face_parser.NAME):
        return list(maps)
    return [FaceMap(one.frame, painters.labels(blend.cut_8_bit(filled, one.frame))) for one in maps]


def labels_in(frame: Frame, maps: Sequence[FaceMap], painted: LabelMap | None = None) -> LabelMap:
    """Bring maps into a frame.

    Args:
        frame: of the photo.
        maps: of faces in the same photo.
        painted: (H, W) a map of the whole photo, that wins where it is known.

    Returns:
        (S, S), `UNKNOWN` where no map tells.
    """
    labels = np.full((frame.size, frame.size), UNKNOWN, np.uint8)
    for one in maps:
        moved = frame.matrix @ np.vstack([_inverted(one.frame), [0.0, 0.0, 1.0]])
        _lay(labels, _warped(one.labels, moved, frame.size))
    if painted is not None:
        _lay(labels, frame.cut(painted, cv2.INTER_NEAREST))
    return labels


def _lay(labels: LabelMap, known: LabelMap) -> None:
    np.copyto(labels, known, where=known != UNKNOWN)


def _inverted(frame: Frame) -> Matrix:
    return np.asarray(np.linalg.inv(np.vstack([frame.matrix, [0.0, 0.0, 1.0]]))[:2])


def _warped(labels: LabelMap, matrix: Matrix, size: int) -> LabelMap:
    nearest, beyond = cv2.INTER_NEAREST, cv2.BORDER_CONSTANT
    moved = cv2.warpAffine(
        labels, matrix, (size, size), flags=nearest, borderMode=beyond, borderValue=UNKNOWN
    )
    return np.asarray(moved, np.uint8)
