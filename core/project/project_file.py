"""Projects to files and back: `faceeditor/document.json`, the arrays that it names, the photo."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from core.atomic_file import replacing
from core.errors import ImageFileError, ImageWriteError
from core.image_io.archive import (
    MERGED,
    Archive,
    ArchiveWriter,
    DamagedMemberError,
    opened_archive,
)
from core.image_io.limits import MAX_PHOTO_BYTES
from core.image_io.photo import Photo, read_photo
from core.imaging.arrays import Image8, Pixels
from core.imaging.depth import to_8_bit, to_depth
from core.imaging.parallel import on_all_cores
from core.progress import Report, silent
from core.project.limits import (
    MAX_DECODED_BYTES,
    MAX_JSON_BYTES,
    MAX_PNG_BYTES,
)
from core.project.open_raster import (
    STACK,
    THUMBNAIL,
    StackedLayer,
    stack_xml,
    thumbnail_of,
)
from core.project.png import HEADER_BYTES, decode_png, decoded_bytes, encode_png
from core.project.project import (
    Layer,
    PaintedLayer,
    PhotoFile,
    Project,
    State,
    merged_image,
)

SUFFIX = ".ora"
VERSION = 1
"""Of `document.json`. What reads a later one reads all earlier ones: `tests/data` has each."""
DOCUMENT = "faceeditor/document.json"
_PHOTO_LAYER = "data/photo.png"
_PAINTED_COLOUR = (220, 40, 40)
"""RGB of the mask and the sketch in other programs."""
_COLOURS, _COVERAGE, _WHOLE = "colours", "coverage", "whole"
"""What of a PNG an array is."""
_MALFORMED = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)
"""What it raises to read a document that is JSON, but not ours."""

Member = tuple[str, str]
"""A PNG's name, and what of it."""


def write_project(project: Project, path: Path, report: Report = silent) -> None:
    """Save a project; an existing file is replaced in one step, once all is on the disk.

    Raises:
        ImageWriteError: the file cannot be written; what was there is unharmed.
    """
    try:
        with (
            replacing(path) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
        ):
            _Writer(ArchiveWriter(archive), report).write(project)
    except OSError as error:
        raise ImageWriteError(
            f"{path.name} cannot be written ({error.strerror}); choose another place."
        ) from error


