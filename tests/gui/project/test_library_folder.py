"""The library's folder: what is kept comes back, what is damaged costs nothing else."""

from __future__ import annotations

import os

import numpy as np
import pytest

from core.anatomy.parts import FacePart
from core.edit.requests import SmileKind
from core.errors import CoreError, ImageWriteError
from core.imaging.windows import whole_window
from faceeditor_gui.document.array_store import StoredArray
from faceeditor_gui.document.edit_settings import (
    ExemplarSettings,
    HairColour,
    HairColourSettings,
    ReshapeSettings,
    SmileSettings,
    StyleSettings,
)
from faceeditor_gui.document.exemplar import ListedExemplar
from faceeditor_gui.document.patch import Patch
from faceeditor_gui.project import library_folder as library
from faceeditor_gui.state.tool_state import BrushSettings, ToolName

WINDOW = whole_window(480, 640)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kept"


@pytest.fixture
def exemplar(make_face):
    pixels = np.random.default_rng(0).integers(0, 65536, (300, 280, 3), np.uint16)
    return ListedExemplar("Anna", StoredArray(pixels), make_face(140, 120).landmarks, 7)


def descriptor(angle: float) -> np.ndarray:
    """A descriptor; two differ by as much as their angles, nearly."""
    return np.array([np.cos(angle), np.sin(angle), *np.zeros(126)])


def test_exemplar_comes_back_sample_for_sample(folder, exemplar):
    library.keep_exemplar(folder, exemplar, descriptor(1), "Person 1")
    (entry,) = library.read_library(folder).entries
    back = library.exemplar_in(folder, entry)
    np.testing.assert_array_equal(back.image, exemplar.image)
    np.testing.assert_array_equal(back.landmarks, exemplar.landmarks)
    assert (entry.name, entry.person, back.name) == ("Anna", "Person 1", "Anna")
    np.testing.assert_array_equal(entry.descriptor, descriptor(1))
    assert max(entry.portrait.shape) <= library.PORTRAIT_PX
    assert entry.size == sum(path.stat().st_size for path in folder.iterdir())


def test_edits_come_back_with_all_their_settings(folder, exemplar, make_face):
    points = make_face().landmarks
    kept = [
        SmileSettings(WINDOW, points, -0.4, SmileKind.GENTLE),
        HairColourSettings(WINDOW, points, HairColour((90, 58, 34), 0.1, -0.2, 0.7)),
        ExemplarSettings(WINDOW, points, exemplar, (FacePart.EYES,), 3, shape=0.3, strength=0.6),
        StyleSettings(
            WINDOW, points, (FacePart.MOUTH,), 4, exemplar, second=exemplar, layers=(2, 5), seed=9
        ),
    ]
    for number, settings in enumerate(kept):
        library.keep_edit(folder, settings, f"edit {number}")
    entries = sorted(library.read_library(folder).entries, key=lambda one: one.name)
    smile, hair, pixels, style = (library.edit_in(folder, one) for one in entries)
    assert (smile.strength, smile.kind) == (-0.4, SmileKind.GENTLE)
    assert hair.wanted == kept[1].wanted
    assert (pixels.parts, pixels.shape, pixels.strength) == ((FacePart.EYES,), 0.3, 0.6)
    np.testing.assert_array_equal(pixels.exemplar.image, exemplar.image)
    assert (style.layers, style.seed, style.second.name) == ((2, 5), 9, "Anna")


def test_what_lies_in_one_place_cannot_be_kept(exemplar, make_face):
    points = make_face().landmarks
    hole = Patch(0, 0, np.full((9, 9), 255, np.uint8))
    parts = (FacePart.MOUTH,)
    assert not library.can_be_kept(ReshapeSettings(WINDOW, points, points + 1, 1))
    assert not library.can_be_kept(ExemplarSettings(WINDOW, points, exemplar, parts, 1, hole))
    assert library.can_be_kept(ExemplarSettings(WINDOW, points, exemplar, parts, 1))


