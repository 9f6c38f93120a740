"""The library on the disk: exemplars, edits and brushes that are kept between starts. No Qt.

An entry is a small JSON file, and a PNG for each exemplar in it. The JSON file is written last and
removed first, so that no entry is ever half there.
"""

from __future__ import annotations

import base64
import json
import logging
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import platformdirs

from core.atomic_file import replacing
from core.errors import CoreError, ImageFileError, ImageWriteError
from core.face.descriptor import SAME_PERSON, Descriptor, descriptor_distance
from core.image_io.archive import DamagedMemberError
from core.image_io.thumbnail import shrink
from core.imaging.arrays import Image, Image8, Pixels
from core.project.png import decode_png, encode_png
from faceeditor_gui.document.edit_settings import (
    EditSettings,
    ExemplarEditSettings,
    FillSettings,
    MapSettings,
    ReshapeSettings,
    StyleSettings,
)
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.project.array_table import ArrayReader, ArrayWriter, State
from faceeditor_gui.project.document_state import DAMAGE, exemplar_from_state, exemplar_to_state
from faceeditor_gui.project.settings_state import (
    ExemplarTable,
    settings_from_state,
    settings_to_state,
)
from faceeditor_gui.state.tool_state import STROKES, BrushSettings, ToolName

log = logging.getLogger(__name__)

VERSION = 1
PORTRAIT_PX = 128
"""Longest side of the small picture of an entry."""
PORTRAIT_QUALITY = 85
ORPHAN_SECONDS = 3600.0
"""How old pixels without an entry have to be: another window may be writing it."""


class EntryKind(StrEnum):
    """What an entry is."""

    EXEMPLAR = "exemplar"
    EDIT = "edit"
    BRUSH = "brush"


@dataclass(frozen=True, eq=False)
class LibraryEntry:
    """One thing that is kept."""

    key: str
    """By which its files are named; never changes."""
    kind: EntryKind
    name: str
    content: State
    """What it is made of; names arrays by the keys of `files`."""
    files: Mapping[str, str]
    """The names of PNG files, by array."""
    person: str = ""
    """Whose face an exemplar is: a name that all exemplars of one person share."""
    descriptor: Descriptor | None = None
    """(128,) of an exemplar; None where dlib's weights are missing."""
    portrait: Image8 | None = None
    """(h, w, 3): what a list shows."""
    size: int = 0
    """Bytes on the disk."""


@dataclass(frozen=True, eq=False)
class LibraryContents:
    """What a folder holds."""

    entries: tuple[LibraryEntry, ...] = ()
    damaged: tuple[str, ...] = ()
    """Names of files that cannot be read."""


def default_folder() -> Path:
    """Return the folder of the user's own library; it need not exist."""
    return platformdirs.user_data_path("faceeditor", appauthor=False) / "library"


def can_be_kept(settings: EditSettings) -> bool:
    """Tell whether an edit can be made on any face: it is not of one mask, or of dragged points."""
    if isinstance(settings, FillSettings | ReshapeSettings | MapSettings):
        return False
    return not (isinstance(settings, ExemplarEditSettings) and settings.hole is not None)


def read_library(folder: Path) -> LibraryContents:
    """Read every entry in a folder, oldest first; damaged ones are left out."""
    entries, damaged = [], []
    for path in sorted(folder.glob("*.json"), key=lambda one: (_changed(one), one.name)):
        try:
            entries.append(_read_entry(path))
        except (OSError, RecursionError, *DAMAGE):
            log.exception("%s is damaged", path)
            damaged.append(path.name)
    _remove_orphans(folder, entries, damaged)
    return LibraryContents(tuple(entries), tuple(damaged))


def keep_exemplar(
    folder: Path, exemplar: ListedExemplar, descriptor: Descriptor | None, person: str
) -> LibraryEntry:
    """Keep an exemplar.

    Raises:
        ImageWriteError: the folder cannot be written.
    """
    arrays = ArrayWriter()
    content = exemplar_to_state(exemplar, arrays)
    entry = LibraryEntry(
        _new_key(),
        EntryKind.EXEMPLAR,
        exemplar.name,
        content,
        {},
        person,
        descriptor,
        _small(exemplar.portrait),
    )
    return _write(folder, entry, arrays.arrays)


