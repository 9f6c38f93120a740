"""`transfer`: components of another face, pictures that follow a map, absurd maps and parts."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from skimage.data import astronaut

from core.anatomy.regions import Region, to_head
from core.edit.editor import Editor
from core.edit.requests import ParseRequest
from core.image_io.label_file import write_labels


@pytest.fixture
def transfer(run, portrait, faces_file, tmp_path):
    """Run the command on the portrait; return its exit code, its result and what it told."""

    def go(*options):
        out = tmp_path / "out.png"
        asked = ("-o", out, "--landmarks", faces_file, "--json", *options)
        code, printed, _ = run("transfer", portrait, *asked)
        return code, out, json.loads(printed)

    return go


@pytest.fixture(scope="module")
def found(sample_faces):
    """The map of the portrait."""
    request = ParseRequest(astronaut(), sample_faces[0].landmarks)
    return to_head(Editor("cpu").run(request).labels)


@pytest.fixture
def map_file(tmp_path):
    def write(labels):
        write_labels(labels, tmp_path / "map.png")
        return tmp_path / "map.png"

    return write


def _thicker_brows(found):
    wanted = found.copy()
    for brow in (Region.LEFT_BROW, Region.RIGHT_BROW):
        near = cv2.dilate((found == brow).astype(np.uint8), np.ones((7, 7))) > 0
        wanted[near & (found == Region.SKIN)] = brow
    return wanted


@pytest.mark.parametrize("parts", ["left_eye", "mouth", "skin,hair"])
def test_parts_of_another_face_are_taken_and_the_rest_stays(
    transfer, large, is_changed_within, parts
):
    code, out, told = transfer("--from", large, "--parts", parts)
    assert code == 0
    assert (told["command"], told["parts"]) == ("transfer", parts.split(","))
    assert is_changed_within(out, told["window"])


def test_strength_0_is_the_photo(transfer, large, changed):
    code, out, _ = transfer("--from", large, "--parts", "mouth", "--strength", 0)
    assert code == 0
    assert not changed(out).any()


@pytest.mark.parametrize("method", ["pixels", "network"])
def test_a_repainted_map_is_followed_by_brows_and_the_chin_stays(
    transfer, found, map_file, is_changed_within, method, sample_faces
):
    code, out, told = transfer("--labels", map_file(_thicker_brows(found)), "--method", method)
    assert code == 0
    assert is_changed_within(out, told["window"])
    assert told["window"][3] < sample_faces[0].landmarks[8, 1]


def test_the_map_that_parse_wrote_changes_nothing_and_says_so(
    run, portrait, faces_file, found, map_file, changed, tmp_path
):
    out = tmp_path / "out.png"
    asked = ("-o", out, "--landmarks", faces_file, "--labels", map_file(found))
    code, _, said = run("transfer", portrait, *asked)
    assert code == 0
    assert not changed(out).any()
    assert "nothing had to change" in said


def test_a_map_without_brows_gives_a_face_without(transfer, found, map_file, is_changed_within):
    bare = np.where(np.isin(found, (Region.LEFT_BROW, Region.RIGHT_BROW)), Region.SKIN, found)
    code, out, told = transfer("--labels", map_file(bare.astype(np.uint8)))
    assert code == 0
    assert is_changed_within(out, told["window"])


def _noise(found):
    return np.random.default_rng(3).integers(0, len(Region), found.shape, np.uint8)


@pytest.mark.parametrize(
    "absurd", [_noise, np.zeros_like, lambda found: np.full_like(found, Region.HAIR)]
)
def test_noise_and_a_single_class_are_one_sentence_or_a_picture_by_the_network(
    absurd, refuse, run, found, map_file, portrait, faces_file, tmp_path
):
    file, out = map_file(absurd(found)), tmp_path / "out.png"
    asked = ("transfer", portrait, "-o", out, "--landmarks", faces_file, "--labels", file)
    code, sentence = refuse(*asked)
    assert code == 2
    assert "too little in common" in sentence
    assert run(*asked, "--method", "network")[0] == 0
    assert np.asarray(Pillow.open(out)).shape == (512, 512, 3)


def test_a_map_of_another_size_is_one_sentence(refuse, found, map_file, portrait, tmp_path):
    asked = ("-o", tmp_path / "out.png", "--labels", map_file(found[:400]))
    code, sentence = refuse("transfer", portrait, *asked)
    assert code == 2
    assert "512" in sentence


def test_a_photo_is_no_map(refuse, portrait, tmp_path):
    code, sentence = refuse("transfer", portrait, "-o", tmp_path / "out.png", "--labels", portrait)
    assert code == 2
    assert "label map" in sentence


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--parts", "mouth"], "--from"),
        (["--from", "PORTRAIT"], "--parts"),
        (["--from", "PORTRAIT", "--parts", "mouth,chin"], "no part named chin"),
        (["--from", "PORTRAIT", "--parts", ""], "no part named nothing"),
        ([], "Say what changes"),
    ],
)
def test_half_a_wish_is_one_sentence(refuse, portrait, faces_file, tmp_path, options, said):
    named = [portrait if option == "PORTRAIT" else option for option in options]
    asked = ("-o", tmp_path / "out.png", "--landmarks", faces_file, *named)
    code, sentence = refuse("transfer", portrait, *asked)
    assert code == 2
    assert said in sentence


def test_a_map_is_of_one_face(refuse, found, map_file, portrait, tmp_path):
    asked = ("-o", tmp_path / "out.png", "--labels", map_file(found), "--face", "all")
    code, sentence = refuse("transfer", portrait, *asked)
    assert code == 2
    assert "one --face" in sentence


def test_an_exemplar_without_a_face_gives_exit_code_3(refuse, portrait, meadow, tmp_path):
    asked = ("-o", tmp_path / "out.png", "--from", meadow, "--parts", "mouth")
    assert refuse("transfer", portrait, *asked)[0] == 3


def test_a_batch_takes_the_mouth_of_one_face_for_every_photo(
    run, portrait, large, meadow, changed, tmp_path
):
    photos, results = tmp_path / "photos", tmp_path / "results"
    photos.mkdir()
    for file, name in ((portrait, "a.png"), (meadow, "b.png")):
        (photos / name).write_bytes(file.read_bytes())
    asked = ("--in", photos, "--out", results, "--from", large, "--parts", "mouth", "--jobs", 1)
    code, _, said = run("batch", "transfer", *asked)
    assert code == 3
    assert "b.png" in said
    assert changed(results / "a.png").any()
    assert not (results / "b.png").exists()
