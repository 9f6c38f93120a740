"""A project without a window."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from core.image_io.photo import photo_from_array
from core.project.project import Layer, PhotoFile, Project, merged_image
from core.project.project_file import read_project, write_project

ROOM = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)


@pytest.fixture
def project(tmp_path):
    path = tmp_path / "room.png"
    Pillow.fromarray(ROOM).save(path)
    coverage = np.full((20, 30), 255, np.uint8)
    layers = [
        Layer("Smile", 5, 7, 255 - ROOM[7:27, 5:35], coverage, opacity=0.5),
        Layer("Fill", 40, 30, 255 - ROOM[30:50, 40:70], coverage, is_visible=False),
    ]
    file = PhotoFile("room.png", np.frombuffer(path.read_bytes(), np.uint8))
    return Project(photo_from_array(ROOM), file, layers, [], {}, {})


@pytest.fixture
def path(project, tmp_path):
    write_project(project, tmp_path / "mine.ora")
    return tmp_path / "mine.ora"


def test_info_lists_the_photo_and_its_layers(run, path):
    code, out, err = run("project", path, "--info")
    assert (code, err) == (0, "")
    photo, smile, fill = out.splitlines()
    assert photo == "room.png: 80 x 60 pixels, 8 bits a channel"
    assert (smile, fill) == ("1 Smile, opacity 50%", "2 Fill, opacity 100%, hidden")


def test_info_as_json_says_the_same(run, path):
    code, out, _ = run("project", path, "--info", "--json")
    told = json.loads(out)
    assert (code, told["width"], told["height"], told["bits"]) == (0, 80, 60, 8)
    assert told["layers"][0] == {"name": "Smile", "opacity": 0.5, "visible": True}


def test_export_is_the_picture_that_the_window_shows(run, path, project, tmp_path):
    code, _, err = run("project", path, "--export", tmp_path / "out.png")
    assert (code, err) == (0, "")
    picture = np.asarray(Pillow.open(tmp_path / "out.png"))
    assert np.array_equal(picture, merged_image(project.photo, project.layers))
    assert not np.array_equal(picture, ROOM)


def test_export_is_marked_as_edited_by_a_network(run, path, tmp_path):
    run("project", path, "--export", tmp_path / "out.png")
    assert b"compositeWithTrainedAlgorithmicMedia" in (tmp_path / "out.png").read_bytes()


def test_photo_is_no_project(refuse, portrait):
    code, sentence = refuse("project", portrait, "--info")
    assert code == 4
    assert "no project" in sentence


def test_one_task_has_to_be_named(refuse, path):
    assert refuse("project", path)[0] == 2


def test_export_in_an_unknown_format_is_refused_before_anything_is_read(refuse, tmp_path):
    code, sentence = refuse("project", tmp_path / "gone.ora", "--export", tmp_path / "out.gif")
    assert code == 2
    assert ".png" in sentence


def test_exported_layers_are_a_project_with_the_same_layers(run, path, project, tmp_path):
    code, _, err = run("project", path, "--export", tmp_path / "layers.ora")
    assert (code, err) == (0, "")
    copy = read_project(tmp_path / "layers.ora")
    assert [one.name for one in copy.layers] == ["Smile", "Fill"]
    for one, other in zip(copy.layers, project.layers, strict=True):
        assert np.array_equal(one.patch, other.patch)
        assert (one.opacity, one.is_visible) == (other.opacity, other.is_visible)


def test_depth_says_how_many_bits_the_picture_has(run, path, project, tmp_path):
    run("project", path, "--export", tmp_path / "deep.tif", "--depth", 16)
    deep = cv2.imread(str(tmp_path / "deep.tif"), cv2.IMREAD_UNCHANGED)[..., ::-1]
    assert deep.dtype == np.uint16
    assert np.array_equal(deep // 257, merged_image(project.photo, project.layers))


def test_layers_have_the_photos_own_depth(refuse, path, tmp_path):
    code, sentence = refuse("project", path, "--export", tmp_path / "a.ora", "--depth", "16")
    assert code == 2
    assert "--depth" in sentence


def test_a_project_is_never_exported_over_itself(refuse, path):
    assert refuse("project", path, "--export", path)[0] == 2
