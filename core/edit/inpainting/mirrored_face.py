"""The mirror image of a face, which looks where the face itself looks."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.anatomy.landmarks import LEFT_EYE, RIGHT_EYE, Landmarks, mirror_landmarks
from core.imaging.alpha import composite
from core.imaging.arrays import Image, Matrix, Points
from core.imaging.masks import feather, fill_polygon
from core.imaging.windows import is_empty, window_around

_OPENING = 0.86
"""Share of an eye's width in which the gaze is turned back: lids and lashes stay mirrored."""
_FEATHER = 0.035
"""Of an eye's width: standard deviation of the blur at the edge of that."""
_MARGIN = 4 * _FEATHER  # of an eye's width: as far as the blur reaches


@dataclass(frozen=True, eq=False)
class MirroredFace:
    """A face's mirror image."""

    image: Image
    """(H, W, 3) as large and as deep as the photo."""
    landmarks: Landmarks
    """(68, 2) in pixels of `image`."""


def mirror_face(image: Image, landmarks: Landmarks) -> MirroredFace:
    """Mirror a photo, and turn the gaze of its face back: mirrored eyes would squint.

    Args:
        image: (H, W, 3) uint8 or uint16.
        landmarks: (68, 2) of the face.
    """
    mirrored = image[:, ::-1].copy()
    points = mirror_landmarks(landmarks, image.shape[1])
    for eye, twin in ((LEFT_EYE, RIGHT_EYE), (RIGHT_EYE, LEFT_EYE)):
        _turn_gaze_back(mirrored, points[list(eye)], image, landmarks[list(twin)])
    return MirroredFace(mirrored, points)


def _turn_gaze_back(mirrored: Image, eye: Points, image: Image, twin: Points) -> None:
    """Composite the photo's eye, as it is, into the opening of its mirror image, in place.

    Args:
        mirrored: (H, W, 3)
        eye: (6, 2) of the mirrored eye; they run from the left as those of `twin` do.
        image: (H, W, 3) the photo.
        twin: (6, 2) of the eye in it whose mirror image `eye` is.
    """
    width = float(np.linalg.norm(eye[3] - eye[0]))
    window = window_around(eye, mirrored.shape, _MARGIN * width)
    if is_empty(window):
        return
    corner = np.array([window[1].start, window[0].start])
    inside = eye - corner
    shape = (window[0].stop - window[0].start, window[1].stop - window[1].start)
    turned = cv2.warpAffine(
        image,
        _fit_affine(twin, inside),
        (shape[1], shape[0]),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    opening = fill_polygon(shape, _narrowed(inside))
    composite(mirrored[window], np.asarray(turned), feather(opening, _FEATHER * width))


def _narrowed(eye: Points) -> Points:
    """Bring (6, 2) points of an eye nearer to its middle, along the line between its corners."""
    along = (eye[3] - eye[0]) / max(float(np.linalg.norm(eye[3] - eye[0])), 1e-6)
    offsets = (eye - eye.mean(axis=0)) @ along
    return np.asarray(eye - (1 - _OPENING) * offsets[:, None] * along)


def _fit_affine(source: Points, target: Points) -> Matrix:
    """Find the (2, 3) least-squares affine map of (K, 2) points."""
    rows = np.column_stack([source, np.ones(len(source))])
    return np.asarray(np.linalg.lstsq(rows, target, rcond=None)[0].T, np.float64)
