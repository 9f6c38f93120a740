"""The 68 landmarks of a face, by dlib's published predictor."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import LEFT_EYE, RIGHT_EYE, Landmarks, interocular_distance
from core.errors import CheckpointError
from core.face.align import Frame, canonical_frame
from core.face.candidates import Candidate
from core.face.dlib_files import LANDMARKS_5, LANDMARKS_68, verified_file
from core.imaging.arrays import Image, Image8
from core.imaging.depth import to_8_bit

if TYPE_CHECKING:
    import dlib

_BOX_CENTRE = (0.488, 0.60)
_BOX_SHARE = 0.59
"""Where dlib's frontal detector sees the face in the canonical frame; fractions of its side."""

_CROP_SIZE = 1024
_CROP_SHARE = 0.5
"""The upright copy in which all is measured: the face is 512 pixels wide in it, and the copy
large enough for any frame around the face."""
_FIRST_SIZE = 320
_SIZE = 864
"""Side of the frame that is measured: the face is 510 pixels wide, because dlib rounds its
points to whole pixels."""

BoxOffset = tuple[int, int, int]
"""How far right, down and larger the box is than expected, in steps of `_BOX_STEP`."""

_BOX_OFFSETS = ((0, 0, 0), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1))
_BOX_STEP = 0.04
_TURNS_DEG = (-5.0, 0.0, 5.0)
"""The predictor moves its points by 1 to 2 % of the interocular distance with the box it
starts from and with the face's tilt in it; the mean over boxes moved and resized by this
share of their width and turned by these degrees halves that."""

_FIVE_POINTS = (45, 42, 36, 39, 33)
"""Which of the 68 the other predictor knows: the corners of the eyes, and the nose's base."""


class FittedLandmarks(NamedTuple):
    """The points of a face, and how little they are to be believed."""

    points: Landmarks
    """(68, 2) in pixels of the image, in the person's order: the first points lie on the
    picture's left of the face when it stands upright."""
    doubt: float
    """How far the answers from several boxes lie apart, and how far those of a second predictor
    lie from them (the geometric mean of both), in interocular distances."""


def find_landmarks(image: Image, candidate: Candidate) -> FittedLandmarks:
    """Measure the landmarks of one face.

    The face is resampled upright and to a fixed size first: by the candidate and the tilt of
    the eyes found there, or by those points alone where the candidate is vague.

    Args:
        image: (H, W, 3), uint8 or uint16.
        candidate: the face, its angle right within 30 degrees.
    """
    crop_frame = candidate.frame(_CROP_SIZE, _CROP_SHARE)
    pixels = _to_grey(to_8_bit(crop_frame.crop(image)))
    middle, width = (_CROP_SIZE - 1) / 2, _CROP_SIZE * _CROP_SHARE
    upright = replace(candidate, x=middle, y=middle, width=width, angle=0.0)
    points = _predict(pixels, _predictor_frame(upright, _FIRST_SIZE))[0]
    if candidate.is_clear:
        exact = replace(upright, angle=_tilt(points))
    else:
        points = _predict(pixels, canonical_frame(points, _FIRST_SIZE))[0]
        exact = _expected_candidate(canonical_frame(points, _SIZE))
    frames = [
        _predictor_frame(replace(exact, angle=exact.angle + turn), _SIZE) for turn in _TURNS_DEG
    ]
    answers = np.concatenate([_predict(pixels, one, _BOX_OFFSETS) for one in frames])
    points = answers.mean(axis=0)
    second = _predict_five(pixels, _predictor_frame(exact, _SIZE))
    spread = np.sqrt(np.square(answers - points).sum(axis=2).mean(axis=0)).mean()
    apart = np.linalg.norm(second - points[list(_FIVE_POINTS)], axis=1).mean()
    doubt = float(np.sqrt(spread * apart) / max(interocular_distance(points), 1.0))
    return FittedLandmarks(crop_frame.to_photo(points), doubt)


def _predictor_frame(candidate: Candidate, size: int) -> Frame:
    return candidate.frame(size, _BOX_SHARE, _BOX_CENTRE)


def _expected_candidate(canonical: Frame) -> Candidate:
    """Return what dlib's frontal detector is expected to answer for the face in such a frame."""
    x, y = np.array(_BOX_CENTRE) * canonical.size - 0.5
    return Candidate(x, y, _BOX_SHARE * canonical.size, 0.0, 0.0).to_photo(canonical)


def _tilt(landmarks: Landmarks) -> float:
    """Measure by how many degrees a face is turned clockwise, from its eyes."""
    along = landmarks[list(RIGHT_EYE)].mean(axis=0) - landmarks[list(LEFT_EYE)].mean(axis=0)
    return float(np.rad2deg(np.arctan2(along[1], along[0])))


def _to_grey(pixels: Image8) -> Image8:
    """Mix the channels in equal parts as the predictor does: one is resampled sooner than three."""
    return np.asarray(cv2.transform(pixels, np.full((1, 3), 1 / 3)), np.uint8)


def _predict(
    upright: Image8, frame: Frame, offsets: tuple[BoxOffset, ...] = _BOX_OFFSETS[:1]
) -> Landmarks:
    """Predict from boxes moved and resized by the offsets: (N, 68, 2), in copy pixels."""
    pixels = np.ascontiguousarray(frame.crop(upright))
    answers = [_points(_predictor(LANDMARKS_68), pixels, _box(frame, one)) for one in offsets]
    return np.array([frame.to_photo(points) for points in answers])


def _predict_five(upright: Image8, frame: Frame) -> Landmarks:
    """Predict the (5, 2) points of the other predictor, in copy pixels."""
    pixels = np.ascontiguousarray(frame.crop(upright))
    return frame.to_photo(_points(_predictor(LANDMARKS_5), pixels, _box(frame, _BOX_OFFSETS[0])))


def _box(frame: Frame, offset: BoxOffset) -> dlib.rectangle:
    import dlib

    right, down, larger = offset
    side = frame.size * _BOX_SHARE
    middle = np.array(_BOX_CENTRE) * frame.size - 0.5 + np.array([right, down]) * _BOX_STEP * side
    side *= 1 + larger * _BOX_STEP
    left, top = (round(value) for value in middle - side / 2)
    return dlib.rectangle(left, top, left + round(side), top + round(side))


def _points(predictor: dlib.shape_predictor, pixels: Image8, box: dlib.rectangle) -> Landmarks:
    return np.array([(point.x, point.y) for point in predictor(pixels, box).parts()], np.float64)


@cache
def _predictor(name: str) -> dlib.shape_predictor:
    import dlib

    path = verified_file(name)
    try:
        return dlib.shape_predictor(str(path))
    except RuntimeError as error:
        raise CheckpointError(f"dlib cannot read its weights {path.name}: {error}.") from error