def keep_edit(folder: Path, settings: EditSettings, name: str) -> LibraryEntry:
    """Keep what an edit can be made again with on any face.

    Raises:
        ImageWriteError: the folder cannot be written.
    """
    if isinstance(settings, StyleSettings):
        settings = replace(settings, sketch=None)  # it lies where this face is
    arrays, exemplars = ArrayWriter(), ExemplarTable()
    state = settings_to_state(settings, arrays, exemplars)
    held = [exemplar_to_state(one, arrays) for one in exemplars.items]
    portrait = _small(exemplars.items[0].portrait) if exemplars.items else None
    content = {"settings": state, "exemplars": held}
    entry = LibraryEntry(_new_key(), EntryKind.EDIT, name, content, {}, portrait=portrait)
    return _write(folder, entry, arrays.arrays)


def keep_brush(folder: Path, tool: ToolName, brush: BrushSettings, name: str) -> LibraryEntry:
    """Keep the settings of a stroke tool.

    Raises:
        ImageWriteError: the folder cannot be written.
    """
    content = {"tool": str(tool), "brush": asdict(brush)}
    return _write(folder, LibraryEntry(_new_key(), EntryKind.BRUSH, name, content, {}), {})


def change_entry(folder: Path, entry: LibraryEntry, *, name: str, person: str) -> LibraryEntry:
    """Give an entry another name, or say that it shows another person.

    Raises:
        ImageWriteError: the folder cannot be written; the entry is as it was.
    """
    return _write(folder, replace(entry, name=name, person=person), {})


def delete_entry(folder: Path, entry: LibraryEntry) -> None:
    """Remove an entry and its pixels.

    Raises:
        ImageWriteError: the folder cannot be written.
    """
    try:
        for name in (f"{entry.key}.json", *entry.files.values()):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def exemplar_in(folder: Path, entry: LibraryEntry) -> ListedExemplar:
    """Read an exemplar that is kept; it has the entry's name.

    Raises:
        CoreError: its pixels are damaged.
    """
    try:
        exemplar = exemplar_from_state(entry.content, _arrays(folder, entry))
    except DAMAGE as error:
        raise _damaged(entry) from error
    return replace(exemplar, name=entry.name, number=0)


def edit_in(folder: Path, entry: LibraryEntry) -> EditSettings:
    """Read the settings of an edit that is kept; where they are made is of no meaning.

    Raises:
        CoreError: its pixels are damaged.
    """
    try:
        arrays = _arrays(folder, entry)
        exemplars = [exemplar_from_state(one, arrays) for one in entry.content["exemplars"]]
        return settings_from_state(entry.content["settings"], arrays, exemplars)
    except DAMAGE as error:
        raise _damaged(entry) from error


def brush_in(entry: LibraryEntry) -> tuple[ToolName, BrushSettings]:
    """Return a stroke tool and the settings that are kept for it.

    Raises:
        CoreError: they are damaged.
    """
    try:
        tool = ToolName(entry.content["tool"])
        if tool not in STROKES:
            raise ValueError(f"{tool} paints no strokes")
        return tool, BrushSettings(**entry.content["brush"]).clipped()
    except DAMAGE as error:
        raise _damaged(entry) from error


def person_of(descriptor: Descriptor | None, known: Iterable[LibraryEntry]) -> str | None:
    """Find whose face it is: that of the nearest exemplar, if it shows the same person."""
    if descriptor is None:
        return None
    distances = [
        (descriptor_distance(descriptor, one.descriptor), one.person)
        for one in known
        if one.descriptor is not None
    ]
    distance, person = min(distances, default=(np.inf, ""))
    return person if distance < SAME_PERSON else None


