"""Other photos that may lend a hole their parts: of the same person, or of donors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from core.edit.requests import Exemplar
from core.errors import FaceNotFoundError, ImageFileError, InvalidRequestError
from core.face.detect import find_faces
from core.image_io.formats import READABLE_SUFFIXES
from core.image_io.photo import read_photo

MOST_DONORS = 200
"""Photos of a folder: they are kept in memory."""


def read_references(paths: Sequence[Path]) -> tuple[Exemplar, ...]:
    """Read photos of a person, and find the largest face in each.

    Raises:
        FaceNotFoundError: one shows no face.
        ImageFileError: one cannot be read.
    """
    found = list[Exemplar]()
    for path in paths:
        exemplar = _largest_face(path)
        if exemplar is None:
            raise FaceNotFoundError(f"No face was found in {path}; take another picture.")
        found.append(exemplar)
    return tuple(found)


def read_donors(folder: Path) -> tuple[Exemplar, ...]:
    """Read the photos of a folder that show a face; whatever else is there is left out.

    Raises:
        InvalidRequestError: there is no such folder, too many photos in it, or no face.
    """
    if not folder.is_dir():
        raise InvalidRequestError(f"There is no folder {folder}; choose one with photos of faces.")
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in READABLE_SUFFIXES)
    if len(paths) > MOST_DONORS:
        raise InvalidRequestError(
            f"{folder} has {len(paths)} photos; choose a folder of at most {MOST_DONORS}."
        )
    found = list[Exemplar]()
    for path in paths:
        try:
            exemplar = _largest_face(path)
        except ImageFileError:
            continue
        if exemplar is not None:
            found.append(exemplar)
    if not found:
        raise InvalidRequestError(f"No photo in {folder} shows a face; choose another folder.")
    return tuple(found)


@lru_cache(maxsize=MOST_DONORS)
def _largest_face(path: Path) -> Exemplar | None:
    """Read a photo and find its largest face, over many edits once."""
    image = read_photo(path).image
    faces = find_faces(image, thorough=False)
    return Exemplar(image, faces[0].landmarks) if faces else None
