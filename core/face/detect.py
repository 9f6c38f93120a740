"""Finding faces: dlib's frontal detector, then its CNN detector where that finds none."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.errors import CheckpointError, InvalidRequestError
from core.face.candidates import CLEAR_SCORE, Box, Candidate, overlap, suppress_duplicates
from core.face.dlib_files import CNN_DETECTOR, verified_file
from core.face.face import Face
from core.face.landmarks import find_landmarks
from core.imaging.arrays import Image, Image8
from core.imaging.depth import to_8_bit
from core.progress import Report, part_of, silent

if TYPE_CHECKING:
    import dlib

_DETECTOR_WINDOW = 80
"""Side in pixels of the smallest face that dlib's frontal detector sees."""
_QUICK_PIXELS = 2e6
_QUICK_SCALE = 3.0
_FINE_PIXELS = 45e6
_FINE_SCALE = 1.2
"""A face of 60 pixels is as sure to be found as at 1.35, where it fills the window. Photos
above 31 megapixels are enlarged less, so that time and memory stay what they are."""
_STRIP_PIXELS = 9e6
"""Half a second for one core, and so the longest wait for a cancel."""

_MAX_THREADS = 4
_TURNED_SIDE = 1200
"""Side in pixels of the square copy that is turned."""
_CNN_SIDE = 384
_CNN_BOX_SCALE = 1.18
"""The CNN detector's boxes are wider than the frontal detector's by this factor."""
_SAME_OVERLAP = 0.3
_APART = 0.25
"""Of a face's width: farther from the CNN detector's box an unclear face is not where it seems."""
_TILTED_PARTS = (3, 4)
"""The frontal detector's five parts are: frontal, left, right, turned left, turned right."""
_MIN_SCORE = 0.0
_ACCEPTED_SCORE = 0.35
"""Detections between the two scores may be wrong: they are verified at other angles."""
_UPRIGHT_SCORE = 0.9
"""Faces upside down have been seen to score up to 0.6."""
_CROP_SIZE = 320
"""Side of the crop in which a face is rotated; the face takes half of it."""


def find_faces(image: Image, *, thorough: bool = True, report: Report = silent) -> tuple[Face, ...]:
    """Find every face and its landmarks.

    Args:
        image: (H, W, 3), uint8 or uint16.
        thorough: also search for small faces at full resolution, and for turned, tilted and
            half-hidden ones where no other is found. Otherwise only a copy of at most
            2 megapixels is searched, which takes a fraction of a second.
        report: heard at least twice a second, except while the CNN detector runs (one second).

    Returns:
        The faces, largest first; empty if there is none.

    Raises:
        CheckpointError: dlib's weights are missing or damaged.
    """
    report(0.0, "Looking for faces")
    pixels = to_8_bit(image)
    grey = _to_grey(pixels)
    found = _detect_quick(grey)
    if thorough:
        found = suppress_duplicates(found + _detect_small(grey, part_of(report, 0.1, 0.6)))
    found = _verify_candidates(grey, found, part_of(report, 0.6, 0.7))
    if thorough and not found:
        found = _detect_difficult(pixels, grey, part_of(report, 0.7, 0.9))
    found = _second_opinions(pixels, found)
    faces = []
    for done, candidate in enumerate(sorted(found, key=lambda one: -one.width)):
        report(0.9 + 0.1 * done / len(found), "Measuring faces")
        faces.append(_measure_face(pixels, candidate))
    return tuple(faces)


def face_in_box(image: Image, box: Box) -> Face:
    """Find the landmarks of the face in a box drawn by hand, turned by any angle.

    Args:
        image: (H, W, 3), uint8 or uint16.
        box: two opposite corners of a box around the face; need not be exact.

    Raises:
        InvalidRequestError: the box is empty or lies beside the photo.
        CheckpointError: dlib's weights are missing or damaged.
    """
    left, right = sorted(box[0::2])
    top, bottom = sorted(box[1::2])
    height, width = image.shape[:2]
    if not (right - left > 1 and bottom - top > 1 and np.isfinite(box).all()):
        raise InvalidRequestError("Draw the box around the whole face.")
    if right <= 0 or bottom <= 0 or left >= width - 1 or top >= height - 1:
        raise InvalidRequestError("Draw the box around a face inside the photo.")
    drawn = Candidate(
        (left + right) / 2, (top + bottom) / 2, (right - left + bottom - top) / 2, 0.0, 0.0
    )
    pixels = to_8_bit(image)
    return _measure_face(pixels, _best_rotation(_to_grey(pixels), drawn))


def _measure_face(pixels: Image8, candidate: Candidate) -> Face:
    fitted = find_landmarks(pixels, candidate)
    return Face(candidate.box, candidate.score, fitted.points, fitted.doubt)


