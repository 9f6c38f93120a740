"""`exemplar` transfers parts of another face, or says in a sentence why not."""

import json
from argparse import Namespace

import numpy as np
import pytest

from core.cli.exemplars import _read_exemplars
from core.face.face import Face
from core.image_io.photo import photo_from_array
from core.progress import silent


@pytest.fixture
def trained(use_weights, plain_harmonizer):
    use_weights("harmonizer", plain_harmonizer)


def test_parts_of_an_exemplar_are_transferred_and_the_rest_stays(
    run, trained, portrait, faces_file, large, tmp_path, is_changed_within
):
    out = tmp_path / "out.png"
    asked = ("--from", large, "--region", "mouth,eyes", "--landmarks", faces_file, "--json")
    code, printed, _ = run("exemplar", portrait, *asked, "-o", out)
    assert code == 0
    report = json.loads(printed)
    assert report["region"] == ["mouth", "eyes"]
    assert report["covered_pixels"] > 100
    assert is_changed_within(out, report["window"])


def test_hair_is_transferred_as_pixels_too(
    run, portrait, faces_file, large, tmp_path, is_changed_within
):
    out = tmp_path / "out.png"
    asked = ("--from", large, "--region", "hair", "--landmarks", faces_file, "--json", "-o", out)
    code, printed, _ = run("exemplar", portrait, *asked)
    assert code == 0
    report = json.loads(printed)
    assert report["region"] == ["hair"]
    assert report["model"] is None
    assert report["covered_pixels"] > 1000
    assert is_changed_within(out, report["window"])


def test_a_hat_stays_on_where_that_is_asked_for(
    run, portrait, faces_file, large, tmp_path, monkeypatch
):
    asked = ("--from", large, "--region", "hair", "--keep-hat", "--landmarks", faces_file)
    code, printed, errors = run("exemplar", portrait, *asked, "--json", "-o", tmp_path / "out.png")
    assert code == 0
    assert json.loads(printed)["keep_hat"] is True
    assert "No hat" in errors


@pytest.mark.parametrize(
    ("asked", "needed"),
    [
        (("--region", "eyes", "--keep-hat"), "--region hair"),
        (("--region", "hair", "--guide", "style", "--keep-hat"), "--guide pixels"),
        (("--region", "glasses", "--guide", "style"), "--guide pixels"),
    ],
)
def test_an_option_that_has_no_meaning_there_is_refused(
    refuse, portrait, large, tmp_path, asked, needed
):
    code, sentence = refuse(
        "exemplar", portrait, "--from", large, *asked, "-o", tmp_path / "out.png"
    )
    assert code == 2
    assert needed in sentence


def test_an_exemplar_without_glasses_lends_none(refuse, portrait, faces_file, large, tmp_path):
    asked = ("--from", large, "--region", "glasses", "--landmarks", faces_file)
    code, sentence = refuse("exemplar", portrait, *asked, "-o", tmp_path / "out.png")
    assert code == 2
    assert "wears no glasses" in sentence


def test_what_a_mask_covers_is_transferred_as_pixels_too(
    run, trained, portrait, faces_file, large, mask, tmp_path, is_changed_within
):
    out = tmp_path / "out.png"
    asked = ("--from", large, "--mask", mask, "--landmarks", faces_file, "--json", "-o", out)
    code, printed, _ = run("exemplar", portrait, *asked)
    assert code == 0
    report = json.loads(printed)
    assert report["covered_pixels"] > 100
    assert is_changed_within(out, report["window"])


@pytest.mark.parametrize("options", [(), ("--region", "eyes", "--mask", "mask.png")])
def test_either_a_region_or_a_mask_says_what_changes(refuse, portrait, large, tmp_path, options):
    code, sentence = refuse(
        "exemplar", portrait, "--from", large, *options, "-o", tmp_path / "out.png"
    )
    assert code == 2
    assert "--region or --mask" in sentence


@pytest.mark.parametrize("region", ["ears", "", "eyes,,mouth"])
def test_an_unknown_region_is_refused(refuse, portrait, large, tmp_path, region):
    asked = ("--from", large, "--region", region, "-o", tmp_path / "out.png")
    assert refuse("exemplar", portrait, *asked)[0] == 2


def test_an_exemplar_without_a_face_gives_exit_code_3_and_its_name(
    refuse, portrait, faces_file, meadow, tmp_path
):
    asked = ("--from", meadow, "--region", "eyes", "--landmarks", faces_file)
    code, sentence = refuse("exemplar", portrait, *asked, "-o", tmp_path / "out.png")
    assert code == 3
    assert "meadow.png" in sentence


@pytest.mark.parametrize("number", ["0", "2"])
def test_a_face_that_the_exemplar_does_not_have_is_refused(
    refuse, portrait, faces_file, large, tmp_path, number
):
    asked = ("--from", large, "--from-face", number, "--region", "eyes")
    options = ("--landmarks", faces_file, "-o", tmp_path / "out.png")
    code, sentence = refuse("exemplar", portrait, *asked, *options)
    assert code == 2
    assert "--from-face" in sentence


@pytest.mark.parametrize("option", ["--shape", "--strength"])
def test_shape_and_strength_lie_between_0_and_1(
    refuse, portrait, faces_file, large, tmp_path, option
):
    asked = ("--from", large, "--region", "eyes", option, "1.5", "--landmarks", faces_file)
    assert refuse("exemplar", portrait, *asked, "-o", tmp_path / "out.png")[0] == 2


def test_exemplar_is_read_once_over_many_photos_and_anew_when_its_file_has_changed(
    tmp_path, monkeypatch
):
    reads = []

    def read(path):
        reads.append(path)
        return photo_from_array(np.zeros((9, 9, 3), np.uint8))

    face = Face((0.0, 0.0, 8.0, 8.0), 1.0, np.zeros((68, 2)))
    monkeypatch.setattr("core.cli.exemplars.read_photo", read)
    monkeypatch.setattr("core.cli.exemplars.exemplar_face", lambda *_: face)
    path = tmp_path / "exemplar.png"
    path.write_bytes(b"one")
    options = Namespace(exemplars=[path], from_face=1)
    first, again = (_read_exemplars(options, silent)[0] for _ in range(2))
    assert again is first
    path.write_bytes(b"another one")
    assert _read_exemplars(options, silent)[0] is not first
    assert len(reads) == 2