class _Writer:
    """Writes the members of one archive."""

    def __init__(self, archive: ArchiveWriter, report: Report) -> None:
        self._archive = archive
        self._report = report
        self._members: dict[int, Member] = {}
        """Where arrays of layers stand, by their identity."""

    def write(self, project: Project) -> None:
        """Write everything, the type and the stack of layers first."""
        photo, (width, height) = project.photo, project.photo.size
        layers = [layer for layer in project.layers if layer is not None]
        results = [
            StackedLayer(
                layer.name,
                f"data/result-{number}.png",
                layer.left,
                layer.top,
                layer.weight * layer.opacity,
                layer.is_visible,
            )
            for number, layer in enumerate(layers, start=1)
        ]
        painted = [
            StackedLayer(one.name, f"data/painted-{number}.png", one.left, one.top, 1.0, False)
            for number, one in enumerate(project.painted, start=1)
        ]
        bottom = StackedLayer(project.photo_file.name, _PHOTO_LAYER)
        self._archive.add_text(STACK, stack_xml((width, height), [bottom, *results, *painted]))
        self._write_picture(_PHOTO_LAYER, photo.image, photo.alpha)
        for done, (row, layer) in enumerate(zip(results, layers, strict=True)):
            self._report(0.1 + 0.6 * done / len(layers), "Saving")
            self._write_layer(row.member, layer)
        for row, one in zip(painted, project.painted, strict=True):
            self._write_painted(row.member, one)
        self._report(0.7, "Saving")
        merged = merged_image(photo, layers)
        self._write_picture(MERGED, merged, photo.alpha)
        self._archive.add(THUMBNAIL, encode_png(thumbnail_of(merged)))
        self._report(0.9, "Saving")
        self._write_document(project, layers, results)

    def _write_picture(self, name: str, image: Pixels, alpha: Pixels | None) -> None:
        samples = image if alpha is None else np.dstack([image, alpha])
        self._archive.add(name, encode_png(samples))

    def _write_layer(self, name: str, layer: Layer) -> None:
        alpha = to_depth(layer.coverage, layer.patch.dtype)
        self._archive.add(name, encode_png(np.dstack([layer.patch, alpha])))
        self._members[id(layer.patch)] = name, _COLOURS
        self._members[id(layer.coverage)] = name, _COVERAGE

    def _write_painted(self, name: str, layer: PaintedLayer) -> None:
        pixels = np.empty((*layer.coverage.shape, 4), np.uint8)
        pixels[..., :3], pixels[..., 3] = _PAINTED_COLOUR, layer.coverage
        self._archive.add(name, encode_png(pixels))
        self._members[id(layer.coverage)] = name, _COVERAGE

    def _write_document(
        self, project: Project, layers: list[Layer], rows: list[StackedLayer]
    ) -> None:
        file = project.photo_file
        photo_member = "faceeditor/photo" + _suffix_of(file.name)
        self._archive.add(photo_member, file.data.tobytes())
        arrays = {name: self._write_array(name, one) for name, one in project.arrays.items()}
        document = {
            "version": VERSION,
            "photo": {"file": photo_member, "name": file.name, "page": file.page},
            "layers": [
                {
                    "name": layer.name,
                    "file": row.member,
                    "left": layer.left,
                    "top": layer.top,
                    "weight": layer.weight,
                    "opacity": layer.opacity,
                    "is_visible": layer.is_visible,
                }
                for layer, row in zip(layers, rows, strict=True)
            ],
            "arrays": arrays,
            "state": project.state,
        }
        self._archive.add_text(DOCUMENT, json.dumps(document))

    def _write_array(self, name: str, array: Pixels) -> Member:
        if id(array) in self._members:
            return self._members[id(array)]
        member = f"faceeditor/arrays/{name}.png"
        self._archive.add(member, encode_png(array))
        return member, _WHOLE


def read_project(path: Path) -> Project:
    """Open a project; what is damaged in it is left out and said.

    A file that another program has saved over, or whose edits are damaged, opens as its merged
    picture.

    Raises:
        ImageFileError: there is no such file, it is of a later version, or nothing in it can be
            read.
    """
    with opened_archive(path) as archive:
        if DOCUMENT not in archive:
            return _merged_project(
                archive, path, f"{path.name} holds no edits of ours: its merged picture was opened."
            )
        try:
            document = json.loads(archive.read(DOCUMENT, MAX_JSON_BYTES))
            _check_version(document["version"], path)
            return _read(archive, document, path)
        except (DamagedMemberError, *_MALFORMED):
            return _merged_project(
                archive,
                path,
                f"The edits in {path.name} are damaged: its merged picture was opened.",
            )


def read_thumbnail(path: Path) -> Image8:
    """Read a project's thumbnail, (h, w, 3) uint8.

    Raises:
        ImageFileError: the file is no archive, or has no sound thumbnail.
    """
    with opened_archive(path) as archive:
        try:
            pixels = decode_png(archive.read(THUMBNAIL, MAX_PNG_BYTES))
        except DamagedMemberError as error:
            raise ImageFileError(f"{path.name} has no thumbnail; save it again.") from error
    colours = pixels if pixels.ndim == 3 else np.dstack([pixels] * 3)
    return to_8_bit(np.ascontiguousarray(colours[..., :3]))


def _check_version(version: int, path: Path) -> None:
    if version > VERSION:
        raise ImageFileError(
            f"{path.name} was saved by a later version of Face Editor; update the program to "
            "open it."
        )


