"""Projects on disk: what is saved comes back, and other programs see it too."""

from __future__ import annotations

import io
import json
import struct
import xml.etree.ElementTree as ElementTree
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image as Pillow

from core.errors import ImageFileError, ImageWriteError
from core.progress import Cancelled
from core.project import project_file
from core.project.project import flattened, merged_image
from core.project.project_file import DOCUMENT, read_project, read_thumbnail, write_project


@pytest.fixture
def path(tmp_path, project):
    path = tmp_path / "mine.ora"
    write_project(project, path)
    return path


def _member(path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def _picture(path, name: str) -> np.ndarray:
    """Decode a member as another program does."""
    return np.asarray(Pillow.open(io.BytesIO(_member(path, name))))


def _stack(path) -> list[dict[str, str]]:
    (stack,) = ElementTree.fromstring(_member(path, "stack.xml"))
    return [layer.attrib for layer in stack]


def test_everything_comes_back_bit_for_bit(path, project):
    opened = read_project(path)
    assert opened.notices == ()
    assert opened.state == project.state
    assert np.array_equal(opened.photo.samples, project.photo.samples)
    assert np.array_equal(opened.photo.alpha, project.photo.alpha)
    assert opened.arrays.keys() == project.arrays.keys()
    for name, array in project.arrays.items():
        assert opened.arrays[name].dtype == array.dtype
        assert np.array_equal(opened.arrays[name], array)
    for before, after in zip(project.layers, opened.layers, strict=True):
        assert np.array_equal(after.patch, before.patch)
        assert np.array_equal(after.coverage, before.coverage)
        plain = {"patch": None, "coverage": None}
        assert vars(replace(after, **plain)) == vars(replace(before, **plain))


def test_photo_file_comes_back_byte_for_byte(path, project):
    opened = read_project(path)
    assert opened.photo_file.name == "photo.png"
    assert opened.photo_file.data.tobytes() == project.photo_file.data.tobytes()


def test_pixels_of_a_layer_are_stored_once(path, project):
    opened = read_project(path)
    assert opened.arrays["1"] is opened.layers[1].patch
    with zipfile.ZipFile(path) as archive:
        own = [name for name in archive.namelist() if name.startswith("faceeditor/arrays/")]
    assert own == ["faceeditor/arrays/4.png"]


def test_type_comes_first_and_is_not_packed(path):
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert path.read_bytes()[38:54] == b"image/openraster"[:16]


def test_other_programs_see_the_layers_from_the_top_down(path, project):
    mask, smile, fill, photo = _stack(path)
    assert (mask["name"], mask["visibility"]) == ("Mask", "hidden")
    assert (smile["name"], smile["x"], smile["y"]) == ("Smile", "40", "30")
    assert float(smile["opacity"]) == pytest.approx(0.24)
    assert (fill["name"], fill["visibility"]) == ("Fill", "hidden")
    assert photo["name"] == "photo.png"
    pixels = _picture(path, mask["src"])
    assert pixels.shape == (4, 6, 4)
    assert (pixels[..., 3] == 200).all()


def test_other_programs_see_the_merged_picture_and_its_thumbnail(path, project):
    merged = merged_image(project.photo, project.layers)
    assert not np.array_equal(merged, project.photo.image)
    depth = merged.dtype.itemsize * 8
    shown = _picture(path, "mergedimage.png")[..., :3]
    if depth == 8:  # Pillow knows no deeper colours
        assert np.array_equal(shown, merged)
    assert struct.unpack_from(">IIB", _member(path, "mergedimage.png"), 16) == (80, 60, depth)
    assert read_thumbnail(path).shape == (60, 80, 3)


def test_hidden_layers_are_in_no_picture(project):
    hidden = [replace(layer, is_visible=False) for layer in project.layers]
    assert np.array_equal(merged_image(project.photo, hidden), project.photo.image)
    assert flattened(project.photo, hidden) is project.photo


def test_same_project_makes_the_same_file(path, project, tmp_path):
    write_project(project, tmp_path / "again.ora")
    assert (tmp_path / "again.ora").read_bytes() == path.read_bytes()


def test_save_that_is_cancelled_leaves_the_old_file_and_nothing_beside_it(path, project):
    before, files = path.read_bytes(), set(path.parent.iterdir())

    def report(done: float, _: str) -> None:
        if done > 0.8:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_project(replace(project, state={}), path, report)
    assert path.read_bytes() == before
    assert set(path.parent.iterdir()) == files


def test_folder_that_has_gone_is_told_in_one_sentence(project, tmp_path):
    with pytest.raises(ImageWriteError, match=r"mine\.ora cannot be written"):
        write_project(project, tmp_path / "gone" / "mine.ora")


def test_later_version_is_told_to_be_one(path, monkeypatch, project):
    monkeypatch.setattr(project_file, "VERSION", project_file.VERSION + 1)
    write_project(project, path)
    monkeypatch.undo()
    with pytest.raises(ImageFileError, match="later version of Face Editor"):
        read_project(path)


def test_what_another_program_has_saved_opens_as_its_merged_picture(path, rewrite, project):
    rewrite(path, {DOCUMENT: None})
    opened = read_project(path)
    assert "merged picture" in opened.notices[0]
    assert np.array_equal(opened.photo.image, merged_image(project.photo, project.layers))
    assert (opened.layers, opened.state) == ((), {})


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"version": "new"}',
        b'{"version": 1}',
        b"\xff\xfe",
        b"[" * 99_999,
    ],
)
def test_damaged_document_opens_as_its_merged_picture(path, rewrite, document):
    rewrite(path, {DOCUMENT: document})
    assert "damaged" in read_project(path).notices[0]


@pytest.mark.parametrize(
    "change",
    [
        {"left": -1},
        {"left": 51},
        {"top": 1e999},
        {"opacity": float("nan")},
        {"weight": 2},
        {"file": "data/photo.png"},
        {"file": "data/nothing.png"},
    ],
    ids=str,
)
def test_layer_that_makes_no_sense_is_left_out_or_all_is_merged(path, rewrite, change):
    document = json.loads(_member(path, DOCUMENT))
    document["layers"][1].update(change)
    rewrite(path, {DOCUMENT: json.dumps(document).encode()})
    opened = read_project(path)
    assert "damaged" in opened.notices[0]
    assert opened.layers == () or (opened.layers[0] is not None and opened.layers[1] is None)


def test_damaged_pixels_are_left_out_and_the_rest_opens(path, rewrite, project):
    whole = _member(path, "data/result-2.png")
    rewrite(path, {"data/result-2.png": whole[: len(whole) // 2]})
    opened = read_project(path)
    assert "damaged" in opened.notices[0]
    assert opened.layers[1] is None
    assert np.array_equal(opened.layers[0].patch, project.layers[0].patch)
