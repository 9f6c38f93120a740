"""Which face a command is about: found in the photo, or read from a file."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from core.cli import console
from core.cli.arguments import ALL_FACES
from core.errors import CheckpointError, FaceNotFoundError, InvalidRequestError
from core.face.detect import find_faces
from core.face.face import Face
from core.image_io.limits import MAX_FACES_BYTES
from core.image_io.photo import read_photo
from core.imaging.arrays import Image
from core.progress import Report


def landmarks(options: Namespace) -> int:
    """List every face of a photo, largest first."""
    photo = read_photo(options.photo, options.page)
    console.print_notices(photo.notices)
    faces = find_faces(photo.image, report=console.progress_report(options))
    console.print_json({"faces": [face_to_json(face) for face in faces]})
    if faces:
        return 0
    console.print_error(f"No face was found in {options.photo}.")
    return FaceNotFoundError.exit_code


def chosen_faces(image: Image, options: Namespace, report: Report) -> tuple[Face, ...]:
    """Find the face that `--face` numbers, or all, in the photo or in the file of `--landmarks`.

    Args:
        image: (H, W, 3) RGB, uint8 or uint16; the rest as the command line gave it.

    Returns:
        One at least, largest first.

    Raises:
        FaceNotFoundError: there is no face at all.
        InvalidRequestError: there are fewer faces than that, or the file is not as it should be.
    """
    number: int | None = None if options.face == ALL_FACES else options.face
    if number is not None:
        _check_number(number, "--face")
    if options.landmarks is not None:
        faces = read_faces(options.landmarks)
    else:
        faces = _detect_faces(image, number, report)
    if not faces:
        raise FaceNotFoundError(
            f"No face was found in {options.photo}; give its 68 points with --landmarks FILE."
        )
    if number is not None:
        faces = (_numbered(faces, number, options.photo, "--face"),)
    if not all(face.is_clear for face in faces):
        which = "The face" if len(faces) == 1 else "A face"
        console.print_error(
            f"{which} in {options.photo} is hard to make out: look at the result, and if it is "
            "in the wrong place give the 68 points with --landmarks FILE."
        )
    return faces


def exemplar_face(image: Image, path: Path, number: int, report: Report) -> Face:
    """Find the face that `--from-face` numbers in an exemplar's picture, read from `path`.

    Args:
        image: (H, W, 3) RGB, uint8 or uint16; the rest as the command line gave it.

    Raises:
        FaceNotFoundError: there is no face at all.
        InvalidRequestError: there are fewer faces than that.
    """
    _check_number(number, "--from-face")
    faces = _detect_faces(image, number, report)
    if not faces:
        raise FaceNotFoundError(f"No face was found in {path}; take another picture.")
    return _numbered(faces, number, path, "--from-face")


def faces_if_any(image: Image, options: Namespace, report: Report) -> tuple[Face, ...]:
    """Take the faces from the file of `--landmarks`, or those of a quick detection, if any.

    Args:
        image: (H, W, 3) RGB, uint8 or uint16; the rest as the command line gave it.

    Raises:
        InvalidRequestError: the file is not as it should be.
    """
    if options.landmarks is not None:
        return read_faces(options.landmarks)
    try:
        return find_faces(image, thorough=False, report=report)
    except CheckpointError as error:
        console.print_error(str(error))
        return ()


def _check_number(number: int, option: str) -> None:
    if number < 1:
        raise InvalidRequestError(
            f"Faces are counted from 1, the largest; choose {option} 1 or more."
        )


def _numbered(faces: Sequence[Face], number: int, picture: Path, option: str) -> Face:
    if number > len(faces):
        count = "is only one face" if len(faces) == 1 else f"are only {len(faces)} faces"
        raise InvalidRequestError(f"There {count} in {picture}; choose a smaller {option}.")
    return faces[number - 1]


def _detect_faces(image: Image, number: int | None, report: Report) -> tuple[Face, ...]:
    """Detect faces; the quick detection is enough where only the largest one is wanted."""
    quick = find_faces(image, thorough=False, report=report) if number == 1 else ()
    return quick or find_faces(image, report=report)


def read_faces(path: Path) -> tuple[Face, ...]:
    """Read faces as `faceeditor landmarks` prints them; box and score may be absent.

    Raises:
        InvalidRequestError: the file holds something else.
    """
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise InvalidRequestError(f"{path} is no ordinary file; choose another one.")
    try:
        if path.stat().st_size > MAX_FACES_BYTES:
            raise InvalidRequestError(f"{path} is too large to hold faces; choose another file.")
        entries = json.loads(path.read_bytes())["faces"]  # in the encoding of any shell
        return tuple(_face_from_json(face) for face in entries)
    except OSError as error:
        raise InvalidRequestError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError) as error:
        raise InvalidRequestError(
            f"{path} does not hold faces as `faceeditor landmarks` prints them."
        ) from error


def face_to_json(face: Face) -> dict[str, object]:
    """Describe a face as the command line prints it."""
    return {
        "box": [float(value) for value in face.box],
        "score": float(face.score),
        "doubt": float(face.doubt),
        "landmarks": face.landmarks.tolist(),
    }


def _face_from_json(face: Mapping[str, object]) -> Face:
    points = np.array(face["landmarks"], np.float64)
    if points.shape != (68, 2) or not np.isfinite(points).all():
        raise ValueError("a face needs 68 landmarks")
    return Face(_box(face.get("box"), points), float(str(face.get("score", 1.0))), points)


def _box(
    entries: object, points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> tuple[float, float, float, float]:
    if isinstance(entries, Sequence) and len(entries) == 4:
        left, top, right, bottom = (float(value) for value in entries)
        return left, top, right, bottom
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)