def new_person(known: Iterable[LibraryEntry]) -> str:
    """Make up a name for a person that no exemplar shows so far."""
    taken = {one.person for one in known}
    return next(
        name for number in range(1, len(taken) + 2) if (name := f"Person {number}") not in taken
    )


def _read_entry(path: Path) -> LibraryEntry:
    state = json.loads(path.read_bytes())
    if int(state["version"]) > VERSION:
        raise ValueError("a later version has written this")
    files = {str(array): Path(str(name)).name for array, name in state["arrays"].items()}
    sizes = [(path.parent / name).stat().st_size for name in (path.name, *files.values())]
    return LibraryEntry(
        path.stem,
        EntryKind(state["kind"]),
        str(state["name"]),
        dict(state["content"]),
        files,
        str(state["person"]),
        _descriptor_in(state["descriptor"]),
        _portrait_in(state["portrait"]),
        sum(sizes),
    )


def _descriptor_in(state: Sequence[float] | None) -> Descriptor | None:
    if state is None:
        return None
    descriptor = np.array(state, np.float64)
    if descriptor.shape != (128,) or not np.isfinite(descriptor).all():
        raise ValueError("a descriptor has 128 numbers")
    return descriptor


def _portrait_in(text: str | None) -> Image8 | None:
    if text is None:
        return None
    data = np.frombuffer(base64.b64decode(text), np.uint8)
    try:
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
    except cv2.error as error:
        raise ValueError("the portrait is damaged") from error
    return None if picture is None else np.asarray(picture, np.uint8)


def _write(folder: Path, entry: LibraryEntry, arrays: Mapping[str, Pixels]) -> LibraryEntry:
    """Write an entry, with pixels if they are new."""
    new = {name: f"{entry.key}-{name}.png" for name in arrays}
    entry = replace(entry, files={**entry.files, **new})
    state = {
        "version": VERSION,
        "kind": str(entry.kind),
        "name": entry.name,
        "person": entry.person,
        "descriptor": None if entry.descriptor is None else entry.descriptor.tolist(),
        "portrait": _encoded(entry.portrait),
        "arrays": dict(entry.files),
        "content": entry.content,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in arrays.items():
            with replacing(folder / new[name]) as file:
                file.write(encode_png(array))
        with replacing(folder / f"{entry.key}.json") as file:
            file.write(json.dumps(state).encode())
        names = (f"{entry.key}.json", *entry.files.values())
        return replace(entry, size=sum((folder / name).stat().st_size for name in names))
    except OSError as error:
        raise _unwritable(folder, error) from error


def _arrays(folder: Path, entry: LibraryEntry) -> ArrayReader:
    arrays: dict[str, Any] = {}
    for name, file in entry.files.items():
        with suppress(OSError, DamagedMemberError):
            arrays[name] = decode_png((folder / file).read_bytes())
    return ArrayReader(arrays)


def _remove_orphans(folder: Path, entries: list[LibraryEntry], damaged: list[str]) -> None:
    """Remove the pixels of entries that were never finished."""
    keys = {*(one.key for one in entries), *(Path(name).stem for name in damaged)}
    for path in folder.glob("*-*.png"):
        is_old = _changed(path) < time.time() - ORPHAN_SECONDS
        if is_old and path.stem.rpartition("-")[0] not in keys:
            with suppress(OSError):
                path.unlink()


def _small(image: Image) -> Image8:
    return shrink(image, PORTRAIT_PX)


def _encoded(portrait: Image8 | None) -> str | None:
    if portrait is None:
        return None
    _, data = cv2.imencode(
        ".jpg", portrait[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, PORTRAIT_QUALITY]
    )
    return base64.b64encode(data.tobytes()).decode("ascii")


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _new_key() -> str:
    return secrets.token_hex(8)


def _damaged(entry: LibraryEntry) -> CoreError:
    return ImageFileError(f"{entry.name} is damaged in the library; delete it there.")


def _unwritable(folder: Path, error: OSError) -> ImageWriteError:
    return ImageWriteError(
        f"The library in {folder} cannot be written ({error.strerror}); nothing was changed in it."
    )