def _detect_quick(grey: Image8) -> list[Candidate]:
    """Detect in a copy of at most 2 megapixels; small photos are enlarged to it."""
    return _detect_scaled(grey, _quick_scale(grey))


def _quick_scale(grey: Image8) -> float:
    return float(min(np.sqrt(_QUICK_PIXELS / grey.size), _QUICK_SCALE))


def _detect_small(grey: Image8, report: Report) -> list[Candidate]:
    """Detect faces that are too small for the quick copy, at full resolution."""
    scale = float(min(np.sqrt(_FINE_PIXELS / grey.size), _FINE_SCALE))
    if _quick_scale(grey) >= scale:
        return []
    largest = 1.2 * _DETECTOR_WINDOW / _quick_scale(grey)
    jobs = [
        partial(_detect_strip, grey, strip, scale)
        for strip in _strips(grey.shape, scale, round(largest))
    ]
    found = _in_parallel(jobs, report, "Looking for small faces")
    return [one for one in found if one.width <= largest]


def _strips(shape: tuple[int, ...], scale: float, overlap: int) -> list[tuple[slice, slice]]:
    """Cut a photo across its longer side into windows that share `overlap` pixels."""
    height, width = shape
    length = max(height, width)
    rounds = int(np.ceil(height * width * scale**2 / _STRIP_PIXELS / _threads()))
    count = rounds * _threads()
    edges = np.linspace(0, max(length - overlap, 1), count + 1).round().astype(int)
    spans = [slice(int(start), int(stop) + overlap) for start, stop in pairwise(edges)]
    if width >= height:
        return [(slice(0, height), span) for span in spans]
    return [(span, slice(0, width)) for span in spans]


def _detect_strip(grey: Image8, strip: tuple[slice, slice], scale: float) -> list[Candidate]:
    rows, columns = strip
    return [
        replace(one, x=one.x + columns.start, y=one.y + rows.start)
        for one in _detect_scaled(grey[rows, columns], scale)
    ]


def _verify_candidates(
    grey: Image8, candidates: list[Candidate], report: Report
) -> list[Candidate]:
    """Turn unsure candidates upright and drop those that stay unsure."""
    turned = []
    for done, candidate in enumerate(candidates):
        report(done / len(candidates), "Checking faces")
        turned.append(_best_rotation(grey, candidate))
    return suppress_duplicates(one for one in turned if one.score >= _ACCEPTED_SCORE)


def _best_rotation(grey: Image8, candidate: Candidate) -> Candidate:
    """Rotate the crop around an unsure candidate to the frontal detector's best score."""
    if candidate.score >= _UPRIGHT_SCORE and not candidate.is_tilted:
        return candidate
    found = [candidate]
    for angle in range(0, 360, 30):
        frame = replace(candidate, angle=float(angle)).frame(_CROP_SIZE, 0.5)
        found += [one.to_photo(frame) for one in _detect(frame.crop(grey)) if _is_central(one)]
    return max(found, key=lambda one: one.score)


def _is_central(one: Candidate) -> bool:
    return max(abs(one.x - _CROP_SIZE / 2), abs(one.y - _CROP_SIZE / 2)) < _CROP_SIZE / 5


def _detect_difficult(pixels: Image8, grey: Image8, report: Report) -> list[Candidate]:
    """Detect turned faces, else use the CNN detector, which also finds half-hidden ones."""
    jobs = [partial(_detect_turned, grey, float(angle)) for angle in range(45, 360, 45)]
    turned = _in_parallel(jobs, part_of(report, 0.0, 0.4), "Looking for turned faces")
    found = _verify_candidates(grey, suppress_duplicates(turned), part_of(report, 0.4, 0.5))
    if found:
        return found
    report(0.5, "Looking more closely")
    return suppress_duplicates(_best_rotation(grey, one) for one in _detect_by_cnn(pixels))


def _detect_turned(grey: Image8, angle: float) -> list[Candidate]:
    """Detect in a copy that is turned back by `angle`, large enough to hold all corners."""
    height, width = grey.shape
    side = float(np.hypot(height, width))
    whole = Candidate((width - 1) / 2, (height - 1) / 2, side, angle, 0.0)
    frame = whole.frame(round(min(_TURNED_SIDE, side * _QUICK_SCALE)), 1.0)
    found = (one.to_photo(frame) for one in _detect(frame.crop(grey)))
    return [one for one in found if 0 <= one.x < width and 0 <= one.y < height]


