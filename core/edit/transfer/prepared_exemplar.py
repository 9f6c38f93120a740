"""The exemplar as a transfer needs it: refused, mirrored, reduced where it has to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks, interocular_distance, mirror_landmarks
from core.edit.requests import ExemplarRequest
from core.errors import InvalidRequestError
from core.face.align import Frame, canonical_frame, compose_transforms, invert_transform
from core.face.pose import estimate_yaw
from core.imaging.arrays import Image, Matrix, Pixels, Points
from core.imaging.depth import to_depth
from core.imaging.windows import is_empty

LEAST_EYE_DISTANCE_PX = 40
_WANTED_EYE_DISTANCE_PX = 60
_MOST_YAW_DIFFERENCE = 30.0  # degrees
_LEAST_MIRROR_GAIN = 15.0  # degrees by which that must reduce the difference of the heads' yaw
_COARSE_FROM = 2.0
"""Photo pixels per exemplar pixel from which the user is told."""
_GREY_CHECK_STEP = 4  # rows and columns of a photo that are sampled for colours
_MARGIN = 0.15  # of the canonical frame, kept around it
_COARSE_NOTICE = (
    "The exemplar has fewer pixels than the photo, so what is taken from it may look soft."
)
_MIRRORED_NOTICE = "The exemplar was mirrored, because the two heads are turned to opposite sides."


@dataclass(frozen=True, eq=False)
class PreparedExemplar:
    """A face whose parts or hair are transferred."""

    image: Pixels
    """(h, w, 3) its picture around the face, in the photo's depth and hardly finer than it."""
    landmarks: Points
    """(68, 2) in its canonical frame of 256 pixels."""
    matrix: Matrix
    """(2, 3) from pixels of the photo to pixels of `image`, by way of the canonical frames."""
    coarseness: float
    """Pixels of the photo per pixel of the exemplar, where the two faces are equally large."""
    notices: tuple[str, ...]

    def landmarks_in_image(self, canonical: Frame) -> Landmarks:
        """Return the (68, 2) landmarks in pixels of `image`; `canonical` as it was made for."""
        in_photo = canonical.to_photo(self.landmarks)
        return in_photo @ self.matrix[:, :2].T + self.matrix[:, 2]


def prepare_exemplar(request: ExemplarRequest, canonical: Frame) -> PreparedExemplar:
    """Prepare the exemplar for a face of the photo.

    Args:
        request: what is asked for.
        canonical: the frame of the photo's face.

    Raises:
        InvalidRequestError: the face lies outside its picture, or the exemplar's is too small, or
            is turned another way.
    """
    if is_empty(canonical.window(request.image.shape)):
        raise InvalidRequestError("The face lies outside the picture; choose another face.")
    check_face_size(request.exemplar_landmarks)
    oriented = _mirror_to_pose(request)
    frame = canonical_frame(oriented.landmarks)
    margin = _MARGIN * frame.size / frame.scale
    window = frame.window(oriented.image.shape, margin)
    if is_empty(window):
        raise InvalidRequestError(
            "The exemplar's face lies outside its picture; choose another exemplar."
        )
    image = np.ascontiguousarray(to_depth(oriented.image[window], request.image.dtype))
    inner = frame.within(window)
    if _is_grey(request.image[canonical.window(request.image.shape)]):
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    coarseness = inner.scale / canonical.scale
    matrix = compose_transforms(canonical.matrix, invert_transform(inner.matrix))
    if coarseness < 1:
        image, matrix = _reduced(image, matrix, coarseness)
    notices = (_MIRRORED_NOTICE,) if oriented.is_mirrored else ()
    if coarseness > _COARSE_FROM:
        notices = (*notices, _COARSE_NOTICE)
    landmarks = frame.to_frame(oriented.landmarks)
    return PreparedExemplar(image, landmarks, matrix, coarseness, notices)


class _OrientedExemplar(NamedTuple):
    image: Image
    landmarks: Landmarks
    is_mirrored: bool


def check_face_size(landmarks: Landmarks) -> None:
    """Refuse an exemplar whose face has too few pixels.

    Args:
        landmarks: (68, 2) in pixels of its picture.

    Raises:
        InvalidRequestError: its eyes are less than `LEAST_EYE_DISTANCE_PX` apart.
    """
    eye_distance = interocular_distance(landmarks)
    if eye_distance < LEAST_EYE_DISTANCE_PX:
        raise InvalidRequestError(
            f"The exemplar's eyes are only {eye_distance:.0f} pixels apart; take a picture in "
            f"which they are at least {_WANTED_EYE_DISTANCE_PX} apart."
        )


def _mirror_to_pose(request: ExemplarRequest) -> _OrientedExemplar:
    """Mirror the exemplar where that makes its yaw more like the face's."""
    if request.any_yaw:
        return _OrientedExemplar(request.exemplar, request.exemplar_landmarks, False)
    own_yaw = estimate_yaw(request.landmarks)
    exemplar_yaw = estimate_yaw(request.exemplar_landmarks)
    as_it_is, mirrored = abs(own_yaw - exemplar_yaw), abs(own_yaw + exemplar_yaw)
    is_mirrored = mirrored < as_it_is - _LEAST_MIRROR_GAIN or (
        mirrored <= _MOST_YAW_DIFFERENCE < as_it_is
    )
    if min(as_it_is, mirrored) > _MOST_YAW_DIFFERENCE:
        raise InvalidRequestError(
            "The exemplar's head is turned another way; take a picture that looks as the face does."
        )
    if not is_mirrored:
        return _OrientedExemplar(request.exemplar, request.exemplar_landmarks, False)
    landmarks = mirror_landmarks(request.exemplar_landmarks, request.exemplar.shape[1])
    return _OrientedExemplar(request.exemplar[:, ::-1], landmarks, True)


def _is_grey(face: Image) -> bool:
    """Tell whether an (h, w, 3) face crop has no colours."""
    samples = face[::_GREY_CHECK_STEP, ::_GREY_CHECK_STEP]
    return bool((samples == samples[..., :1]).all())


def _reduced(image: Pixels, matrix: Matrix, scale: float) -> tuple[Pixels, Matrix]:
    """Reduce an image that is finer than the photo by area averaging, against aliasing."""
    height, width = image.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    reduced = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
    ratio = np.array([size[0] / width, size[1] / height])
    scaled_matrix = matrix * ratio[:, None]
    scaled_matrix[:, 2] += 0.5 * ratio - 0.5
    return reduced, scaled_matrix