def _read(archive: Archive, document: Mapping[str, Any], path: Path) -> Project:
    name = PurePosixPath(str(document["photo"]["name"])).name
    data = archive.read(document["photo"]["file"], MAX_PHOTO_BYTES)
    page = int(document["photo"].get("page", 1))
    photo = photo_in(data, name, page)
    members = {key: (str(file), str(part)) for key, (file, part) in document["arrays"].items()}
    rows = document["layers"]
    names = {*(file for file, _ in members.values()), *(str(row["file"]) for row in rows)}
    _check_decoded_size(archive, names, path)
    files = _decoded(archive, names)
    arrays = {key: files[member] for key, member in members.items() if member in files}
    layers = [_layer_of(row, files, photo) for row in rows]
    state: State = document["state"]
    is_whole = len(arrays) == len(members) and None not in layers
    notice = f"Parts of {path.name} are damaged; all that is sound was opened."
    return Project(
        photo,
        PhotoFile(name, np.frombuffer(data, np.uint8), page),
        layers,
        (),
        state,
        arrays,
        () if is_whole else (notice,),
    )


def _check_decoded_size(archive: Archive, names: Iterable[str], path: Path) -> None:
    """Refuse pixels that take too much memory, by what their headers say."""
    total = 0
    for name in names:
        with suppress(DamagedMemberError):
            total += decoded_bytes(archive.read_start(name, HEADER_BYTES))
    if total > MAX_DECODED_BYTES:
        raise ImageFileError(
            f"The pixels in {path.name} take {total >> 30} GB, more than any project of ours; "
            "get a fresh copy of it."
        )


def _decoded(archive: Archive, names: Iterable[str]) -> dict[Member, Pixels]:
    """Decode PNGs, as a whole and in their parts; damaged ones are left out."""
    parts: dict[Member, Pixels] = {}

    def decode(name: str) -> None:
        try:
            pixels = decode_png(archive.read(name, MAX_PNG_BYTES))
        except DamagedMemberError:
            return
        parts[name, _WHOLE] = pixels
        if pixels.ndim == 3 and pixels.shape[2] == 4:
            parts[name, _COLOURS] = np.ascontiguousarray(pixels[..., :3])
            parts[name, _COVERAGE] = to_8_bit(np.ascontiguousarray(pixels[..., 3]))
            del parts[name, _WHOLE]

    on_all_cores(decode, names)
    return parts


def _layer_of(row: Mapping[str, Any], files: Mapping[Member, Pixels], photo: Photo) -> Layer | None:
    """Make a layer of its row in the document; None if it does not fit the photo."""
    file, left, top = str(row["file"]), int(row["left"]), int(row["top"])
    patch, coverage = files.get((file, _COLOURS)), files.get((file, _COVERAGE))
    if patch is None or coverage is None or min(left, top) < 0:
        return None
    (height, width), (photo_width, photo_height) = coverage.shape, photo.size
    if left + width > photo_width or top + height > photo_height:
        return None
    weight, opacity = float(row["weight"]), float(row["opacity"])
    if patch.dtype != photo.image.dtype or not (0 <= weight <= 1 and 0 <= opacity <= 1):
        return None
    is_visible = bool(row["is_visible"])
    return Layer(str(row["name"]), left, top, patch, coverage, weight, opacity, is_visible)


def _merged_project(archive: Archive, path: Path, notice: str) -> Project:
    """Make a project without edits of an archive's merged picture."""
    try:
        data = archive.read(MERGED, MAX_PHOTO_BYTES)
        photo = photo_in(data, path.stem + ".png")
    except DamagedMemberError as error:
        raise ImageFileError(
            f"{path.name} is damaged, and so is its merged picture; open an older copy of it."
        ) from error
    file = PhotoFile(path.stem + ".png", np.frombuffer(data, np.uint8))
    return Project(photo, file, (), (), {}, {}, (notice,))


def photo_in(data: bytes, name: str, page: int = 1) -> Photo:
    """Read a photo out of its file's bytes.

    Args:
        data: the file.
        name: of the file; its suffix is looked at.
        page: of a TIFF that has several.

    Raises:
        DamagedMemberError: there is no picture in them.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / ("photo" + _suffix_of(name))
        file.write_bytes(data)
        try:
            return read_photo(file, page)
        except ImageFileError as error:
            raise DamagedMemberError(str(error)) from error


def _suffix_of(name: str) -> str:
    """Return the suffix of a photo's name, if it is one that can do no harm in an archive."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() else ".png"
