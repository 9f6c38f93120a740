"""What the worker thread does with a request; the only place that imports the heavy half.

Nothing of it is imported before it is needed: photos open and faces are found without torch.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.edit.request import FacesFound, FindFacesRequest, InpaintRequest, SmileRequest
from core.errors import FaceNotFoundError
from core.masks import Image
from core.progress import Report
from faceeditor_gui.steps import Steps

if TYPE_CHECKING:
    from core.edit.pipeline import Editor
    from core.face.detect import Face
    from core.image_file import Photo


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


@dataclass(frozen=True, eq=False)
class FindFaceInBox:
    """Find the landmarks of a face that the user has drawn a box around."""

    image: Image
    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels."""


@dataclass(frozen=True)
class WarmUpFaces:
    """Load what finds faces, so that the first photo shows them at once."""


@dataclass(frozen=True)
class WarmUp:
    """Import what edits need, so that the first one starts at once."""


class Engine:
    """Answers requests; owns the editor and with it the loaded networks."""

    def __init__(self, device: str = "auto") -> None:
        self._device = device
        self._editor: Editor | None = None

    def run(self, request: object, report: Report) -> object:
        """Answer one request."""
        match request:
            case FindFacesRequest():
                return _find_faces(request, report)
            case FindFaceInBox():
                return _find_face_in_box(request)
            case OpenFile() | OpenArray() | OpenSample():
                return _open(request, report)
            case SavePhoto():
                return _save(request, report)
            case WarmUpFaces():
                return _warm_up_faces()
            case WarmUp():
                return self._loaded_editor(report)
            case InpaintRequest() | SmileRequest():
                return self._loaded_editor(report).run(request, report)
            case _:
                raise TypeError(f"nobody answers {type(request).__name__}")

    def _loaded_editor(self, report: Report) -> Editor:
        if self._editor is None:
            report(0.0, "Loading the networks' engine")
            from core.edit.pipeline import Editor

            self._editor = Editor(self._device)
        return self._editor


def _find_faces(request: FindFacesRequest, report: Report) -> FacesFound:
    from core.face.detect import find_faces

    faces = find_faces(request.image, thorough=request.thorough, report=report)
    return FacesFound(faces, request)


def _find_face_in_box(request: FindFaceInBox) -> Face:
    from core.face.detect import face_in_box

    return face_in_box(request.image, request.box)


def _warm_up_faces() -> object:
    """Look for a face where there is none, which loads all it takes."""
    from core.face.detect import face_in_box

    side = 128
    with suppress(FaceNotFoundError):
        return face_in_box(np.zeros((side, side, 3), np.uint8), (0.0, 0.0, side, side))
    return None


def _open(request: OpenFile | OpenArray | OpenSample, report: Report) -> Photo:
    from core.image_file import photo_from_array, read_photo

    report(0.1, "Opening")
    match request:
        case OpenFile(path):
            return read_photo(path)
        case OpenArray(image):
            return photo_from_array(image)
        case OpenSample():
            from skimage.data import astronaut

            return photo_from_array(astronaut())


def _save(request: SavePhoto, report: Report) -> tuple[str, ...]:
    """Save, and say what the format cannot keep."""
    from core.image_file import saving_notices, write_photo

    photo = request.photo
    for done, step in enumerate(request.steps):
        report(0.5 * done / len(request.steps), "Saving")
        photo = photo.with_patch(step.patch, step.left, step.top, step.coverage)
    report(0.5, "Saving")
    write_photo(photo, request.path, edited=bool(request.steps))
    return saving_notices(request.photo, request.path)