def _detect_scaled(grey: Image8, scale: float) -> list[Candidate]:
    """Detect in a copy enlarged `scale` times."""
    height, width = grey.shape
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    across, down = width / size[0], height / size[1]
    return [
        Candidate(
            (one.x + 0.5) * across - 0.5,
            (one.y + 0.5) * down - 0.5,
            one.width * across,
            0.0,
            one.score,
        )
        for one in _detect(_resized(grey, size))
    ]


def _detect(grey: Image) -> list[Candidate]:
    """Run the frontal detector, which finds upright faces of 80 pixels and more."""
    if min(grey.shape) < _DETECTOR_WINDOW / 2:
        return []
    detector = pickle.loads(_frontal_detector())
    detections = detector.run(np.ascontiguousarray(grey), 0, _MIN_SCORE)
    return [
        _candidate(box, score, part in _TILTED_PARTS)
        for box, score, part in zip(*detections, strict=True)
    ]


def _detect_by_cnn(pixels: Image8) -> list[Candidate]:
    """Run the CNN detector on a small copy; it tells no angle, and its scores mean nothing here."""
    height, width = pixels.shape[:2]
    scale = min(_CNN_SIDE / max(height, width), _QUICK_SCALE)
    small = _resized(pixels, (max(round(width * scale), 1), max(round(height * scale), 1)))
    if min(small.shape[:2]) < _DETECTOR_WINDOW / 2:
        return []
    found = []
    for detection in _cnn_detector()(np.ascontiguousarray(small)):
        one = _candidate(detection.rect, 0.0, is_tilted=False)
        x, y = (one.x + 0.5) / scale - 0.5, (one.y + 0.5) / scale - 0.5
        found.append(replace(one, x=x, y=y, width=one.width / scale / _CNN_BOX_SCALE))
    return suppress_duplicates(found)


def _second_opinions(pixels: Image8, candidates: list[Candidate]) -> list[Candidate]:
    """Let the CNN detector say where unclear faces are, if it sees them elsewhere.

    Sunglasses and scarfs lead the frontal detector, and with it the landmarks, to the chin.
    """
    unclear = [one for one in candidates if one.score < CLEAR_SCORE and abs(one.angle) <= 30]
    opinions = _detect_by_cnn(pixels) if unclear else []
    mended = []
    for one in candidates:
        near = [other for other in opinions if overlap(one.box, other.box) > _SAME_OVERLAP]
        if one in unclear and near and not _agree(one, near[0]):
            width = near[0].width * _CNN_BOX_SCALE  # all of its box: the predictor likes it so
            mended.append(replace(near[0], width=width, score=min(one.score, _ACCEPTED_SCORE)))
        else:
            mended.append(one)
    return mended


def _agree(first: Candidate, second: Candidate) -> bool:
    """Tell whether two detectors mean the same square."""
    apart = np.hypot(first.x - second.x, first.y - second.y) / second.width
    return bool(apart < _APART and abs(np.log(first.width / second.width)) < _APART)


def _candidate(box: dlib.rectangle, score: float, is_tilted: bool) -> Candidate:
    x, y = (box.left() + box.right()) / 2, (box.top() + box.bottom()) / 2
    return Candidate(x, y, float(box.width()), 0.0, float(score), is_tilted)


def _to_grey(pixels: Image8) -> Image8:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _resized(image: Image8, size: tuple[int, int]) -> Image8:
    smaller = size[0] < image.shape[1]
    method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=method), np.uint8)


def _in_parallel(
    jobs: Iterable[Callable[[], list[Candidate]]], report: Report, stage: str
) -> list[Candidate]:
    """Run detections on all cores (dlib's frontal detector lets Python's lock go)."""
    pool = ThreadPoolExecutor(_threads())
    try:
        waiting = {pool.submit(job) for job in jobs}
        found: list[Candidate] = []
        count = len(waiting)
        while waiting:
            report(1 - len(waiting) / count, stage)
            done, waiting = wait(waiting, timeout=0.1, return_when=FIRST_COMPLETED)
            found += [one for future in done for one in future.result()]
        return found
    finally:
        pool.shutdown(cancel_futures=True)


def _threads() -> int:
    """As many as OpenCV may use: a process of a batch has its share of the cores."""
    return min(max(cv2.getNumThreads(), 1), _MAX_THREADS)


@cache
def _frontal_detector() -> bytes:
    """Return dlib's frontal detector pickled: a copy for each thread costs 2 ms, a new one 200."""
    import dlib

    return pickle.dumps(dlib.get_frontal_face_detector())


@cache
def _cnn_detector() -> dlib.cnn_face_detection_model_v1:
    import dlib

    path = verified_file(CNN_DETECTOR)
    try:
        return dlib.cnn_face_detection_model_v1(str(path))
    except RuntimeError as error:
        raise CheckpointError(f"dlib cannot read its weights {path.name}: {error}.") from error