def test_brush_comes_back_and_one_out_of_range_is_clipped(folder):
    brush = BrushSettings(33, 0.4, 0.5, 0.2, 0.1, False, True)
    entry = library.keep_brush(folder, ToolName.ERASER, brush, "soft")
    assert library.brush_in(entry) == (ToolName.ERASER, brush)
    entry.content["brush"]["diameter"] = 10**9
    assert library.brush_in(entry)[1].diameter == 1000
    entry.content["tool"] = "hammer"
    with pytest.raises(CoreError, match="soft is damaged"):
        library.brush_in(entry)


def test_names_and_persons_can_be_changed(folder, exemplar):
    entry = library.keep_exemplar(folder, exemplar, None, "Person 1")
    library.change_entry(folder, entry, name="Anna in Rome", person="Anna")
    (changed,) = library.read_library(folder).entries
    assert (changed.name, changed.person, changed.key) == ("Anna in Rome", "Anna", entry.key)
    assert library.exemplar_in(folder, changed).image.shape == (300, 280, 3)


def test_nothing_of_a_deleted_entry_is_left(folder, exemplar):
    library.delete_entry(folder, library.keep_exemplar(folder, exemplar, None, ""))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "damage", [b"", b"[]", b'{"version": 1}', b'{"version": 99}', b"\xff\xfe{", b"[" * 99_999]
)
def test_damaged_entry_is_left_out_and_named(folder, exemplar, damage):
    library.keep_exemplar(folder, exemplar, None, "")
    (folder / "bad.json").write_bytes(damage)
    contents = library.read_library(folder)
    assert [one.name for one in contents.entries] == ["Anna"]
    assert contents.damaged == ("bad.json",)


def test_missing_pixels_make_a_damaged_entry(folder, exemplar):
    library.keep_exemplar(folder, exemplar, None, "")
    next(folder.glob("*.png")).unlink()
    assert library.read_library(folder).entries == ()


def test_damaged_pixels_are_told_when_they_are_wanted(folder, exemplar):
    entry = library.keep_exemplar(folder, exemplar, None, "")
    next(folder.glob("*.png")).write_bytes(b"no picture")
    with pytest.raises(CoreError, match="Anna is damaged"):
        library.exemplar_in(folder, entry)


def test_entry_names_no_file_outside_of_the_folder(folder, exemplar, tmp_path):
    entry = library.keep_exemplar(folder, exemplar, None, "")
    precious = tmp_path / "precious.png"
    precious.write_bytes(b"mine")
    path = folder / f"{entry.key}.json"
    text = path.read_text().replace(next(iter(entry.files.values())), "../precious.png")
    path.write_text(text)
    for one in library.read_library(folder).entries:
        library.delete_entry(folder, one)
    assert precious.read_bytes() == b"mine"


def test_old_pixels_without_an_entry_are_removed(folder, exemplar):
    entry = library.keep_exemplar(folder, exemplar, None, "")
    old, new = folder / "cafe-1.png", folder / "beef-1.png"
    for path in (old, new):
        path.write_bytes(b"left behind")
    os.utime(old, (0, 0))
    os.utime(folder / next(iter(entry.files.values())), (0, 0))
    library.read_library(folder)
    assert not old.exists()
    assert new.exists()
    assert library.exemplar_in(folder, entry).name == "Anna"


def test_folder_that_cannot_be_made_is_told(tmp_path, exemplar):
    (tmp_path / "file").touch()
    with pytest.raises(ImageWriteError, match="cannot be written"):
        library.keep_exemplar(tmp_path / "file" / "kept", exemplar, None, "")


def test_no_folder_is_an_empty_library(tmp_path):
    assert library.read_library(tmp_path / "nowhere").entries == ()


def test_face_belongs_to_the_nearest_person_and_else_to_a_new_one(folder, exemplar):
    anna = library.keep_exemplar(folder, exemplar, descriptor(0.0), "Anna")
    bert = library.keep_exemplar(folder, exemplar, descriptor(1.0), "Person 1")
    known = [anna, bert]
    assert library.person_of(descriptor(0.3), known) == "Anna"
    assert library.person_of(descriptor(0.8), known) == "Person 1"
    assert library.person_of(descriptor(2.5), known) is None
    assert library.person_of(None, known) is None
    assert library.new_person(known) == "Person 2"
