"""The other person's face as an edit needs it: refused, mirrored, reduced where it has to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import MIRROR, Landmarks, interocular_distance
from core.edit.requests import ExemplarRequest
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, chained, inverse
from core.face.pose import yaw
from core.imaging.arrays import Image, Matrix, Pixels, Points
from core.imaging.depth import to_depth
from core.imaging.windows import is_empty

LEAST_EYE_DISTANCE_PX = 40
_WANTED_EYE_DISTANCE_PX = 60
_MOST_TURNED_APART = 30.0  # degrees
_WORTH_MIRRORING = 15.0  # degrees by which the heads must then be turned more alike
_COARSE = 2.0
"""Photo pixels per exemplar pixel from which the user is told."""
_EVERY = 4  # rows and columns of a photo that are looked at for colours
_MARGIN = 0.15  # of the canonical frame, kept around it
_COARSER = "The exemplar has fewer pixels than the photo, so what is taken from it may look soft."
_MIRRORED = "The exemplar was mirrored, because the two heads are turned to opposite sides."


@dataclass(frozen=True, eq=False)
class Counterpart:
    """A face whose parts are taken."""

    image: Pixels
    """(h, w, 3) its picture around the face, in the photo's depth and hardly finer than it."""
    landmarks: Points
    """(68, 2) in its canonical frame of 256 pixels."""
    matrix: Matrix
    """(2, 3) from pixels of the photo to pixels of `image`, canonical frame onto frame."""
    coarseness: float
    """Pixels of the photo per pixel of the exemplar, where the two faces are equally large."""
    notices: tuple[str, ...]

    def in_picture(self, canonical: Frame) -> Landmarks:
        """Return the (68, 2) landmarks in pixels of `image`; `canonical` as it was made for."""
        there = canonical.to_photo(self.landmarks)
        return there @ self.matrix[:, :2].T + self.matrix[:, 2]


def counterpart(request: ExemplarRequest, canonical: Frame) -> Counterpart:
    """Prepare the exemplar for a face of the photo.

    Args:
        request: what is asked for.
        canonical: the frame of the photo's face.

    Raises:
        InvalidRequestError: the face lies outside its picture, or the exemplar's is too small, or
            looks another way.
    """
    if is_empty(canonical.window(request.image.shape)):
        raise InvalidRequestError("The face lies outside the picture; choose another face.")
    check_size(request.exemplar_landmarks)
    shown = _turned_alike(request)
    frame = canonical_frame(shown.landmarks)
    margin = _MARGIN * frame.size / frame.scale
    window = frame.window(shown.image.shape, margin)
    if is_empty(window):
        raise InvalidRequestError(
            "The exemplar's face lies outside its picture; choose another exemplar."
        )
    image, inside = (
        np.ascontiguousarray(to_depth(shown.image[window], request.image.dtype)),
        frame.within(window),
    )
    if _is_grey(request.image[canonical.window(request.image.shape)]):
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    coarseness = inside.scale / canonical.scale
    matrix = chained(canonical.matrix, inverse(inside.matrix))
    if coarseness < 1:
        image, matrix = _reduced(image, matrix, coarseness)
    notices = (_MIRRORED,) if shown.is_mirrored else ()
    if coarseness > _COARSE:
        notices = (*notices, _COARSER)
    landmarks = frame.to_frame(shown.landmarks)
    return Counterpart(image, landmarks, matrix, coarseness, notices)


class _Shown(NamedTuple):
    image: Image
    landmarks: Landmarks
    is_mirrored: bool


def check_size(landmarks: Landmarks) -> None:
    """Refuse an exemplar whose face has too few pixels.

    Raises:
        InvalidRequestError: it has.
    """
    apart = interocular_distance(landmarks)
    if apart < LEAST_EYE_DISTANCE_PX:
        raise InvalidRequestError(
            f"The exemplar's eyes are only {apart:.0f} pixels apart; take a picture in which they "
            f"are at least {_WANTED_EYE_DISTANCE_PX} apart."
        )


def _turned_alike(request: ExemplarRequest) -> _Shown:
    """Mirror the exemplar where that turns its head as the face's is."""
    asked, found = yaw(request.landmarks), yaw(request.exemplar_landmarks)
    as_it_is, mirrored = abs(asked - found), abs(asked + found)
    is_mirrored = mirrored < as_it_is - _WORTH_MIRRORING or (
        mirrored <= _MOST_TURNED_APART < as_it_is
    )
    if min(as_it_is, mirrored) > _MOST_TURNED_APART:
        raise InvalidRequestError(
            "The exemplar's head is turned another way; take a picture that looks as the face does."
        )
    if not is_mirrored:
        return _Shown(request.exemplar, request.exemplar_landmarks, False)
    points = request.exemplar_landmarks[MIRROR]
    points[:, 0] = request.exemplar.shape[1] - 1 - points[:, 0]
    return _Shown(request.exemplar[:, ::-1], points, True)


def _is_grey(face: Image) -> bool:
    """Tell whether what is seen around a face has no colours."""
    few = face[::_EVERY, ::_EVERY]
    return bool((few == few[..., :1]).all())


def _reduced(image: Pixels, matrix: Matrix, scale: float) -> tuple[Pixels, Matrix]:
    """Reduce a picture that is finer than the photo, so that no grain is skipped."""
    height, width = image.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    smaller = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
    ratio = np.array([size[0] / width, size[1] / height])
    changed = matrix * ratio[:, None]
    changed[:, 2] += 0.5 * ratio - 0.5
    return smaller, changed
