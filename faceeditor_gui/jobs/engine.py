"""Handles requests in the worker thread; the only module that imports torch and the core's editor.

They are imported when they are needed: photos open and faces are detected without torch.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.edit.requests import (
    CheckEditRequest,
    CheckEditResult,
    CheckHairRequest,
    ExemplarRequest,
    ExpressionRequest,
    FindFacesRequest,
    FindFacesResult,
    HairColourRequest,
    InpaintRequest,
    MakeUpRequest,
    ParseRequest,
    ReshapeRequest,
    RestoreRequest,
    SmileRequest,
    StyleRequest,
    TransferRequest,
)
from core.errors import FaceNotFoundError
from core.image_io.jpeg_options import BEST_JPEG, JpegOptions
from core.image_io.kept_metadata import KeptMetadata
from core.imaging.arrays import Image, Image8, Mask
from core.imaging.depth import to_8_bit
from core.progress import Report
from faceeditor_gui.document.array_store import ArrayStore, StoredArray
from faceeditor_gui.document.edit_step import Steps
from faceeditor_gui.document.exemplar import FoundExemplars, cut_exemplars
from faceeditor_gui.document.wording import describe_settings
from faceeditor_gui.project.library_requests import (
    KeepEditRequest,
    KeepExemplarRequest,
    LibraryRequest,
    ReadLibraryRequest,
    handle_library,
)
from faceeditor_gui.project.project_requests import (
    OpenProjectRequest,
    ProjectRequest,
    ReadLostWorkRequest,
    ReadThumbnailRequest,
    ReadThumbnailsRequest,
    SaveProjectRequest,
    handle_project,
)
from faceeditor_gui.state.settings import ComputeSettings

if TYPE_CHECKING:
    from core.edit.editor import Editor
    from core.face.face import Face
    from core.image_io.photo import Photo
    from core.project.project import PhotoFile

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenFileRequest:
    """Read a photo, of a TIFF one page."""

    path: Path
    page: int = 1


@dataclass(frozen=True, eq=False)
class OpenArrayRequest:
    """Make a photo of an (H, W, 3) image, or (H, W, 4) with alpha, from the clipboard."""

    image: Image


@dataclass(frozen=True)
class OpenSampleRequest:
    """Open scikit-image's portrait of an astronaut as a photo."""


@dataclass(frozen=True, eq=False)
class OpenedPhoto:
    """A photo, and the file that it was read from; None if there was none."""

    photo: Photo
    file: PhotoFile | None = None


@dataclass(frozen=True, eq=False)
class SavePhotoRequest:
    """Write photo + steps to a file."""

    photo: Photo
    steps: Steps
    path: Path
    bits: int | None = None
    """A channel: 8 or 16; None: as many as the photo has and the format can hold."""
    jpeg: JpegOptions = BEST_JPEG
    kept: KeptMetadata = KeptMetadata.KEEP
    is_trial: bool = False
    """Whether only to tell how many bytes it would be."""


@dataclass(frozen=True)
class ReadSmallRequest:
    """Read pictures to look at, each no larger than a square."""

    paths: tuple[Path, ...]
    side: int
    """In pixels."""


@dataclass(frozen=True)
class OpenMaskRequest:
    """Read a mask for a photo."""

    path: Path
    size: tuple[int, int]
    """Width and height of the photo."""


@dataclass(frozen=True, eq=False)
class SaveMaskRequest:
    """Write a mask to a file."""

    mask: Mask
    """(H, W) uint8."""
    path: Path


@dataclass(frozen=True, eq=False)
class FindFaceInBoxRequest:
    """Find the landmarks of the face in a box that the user has drawn."""

    image: Image
    """(H, W, 3) uint8 or uint16."""
    box: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels."""


@dataclass(frozen=True, eq=False)
class FindExemplarsRequest:
    """Find the faces of another image that can serve as exemplars."""

    source: Path | Image
    """A file, or (H, W, 3) uint8."""
    name: str


@dataclass(frozen=True)
class WarmUpDetectorRequest:
    """Load the face detector, so that the first photo shows faces at once."""


@dataclass(frozen=True)
class WarmUpEditorRequest:
    """Import what edits need, so that the first one starts at once."""


class Engine:
    """Handles requests; owns the editor and with it the loaded networks."""

    def __init__(self, compute: ComputeSettings | None = None) -> None:
        self._requested_compute = compute or ComputeSettings()
        self._compute: ComputeSettings | None = None
        self._own_threads = 0
        """torch's own default."""
        self._editor: Editor | None = None

    def set_compute(self, compute: ComputeSettings) -> None:
        """Set device and threads from the next request on; called from any thread."""
        self._requested_compute = compute

    def run(self, request: object, report: Report) -> object:
        """Handle one request."""
        match request:
            case (
                FindFacesRequest()
                | FindFaceInBoxRequest()
                | WarmUpDetectorRequest()
                | CheckEditRequest()
            ):
                return _look_at_faces(request, report)
            case FindExemplarsRequest():
                return _find_exemplars(request, report)
            case (
                OpenFileRequest()
                | OpenArrayRequest()
                | OpenSampleRequest()
                | OpenMaskRequest()
                | ReadSmallRequest()
            ):
                return _open(request, report)
            case SavePhotoRequest() | SaveMaskRequest():
                return _save(request, report)
            case (
                OpenProjectRequest()
                | SaveProjectRequest()
                | ReadThumbnailsRequest()
                | ReadThumbnailRequest()
                | ReadLostWorkRequest()
                | ReadLibraryRequest()
                | KeepExemplarRequest()
                | KeepEditRequest()
            ):
                return _handle_kept(request, report)
            case WarmUpEditorRequest():
                return self._loaded_editor(report)
            case (
                ParseRequest()
                | CheckHairRequest()
                | InpaintRequest()
                | SmileRequest()
                | ExpressionRequest()
                | ReshapeRequest()
                | ExemplarRequest()
                | StyleRequest()
                | HairColourRequest()
                | MakeUpRequest()
                | RestoreRequest()
                | TransferRequest()
            ):
                return self._loaded_editor(report).run(request, report)
        raise TypeError(f"no handler for {type(request).__name__}")

    def _loaded_editor(self, report: Report) -> Editor:
        requested = self._requested_compute
        if self._editor is None or requested != self._compute:
            report(0.0, "Loading the networks' engine")
            import torch

            from core.edit.editor import Editor

            self._own_threads = self._own_threads or torch.get_num_threads()
            self._editor = Editor(requested.device)
            torch.set_num_threads(requested.threads or self._own_threads)
            self._compute = requested
        return self._editor


