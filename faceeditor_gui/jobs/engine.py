"""What the worker thread does with a request; the only place that imports the heavy half.

Nothing of it is imported before it is needed: photos open and faces are found without torch.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.edit.requests import (
    ExemplarRequest,
    FacesFound,
    FindFacesRequest,
    InpaintRequest,
    ParseRequest,
    ReshapeRequest,
    SmileRequest,
    StyleRequest,
)
from core.errors import FaceNotFoundError
from core.imaging.arrays import Image, Mask
from core.progress import Report
from faceeditor_gui.document.edit_step import Steps
from faceeditor_gui.document.exemplar import FoundExemplars, exemplars_of
from faceeditor_gui.state.settings import Compute

if TYPE_CHECKING:
    from core.edit.editor import Editor
    from core.face.face import Face
    from core.image_io.photo import Photo


@dataclass(frozen=True)
class OpenFile:
    """Read a photo."""

    path: Path


@dataclass(frozen=True, eq=False)
class OpenArray:
    """Take an image from the clipboard as a photo."""

    image: Image


@dataclass(frozen=True)
class OpenSample:
    """Take scikit-image's portrait of an astronaut as a photo."""


@dataclass(frozen=True, eq=False)
class SavePhoto:
    """Write photo + steps to a file."""

    photo: Photo
    steps: Steps
    path: Path


@dataclass(frozen=True)
class OpenMask:
    """Read a mask for a photo."""

    path: Path
    size: tuple[int, int]
    """Width and height of the photo."""


@dataclass(frozen=True, eq=False)
class SaveMask:
    """Write a mask to a file."""

    mask: Mask
    path: Path


@dataclass(frozen=True, eq=False)
class FindFaceInBox:
    """Find the landmarks of a face that the user has drawn a box around."""

    image: Image
    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels."""


@dataclass(frozen=True, eq=False)
class FindExemplars:
    """Find the faces of another picture that parts can be taken from."""

    picture: Path | Image
    name: str


@dataclass(frozen=True)
class WarmUpFaces:
    """Load what finds faces, so that the first photo shows them at once."""


@dataclass(frozen=True)
class WarmUp:
    """Import what edits need, so that the first one starts at once."""


class Engine:
    """Answers requests; owns the editor and with it the loaded networks."""

    def __init__(self, compute: Compute | None = None) -> None:
        self._wanted = compute or Compute()
        self._compute: Compute | None = None
        self._own_threads = 0
        """How many the networks' engine takes when it may choose."""
        self._editor: Editor | None = None

    def use(self, compute: Compute) -> None:
        """Run networks on something else from the next request on; called from any thread."""
        self._wanted = compute

    def run(self, request: object, report: Report) -> object:
        """Answer one request."""
        match request:
            case FindFacesRequest() | FindFaceInBox() | WarmUpFaces():
                return _look_for_faces(request, report)
            case FindExemplars():
                return _look_for_exemplars(request, report)
            case OpenFile() | OpenArray() | OpenSample() | OpenMask():
                return _open(request, report)
            case SavePhoto():
                return _save(request, report)
            case SaveMask():
                return _save_mask(request, report)
            case WarmUp():
                return self._loaded_editor(report)
            case (
                ParseRequest()
                | InpaintRequest()
                | SmileRequest()
                | ReshapeRequest()
                | ExemplarRequest()
                | StyleRequest()
            ):
                return self._loaded_editor(report).run(request, report)
        raise TypeError(f"nobody answers {type(request).__name__}")

    def _loaded_editor(self, report: Report) -> Editor:
        wanted = self._wanted
        if self._editor is None or wanted != self._compute:
            report(0.0, "Loading the networks' engine")
            import torch

            from core.edit.editor import Editor

            self._own_threads = self._own_threads or torch.get_num_threads()
            self._editor = Editor(wanted.device)
            torch.set_num_threads(wanted.threads or self._own_threads)
            self._compute = wanted
        return self._editor


def _look_for_faces(
    request: FindFacesRequest | FindFaceInBox | WarmUpFaces, report: Report
) -> FacesFound | Face | None:
    from core.face.detect import face_in_box, find_faces

    match request:
        case FindFacesRequest(image, thorough):
            return FacesFound(find_faces(image, thorough=thorough, report=report), request)
        case FindFaceInBox(image, box):
            return face_in_box(image, box)
        case WarmUpFaces():  # looking for a face where there is none loads all it takes
            with suppress(FaceNotFoundError):
                return face_in_box(np.zeros((128, 128, 3), np.uint8), (0.0, 0.0, 128.0, 128.0))
    return None


def _look_for_exemplars(request: FindExemplars, report: Report) -> FoundExemplars:
    """Look quickly first: only a face that is small in a large photo takes a closer look."""
    from core.face.detect import find_faces
    from core.image_io.photo import read_photo

    report(0.0, "Looking for faces")
    picture = request.picture
    image = read_photo(picture).work if isinstance(picture, Path) else picture
    faces = find_faces(image, thorough=False, report=report) or find_faces(image, report=report)
    return exemplars_of(image, faces, request.name)


def _open(request: OpenFile | OpenArray | OpenSample | OpenMask, report: Report) -> Photo | Mask:
    from core.image_io.mask_file import read_mask
    from core.image_io.photo import photo_from_array, read_photo

    report(0.1, "Opening")
    match request:
        case OpenFile(path):
            return read_photo(path)
        case OpenMask(path, size):
            return read_mask(path, size)
        case OpenArray(image):
            return photo_from_array(image)
        case OpenSample():
            from skimage.data import astronaut

            return photo_from_array(astronaut())


def _save(request: SavePhoto, report: Report) -> tuple[str, ...]:
    """Save, and say what the format cannot keep."""
    from core.image_io.photo import saving_notices, write_photo

    photo = request.photo
    shown = [step for step in request.steps if step.is_visible]
    for done, step in enumerate(shown):
        report(0.5 * done / len(shown), "Saving")
        outcome, coverage = step.outcome, step.coverage(step.window)
        photo = photo.with_patch(outcome.patch.array, outcome.left, outcome.top, coverage)
    report(0.5, "Saving")
    write_photo(photo, request.path, edited=bool(shown))
    return saving_notices(request.photo, request.path)


def _save_mask(request: SaveMask, report: Report) -> Path:
    """Save a mask; returns where."""
    from core.image_io.mask_file import write_mask

    report(0.1, "Saving")
    write_mask(request.mask, request.path)
    return request.path
