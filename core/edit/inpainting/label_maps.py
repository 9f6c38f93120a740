"""Label maps of faces while a hole in them is filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.region_outlines import UNKNOWN, labels_from_landmarks
from core.anatomy.regions import LabelMap
from core.edit.compositing import frame_resampling
from core.edit.compositing.network_view import network_view
from core.edit.networks import Networks
from core.edit.requests import InpaintRequest
from core.face.align import Frame, canonical_frame
from core.face.parse import parsing_frame
from core.imaging.arrays import Image, Mask, Matrix
from core.models import face_parser
from core.runtime.membrane import fill_membrane

_SIZE = face_parser.SIZE


class FaceLabelMap(NamedTuple):
    """The label map of one face."""

    frame: Frame
    """The frame in which it is parsed."""
    labels: LabelMap
    """(256, 256) uint8, a `Region` or `UNKNOWN` in each pixel of that frame."""


def coarse_label_maps(
    request: InpaintRequest, hole: Mask, networks: Networks
) -> list[FaceLabelMap]:
    """Label the faces that a hole lies on: parsed around it, drawn from their landmarks within it.

    Args:
        request: whose faces may be covered.
        hole: (H, W) uint8, 255 in the hole, else 0.
        networks: the loaded networks, the parser perhaps among them.
    """
    maps = []
    for landmarks in request.faces:
        frame = parsing_frame(canonical_frame(landmarks))
        picture, frame_hole = network_view(frame, request.image, hole)
        if frame_hole.any():
            labels = labels_from_landmarks((_SIZE, _SIZE), frame.to_frame(landmarks))
            if networks.has_model(face_parser.NAME):
                coarse = fill_membrane(picture, frame_hole).clip(0, 255).astype(np.uint8)
                parsed = networks.parse_face(coarse)
                is_drawn = (frame_hole > 0) & (labels != UNKNOWN)
                labels = np.where(is_drawn, labels, parsed).astype(np.uint8)
            maps.append(FaceLabelMap(frame, labels))
    return maps


def refined_label_maps(
    maps: Sequence[FaceLabelMap], filled: Image, networks: Networks
) -> list[FaceLabelMap]:
    """Parse the same faces in the filled photo, (H, W, 3); without a parser the maps stay."""
    if not networks.has_model(face_parser.NAME):
        return list(maps)
    return [
        FaceLabelMap(
            face.frame, networks.parse_face(frame_resampling.cut_8_bit(filled, face.frame))
        )
        for face in maps
    ]


def labels_in_frame(
    frame: Frame, maps: Sequence[FaceLabelMap], painted: LabelMap | None = None
) -> LabelMap:
    """Resample label maps into a frame.

    Args:
        frame: of the photo.
        maps: of faces in the same photo.
        painted: (H, W) uint8, a map of the whole photo, that takes precedence where it is known.

    Returns:
        (S, S) uint8, `UNKNOWN` where no map has a label.
    """
    labels = np.full((frame.size, frame.size), UNKNOWN, np.uint8)
    for face in maps:
        to_frame = frame.matrix @ np.vstack([_inverted(face.frame), [0.0, 0.0, 1.0]])
        _overwrite_known(labels, _warped(face.labels, to_frame, labels.shape))
    if painted is not None:
        _overwrite_known(labels, frame.crop(painted, cv2.INTER_NEAREST))
    return labels


def labels_in_photo(shape: Sequence[int], maps: Sequence[FaceLabelMap]) -> LabelMap:
    """Resample label maps into their photo.

    Args:
        shape: height and width of the photo.
        maps: of its faces.

    Returns:
        (H, W) uint8, `UNKNOWN` where no map has a label.
    """
    labels = np.full(tuple(shape[:2]), UNKNOWN, np.uint8)
    for face in maps:
        _overwrite_known(labels, _warped(face.labels, _inverted(face.frame), labels.shape))
    return labels


def _overwrite_known(labels: LabelMap, known: LabelMap) -> None:
    np.copyto(labels, known, where=known != UNKNOWN)


def _inverted(frame: Frame) -> Matrix:
    return np.asarray(np.linalg.inv(np.vstack([frame.matrix, [0.0, 0.0, 1.0]]))[:2])


def _warped(labels: LabelMap, matrix: Matrix, shape: tuple[int, ...]) -> LabelMap:
    nearest, beyond = cv2.INTER_NEAREST, cv2.BORDER_CONSTANT
    moved = cv2.warpAffine(
        labels, matrix, (shape[1], shape[0]), flags=nearest, borderMode=beyond, borderValue=UNKNOWN
    )
    return np.asarray(moved, np.uint8)