def _look_at_faces(
    request: FindFacesRequest | FindFaceInBoxRequest | WarmUpDetectorRequest | CheckEditRequest,
    report: Report,
) -> FindFacesResult | Face | CheckEditResult | None:
    from core.edit.result_checks import check_edit
    from core.face.detect import face_in_box, find_faces

    match request:
        case FindFacesRequest(image, thorough):
            return FindFacesResult(find_faces(image, thorough=thorough, report=report), request)
        case FindFaceInBoxRequest(image, box):
            return face_in_box(image, box)
        case CheckEditRequest():
            return check_edit(request, report)
        case WarmUpDetectorRequest():  # detecting in an empty image loads the detector
            with suppress(FaceNotFoundError):
                return face_in_box(np.zeros((128, 128, 3), np.uint8), (0.0, 0.0, 128.0, 128.0))
    return None


def _find_exemplars(request: FindExemplarsRequest, report: Report) -> FoundExemplars:
    """Detect quickly first; only a small face in a large photo needs the thorough detector."""
    from core.face.detect import find_faces
    from core.image_io.photo import read_photo

    report(0.0, "Looking for faces")
    source = request.source
    image = read_photo(source).image if isinstance(source, Path) else source
    faces = find_faces(image, thorough=False, report=report) or find_faces(image, report=report)
    return cut_exemplars(image, faces, request.name)


def _handle_kept(request: ProjectRequest | LibraryRequest, report: Report) -> object:
    """Read or write what is kept: projects, lost work, the library."""
    if isinstance(request, LibraryRequest):
        return handle_library(request, report)
    return handle_project(request, report)


def _open(
    request: (
        OpenFileRequest | OpenArrayRequest | OpenSampleRequest | OpenMaskRequest | ReadSmallRequest
    ),
    report: Report,
) -> OpenedPhoto | Mask | list[Image8]:
    from core.image_io.mask_file import read_mask
    from core.image_io.photo import photo_from_array, read_photo

    report(0.1, "Opening")
    match request:
        case OpenFileRequest(path, page):
            return OpenedPhoto(read_photo(path, page), _photo_file(path, page))
        case OpenMaskRequest(path, size):
            return read_mask(path, size)
        case ReadSmallRequest(paths, side):
            return [_small_picture(path, side) for path in paths]
        case OpenArrayRequest(image):
            return OpenedPhoto(photo_from_array(image))
        case OpenSampleRequest():
            from skimage.data import astronaut

            return OpenedPhoto(photo_from_array(astronaut()))


def _small_picture(path: Path, side: int) -> Image8:
    from core.image_io.photo import read_photo

    image = to_8_bit(read_photo(path).image)
    height, width = image.shape[:2]
    scale = min(side / max(height, width), 1.0)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _photo_file(path: Path, page: int) -> PhotoFile:
    """Take the file of a photo along, in a temporary file of our own: it may change or go."""
    from core.project.project import PhotoFile

    data = StoredArray(np.fromfile(path, np.uint8))
    try:
        data.spill(ArrayStore())
    except OSError:  # the disk is full: memory has to do
        log.exception("%s cannot be kept on the disk", path)
    return PhotoFile(path.name, data.array, page)


def _save(
    request: SavePhotoRequest | SaveMaskRequest, report: Report
) -> tuple[str, ...] | Path | int:
    """Write the photo or a mask.

    Returns:
        Notices of what the format cannot keep, or the bytes of a trial; the path of a mask.
    """
    match request:
        case SavePhotoRequest():
            return _save_photo(request, report)
        case SaveMaskRequest():
            return _save_mask(request, report)


def _save_photo(request: SavePhotoRequest, report: Report) -> tuple[str, ...] | int:
    from core.image_io.photo import encode_photo, saving_notices, write_file

    photo = request.photo.with_metadata(request.kept)
    shown = [step for step in request.steps if step.is_visible]
    for done, step in enumerate(shown):
        report(0.5 * done / len(shown), "Saving")
        outcome, coverage = step.outcome, step.coverage(step.window)
        photo = photo.with_patch(outcome.patch.array, outcome.left, outcome.top, coverage)
    report(0.5, "Saving")
    says_edits = request.kept is not KeptMetadata.NONE
    edits = [describe_settings(step.settings) for step in shown if says_edits]
    data = encode_photo(
        photo,
        request.path,
        edited=bool(shown),
        edits=edits,
        bits=request.bits,
        jpeg=request.jpeg,
    )
    if request.is_trial:
        return len(data)
    write_file(request.path, data)
    return saving_notices(request.photo.with_metadata(request.kept), request.path, request.bits)


def _save_mask(request: SaveMaskRequest, report: Report) -> Path:
    """Write a mask; returns its path."""
    from core.image_io.mask_file import write_mask

    report(0.1, "Saving")
    write_mask(request.mask, request.path)
    return request.path
